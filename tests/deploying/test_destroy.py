"""The end of a deployment: no mail comes in, what is kept is told, failures say what stays."""

from pathlib import Path
from typing import Any

import pytest
from botocore.stub import Stubber

from infra.cloud.deployment import Deployment
from infra.deploying import destroy
from infra.deploying.account import Account, Ended, Own
from infra.deploying.deploy import agree
from infra.deploying.stack import Kept, how_to_go_on, mapping_of
from tests.deploying.conftest import DOMAIN, SESSION, deployed

RULE = {"Name": "Mayfly-receive", "Enabled": True, "Actions": []}
KEPT = [
    Kept("Table1", "AWS::DynamoDB::Table", "the-table"),
    Kept("Mail1", "AWS::S3::Bucket", "the-bucket"),
    Kept("Mx1", "AWS::Route53::RecordSet", DOMAIN),
]


def active(ses: Any) -> tuple[str | None, list[str]]:
    found = ses.describe_active_receipt_rule_set()
    return found.get("Metadata", {}).get("Name"), [each["Name"] for each in found.get("Rules", [])]


def test_our_rule_set_is_ended_before_all_else(account: Account) -> None:
    ses = account.client("ses")
    ses.create_receipt_rule_set(RuleSetName="Mayfly")
    ses.set_active_receipt_rule_set(RuleSetName="Mayfly")

    destroy.take_no_mail(ses, "Mayfly")
    destroy.take_no_mail(ses, "Mayfly")

    assert active(ses) == (None, [])


def test_of_somebody_elses_rule_set_only_our_rule_goes() -> None:
    ses = SESSION.client("ses")
    rules = [RULE | {"Name": "shop"}, RULE]
    with Stubber(ses) as stubber:  # moto cannot delete a rule
        found = {"Metadata": {"Name": "theirs"}, "Rules": rules}
        stubber.add_response("describe_active_receipt_rule_set", found)
        stubber.add_response(
            "delete_receipt_rule", {}, {"RuleSetName": "theirs", "RuleName": "Mayfly-receive"}
        )

        destroy.take_no_mail(ses, "Mayfly")

        stubber.assert_no_pending_responses()


