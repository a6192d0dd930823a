"""What an earlier stack has left is taken into a new one, and a second try goes on from there."""

import json
from pathlib import Path

import pytest

from infra.deploying import checks
from infra.deploying.account import Account, Ended
from infra.deploying.assembly import Assembly, import_template, references
from infra.deploying.deploy import left_by_an_earlier_one
from tests.deploying.conftest import MakeBefore, deployed

NAMES = {"Table1": {"TableName": "the-table"}, "Mail1": {"BucketName": "the-bucket"}}
DECLARED = {
    "Table1": {"Type": "AWS::DynamoDB::Table", "DependsOn": ["Guard"], "Condition": "Wanted"},
    "Mail1": {
        "Type": "AWS::S3::Bucket",
        "DeletionPolicy": "RetainExceptOnCreate",
        "Properties": {"Told": {"Fn::GetAtt": ["Queue1", "Arn"]}, "Versioned": False},
    },
    "Queue1": {"Type": "AWS::SQS::Queue"},
}
THERE = {
    "Table1": ("AWS::DynamoDB::Table", "the-table"),
    "Mail1": ("AWS::S3::Bucket", "the-bucket"),
}


@pytest.fixture
def assembly(tmp_path: Path) -> Assembly:
    template = json.dumps({"Resources": DECLARED})
    (tmp_path / "Mayfly.template.json").write_text(template)
    return Assembly(tmp_path, "Mayfly")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    written = tmp_path / "mayfly.kept.json"
    written.write_text(json.dumps(NAMES))
    return written


def test_an_import_has_what_is_kept_and_nothing_that_leads_out_of_it() -> None:
    kept = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}

    assert import_template(DECLARED, NAMES) == {
        "Resources": {
            "Table1": {"Type": "AWS::DynamoDB::Table", "Properties": {}, **kept},
            "Mail1": {"Type": "AWS::S3::Bucket", "Properties": {"Versioned": False}, **kept},
        }
    }


@pytest.mark.parametrize(
    ("part", "named"),
    [
        ({"a": [{"Ref": "A"}]}, ["A"]),
        ({"Ref": "AWS::Region"}, []),
        ({"Fn::GetAtt": "A.Arn"}, ["A"]),
        ({"Fn::GetAtt": ["A", "Arn"]}, ["A"]),
        ({"Fn::Sub": "${A}-${B.Arn}-${!C}-${AWS::Region}"}, ["A", "B"]),
        ({"Fn::Sub": ["${A}-${B}", {"A": {"Ref": "C"}}]}, ["B", "C"]),
        ({"Fn::If": ["A", 1, {"Ref": "AWS::NoValue"}]}, ["A"]),
        ({"Fn::FindInMap": ["A", "b", "c"]}, ["A"]),
        ({"Condition": {"StringEquals": {"a": "b"}}}, []),
        ({"Condition": "A"}, ["A"]),
    ],
)
def test_each_way_to_name_something_is_seen(part: object, named: list[str]) -> None:
    assert list(references(part)) == named


def test_a_second_try_goes_on_without_importing(
    account: Account, assembly: Assembly, file: Path
) -> None:
    assert left_by_an_earlier_one(file, None, assembly, True) == NAMES
    failed = deployed(account, status="UPDATE_ROLLBACK_COMPLETE", resources=THERE)
    assert left_by_an_earlier_one(file, failed, assembly, True) == {}
    taken_back = deployed(account, status="IMPORT_ROLLBACK_COMPLETE")
    assert left_by_an_earlier_one(file, taken_back, assembly, True) == NAMES


def test_what_a_stack_has_of_its_own_is_not_replaced(
    account: Account, assembly: Assembly, file: Path
) -> None:
    another = {**THERE, "Table1": ("AWS::DynamoDB::Table", "another")}

    with pytest.raises(Ended, match="the stack is there, with Table1 of its own"):
        left_by_an_earlier_one(file, deployed(account, resources=another), assembly, True)


def test_without_anything_kept_nothing_is_attached(
    account: Account, assembly: Assembly, file: Path
) -> None:
    file.write_text(json.dumps({"Gone1": {"TableName": "x"}}))
    with pytest.raises(Ended, match="names nothing that this stack would have"):
        left_by_an_earlier_one(file, None, assembly, True)
    file.unlink()
    with pytest.raises(Ended, match=r"no mayfly\.kept\.json"):
        left_by_an_earlier_one(file, None, assembly, True)
    there = deployed(account, resources=THERE)
    assert left_by_an_earlier_one(file, there, assembly, True) == {}


def test_a_stack_that_has_but_imported_is_ours(
    before: MakeBefore, account: Account, assembly: Assembly
) -> None:
    stack = deployed(account, description="", status="IMPORT_COMPLETE")
    stack.__dict__["_template"] = import_template(DECLARED, NAMES)
    known = before(stack)
    (known.assembly.folder / "Mayfly.template.json").write_text(json.dumps({"Resources": DECLARED}))

    assert list(checks.stack_state(known)) == []
