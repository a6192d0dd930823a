"""What refuses a deployment before it makes or changes anything, against moto's SES."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError
from moto import mock_aws

from functions.rule_set.handler import lambda_handler
from functions.rule_set.rule_sets import GUARD, Guard, RuleSets
from tests.functions.cloudformation import CloudFormation, listening

STACK = "Mayfly"
WISH: dict[str, Any] = {
    "RuleSetName": "Mayfly",
    "RuleName": "Mayfly-receive",
    "IfAnotherIsActive": "refuse",
    "Domains": ["a.test", "b.test"],
    "DomainsToRemove": [],
    "Regions": ["eu-west-1", "us-east-1"],
}


@pytest.fixture
def ses(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    with mock_aws():
        yield boto3.client("ses")


@pytest.fixture
def cloudformation(ses: Any) -> Iterator[CloudFormation]:
    with listening() as listener:
        yield listener


def theirs_is_active(ses: Any) -> None:
    ses.create_receipt_rule_set(RuleSetName="theirs")
    ses.set_active_receipt_rule_set(RuleSetName="theirs")


def checked(
    cloudformation: CloudFormation,
    request: str,
    before: dict[str, Any] | None = None,
    **wish: Any,
) -> dict[str, Any]:
    done = "" if request == "Create" else "checked"
    return cloudformation.ask(lambda_handler, request, {**WISH, **wish}, done, before, GUARD)


def test_a_deployment_that_can_work_goes_on_and_nothing_is_changed(
    ses: Any, cloudformation: CloudFormation
) -> None:
    answer = checked(cloudformation, "Create")

    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", "checked")
    assert "Metadata" not in ses.describe_active_receipt_rule_set()


@pytest.mark.parametrize("choice", ["refuse", "add", "replace"])
def test_another_active_rule_set_ends_it_at_once_unless_it_is_said_what_to_do(
    ses: Any, cloudformation: CloudFormation, choice: str
) -> None:
    theirs_is_active(ses)

    answer = checked(cloudformation, "Create", IfAnotherIsActive=choice)

    assert answer["Status"] == ("FAILED" if choice == "refuse" else "SUCCESS")
    assert ("'theirs' is active" in answer["Reason"]) is (choice == "refuse")
    assert ses.describe_active_receipt_rule_set()["Metadata"]["Name"] == "theirs"


def test_a_region_without_receiving_is_named(
    cloudformation: CloudFormation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", "ap-east-1")

    refused = checked(cloudformation, "Create")
    taken = checked(cloudformation, "Create", Regions=[])

    assert refused["Status"] == "FAILED"
    assert "ap-east-1" in refused["Reason"] and "eu-west-1" in refused["Reason"]
    assert "anyRegion" in refused["Reason"]
    assert taken["Status"] == "SUCCESS"


@pytest.mark.parametrize(
    ("domains", "to_remove", "status"),
    [
        (["b.test", "a.test"], [], "SUCCESS"),
        (["a.test", "b.test", "c.test"], [], "SUCCESS"),
        (["a.test"], [], "FAILED"),
        (["mayfly.example"], [], "FAILED"),
        (["a.test"], ["b.test"], "SUCCESS"),
        ([], ["b.test"], "FAILED"),
    ],
)
def test_a_domain_goes_only_if_it_is_named(
    cloudformation: CloudFormation, domains: list[str], to_remove: list[str], status: str
) -> None:
    answer = checked(
        cloudformation, "Update", before=WISH, Domains=domains, DomainsToRemove=to_remove
    )

    assert answer["Status"] == status
    if status == "FAILED":
        gone = [each for each in WISH["Domains"] if each not in (*domains, *to_remove)]
        assert f"-c removeDomains={','.join(gone)}" in answer["Reason"]


def test_a_guard_that_is_added_to_an_older_stack_knows_of_no_domains(
    cloudformation: CloudFormation,
) -> None:
    assert checked(cloudformation, "Create", Domains=["c.test"])["Status"] == "SUCCESS"


def test_a_failed_update_is_taken_back_without_a_refusal(
    ses: Any, cloudformation: CloudFormation, monkeypatch: pytest.MonkeyPatch
) -> None:
    status = "UPDATE_ROLLBACK_IN_PROGRESS"
    session = boto3.Session()
    session.events.register(
        "before-call.cloudformation.DescribeStacks", lambda params, **_: described(params, status)
    )
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)
    theirs_is_active(ses)

    back = checked(cloudformation, "Update", before=WISH, Domains=["a.test"])
    status = "UPDATE_IN_PROGRESS"
    refused = checked(cloudformation, "Update", before=WISH, Domains=["a.test"])

    assert (back["Status"], back["PhysicalResourceId"]) == ("SUCCESS", "checked")
    assert refused["Status"] == "FAILED"


def described(params: dict[str, Any], status: str) -> tuple[Any, dict[str, Any]]:
    answer = AWSResponse(params["url"], 200, {}, None)
    return answer, {"Stacks": [{"StackName": STACK, "StackStatus": status}]}


def test_the_guards_end_touches_no_rule_set(ses: Any, cloudformation: CloudFormation) -> None:
    ses.create_receipt_rule_set(RuleSetName="Mayfly")
    ses.set_active_receipt_rule_set(RuleSetName="Mayfly")

    answer = checked(cloudformation, "Delete")

    assert answer["Status"] == "SUCCESS"
    assert ses.describe_active_receipt_rule_set()["Metadata"]["Name"] == "Mayfly"


class NewRole:
    """SES while it does not know yet what a role may do that was just made."""

    def __init__(self, refusals: int, code: str) -> None:
        self.refusals, self.code = refusals, code

    def describe_active_receipt_rule_set(self) -> dict[str, Any]:
        if self.refusals:
            self.refusals -= 1
            raise ClientError({"Error": {"Code": self.code}}, "DescribeActiveReceiptRuleSet")
        return {}


@pytest.mark.parametrize(
    ("refusals", "code", "waited"),
    [
        (2, "AccessDenied", [2.0, 4.0]),
        (9, "AccessDenied", [2.0, 4.0, 8.0]),
        (1, "InternalFailure", []),
    ],
)
def test_a_role_that_is_seconds_old_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, refusals: int, code: str, waited: list[float]
) -> None:
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    waits: list[float] = []
    guard = Guard(RuleSets(NewRole(refusals, code), "Mayfly", "Mayfly-receive"), waits.append)

    if refusals == 2:
        guard.check(WISH, {})
    else:
        with pytest.raises(ClientError, match=code):
            guard.check(WISH, {})

    assert waits == waited