def test_what_outlives_the_stack_is_what_its_template_says(account: Account) -> None:
    stack = deployed(
        account,
        declared={
            "Table1": {"Type": "AWS::DynamoDB::Table", "DeletionPolicy": "RetainExceptOnCreate"},
            "Mail1": {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain"},
            "Topic1": {"Type": "AWS::SNS::Topic", "DeletionPolicy": "Delete"},
            "Empty1": {"Type": "Custom::EmptyBucket", "DeletionPolicy": "Retain"},
        },
        resources={
            "Table1": ("AWS::DynamoDB::Table", "the-table"),
            "Mail1": ("AWS::S3::Bucket", "the-bucket"),
            "Empty1": ("Custom::EmptyBucket", "x"),
        },
    )

    assert stack.kept == KEPT[:2]


OF_THE_ACCOUNT = {
    "Role1": {"Type": "AWS::IAM::Role", "DeletionPolicy": "RetainExceptOnCreate"},
    "Account1": {"Type": "AWS::ApiGateway::Account", "DeletionPolicy": "RetainExceptOnCreate"},
}
TABLE = {"Type": "AWS::DynamoDB::Table", "DeletionPolicy": "RetainExceptOnCreate"}
THERE = {
    "Role1": ("AWS::IAM::Role", "the-role"),
    "Account1": ("AWS::ApiGateway::Account", "the-account"),
    "Table1": ("AWS::DynamoDB::Table", "the-table"),
}


def test_what_could_not_be_made_is_not_kept(account: Account) -> None:
    named = {"Table1": ("AWS::DynamoDB::Table", "")}

    assert deployed(account, declared={"Table1": TABLE}, resources=named).kept == []


@pytest.mark.parametrize(
    ("status", "declared", "told", "stays"),
    [
        ("UPDATE_COMPLETE", {"Table1": TABLE}, ["the-stack"], []),
        ("UPDATE_COMPLETE", {}, [], []),  # what is always kept needs no word
        ("DELETE_FAILED", {}, [], []),
        # Its template cannot be changed any more.
        ("DELETE_FAILED", {"Table1": TABLE}, [], ["the-table"]),
        ("ROLLBACK_FAILED", {"Table1": TABLE}, [], ["the-table"]),
    ],
)
def test_everything_is_let_go_where_the_stack_can_still_be_told_so(
    account: Account,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    status: str,
    declared: dict[str, Any],
    told: list[str],
    stays: list[str],
) -> None:
    own = Own(tmp_path / "mayfly.toml", {}, Deployment.from_context({"domains": DOMAIN}), account)
    stack = deployed(
        account, status=status, declared={**OF_THE_ACCOUNT, **declared}, resources=THERE
    )
    account._clients["cloudformation"] = Cloudformation(("DELETE_COMPLETE", []))
    deployments: list[str] = []

    destroy.take_away(
        own, stack, everything=True, yes=True, let_go=lambda *_: deployments.append("the-stack")
    )

    said = capsys.readouterr().out
    assert deployments == told
    assert [each for each in ("the-table", "the-role") if each in said] == stays
    assert ("Nothing is kept" in said) == (not stays)


def test_what_is_kept_is_named_with_how_to_attach_and_remove_it(
    account: Account, tmp_path: Path
) -> None:
    own = Own(tmp_path / "mayfly.toml", {}, Deployment.from_context({"domains": DOMAIN}), account)

    said = "\n".join(how_to_go_on(KEPT, own))

    assert "make deploy ARGS=--attach" in said
    assert "aws dynamodb delete-table --table-name the-table --region us-east-1" in said
    assert mapping_of(KEPT) == {
        "Table1": {"TableName": "the-table"},
        "Mail1": {"BucketName": "the-bucket"},
    }
    assert (tmp_path / "mayfly.kept.json").is_file()


class Cloudformation:
    """Says at each look what the script says next; real ones take minutes."""

    def __init__(self, *looks: tuple[str, list[tuple[str, str]]]) -> None:
        self._looks = list(looks)
        self.deleted: list[str] = []
        self._events: list[dict[str, str]] = []

    def get_paginator(self, operation: str) -> "Cloudformation":
        return self

    def paginate(self, StackName: str) -> list[dict[str, Any]]:
        if self.deleted and self._looks:
            for name, status in self._looks[0][1]:
                event = {"EventId": f"{name} {status}", "ResourceType": "AWS::X::Y"}
                told = {"LogicalResourceId": name, "ResourceStatus": status}
                self._events.insert(0, event | told | {"ResourceStatusReason": f"{name} is in use"})
        return [{"StackEvents": list(self._events)}]

    def delete_stack(self, StackName: str) -> None:
        self.deleted.append(StackName)

    def describe_stacks(self, StackName: str) -> dict[str, Any]:
        return {"Stacks": [{"StackStatus": self._looks.pop(0)[0]}]}


def test_each_resource_that_goes_or_stays_is_told_once(
    account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    cloudformation = Cloudformation(
        ("DELETE_IN_PROGRESS", [("A", "DELETE_IN_PROGRESS"), ("A", "DELETE_COMPLETE")]),
        ("DELETE_COMPLETE", [("B", "DELETE_SKIPPED")]),
    )
    pauses: list[float] = []

    destroy.delete(cloudformation, deployed(account), pauses.append)

    said = [each.split() for each in capsys.readouterr().out.splitlines()]
    assert said == [["gone", "AWS::X::Y", "A"], ["kept", "AWS::X::Y", "B"]]
    assert len(pauses) == 1


def test_what_cannot_go_is_told_with_its_reason(account: Account) -> None:
    cloudformation = Cloudformation(("DELETE_FAILED", [("A", "DELETE_FAILED")]))

    with pytest.raises(Ended, match=r"A is in use\nGive the same command again"):
        destroy.delete(cloudformation, deployed(account), lambda seconds: None)


def nobody(question: str) -> str:
    raise EOFError


def test_nothing_is_done_without_a_yes() -> None:
    agree(True, "Deploy?", ask=nobody)
    agree(False, "Take Mayfly away?", "Mayfly", ask=lambda question: " Mayfly ")
    with pytest.raises(Ended, match="Nothing was changed"):
        agree(False, "Take Mayfly away?", "Mayfly", ask=lambda question: "yes")
    with pytest.raises(Ended, match="ARGS=--yes") as ended:
        agree(False, "Deploy?", ask=nobody)
    assert ended.value.status == 2
