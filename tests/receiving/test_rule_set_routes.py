"""The guarded activation, against moto's SES and a real HTTP server for CloudFormation's URL."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from moto import mock_aws
from moto.ses.models import ses_backends

from functions.rule_set.handler import lambda_handler
from tests.functions.cloudformation import CloudFormation, listening

OURS, RULE, THEIRS = "Mayfly", "Mayfly-receive", "their-own"
S3_RULE = {
    "Name": RULE,
    "Enabled": True,
    "ScanEnabled": True,
    "TlsPolicy": "Optional",
    "Actions": [{"S3Action": {"BucketName": "mail", "ObjectKeyPrefix": "raw/"}}],
}


def delete_receipt_rule(params: dict[str, Any], **_: Any) -> tuple[AWSResponse, dict[str, Any]]:
    """What moto 5.2 does not do: it knows no DeleteReceiptRule."""
    asked = params["body"]
    rule_set = ses_backends["123456789012"]["us-east-1"].receipt_rule_set[asked["RuleSetName"]]
    rule_set.rules = [rule for rule in rule_set.rules if rule["Name"] != asked["RuleName"]]
    return AWSResponse(params["url"], 200, {}, None), {}


@dataclass
class Deployment:
    """Asks for the activation as the stack does."""

    cloudformation: CloudFormation

    def ask(self, request: str, if_another: str = "refuse", done: str = "") -> dict[str, Any]:
        wish = {"RuleSetName": OURS, "RuleName": RULE, "IfAnotherIsActive": if_another}
        return self.cloudformation.ask(lambda_handler, request, wish, done)


@pytest.fixture
def ses(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    with mock_aws():
        session = boto3.Session()
        session.events.register("before-call.ses.DeleteReceiptRule", delete_receipt_rule)
        monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)
        boto3.client("s3").create_bucket(Bucket="mail")
        client = boto3.client("ses")
        client.create_receipt_rule_set(RuleSetName=OURS)
        client.create_receipt_rule(RuleSetName=OURS, Rule=S3_RULE)
        yield client


@pytest.fixture
def cloudformation() -> Iterator[Deployment]:
    with listening() as listener:
        yield Deployment(listener)


@pytest.fixture
def theirs(ses: Any) -> Any:
    """Somebody else's rule set, active, with a rule of its own."""
    ses.create_receipt_rule_set(RuleSetName=THEIRS)
    ses.create_receipt_rule(RuleSetName=THEIRS, Rule={**S3_RULE, "Name": "archive"})
    ses.set_active_receipt_rule_set(RuleSetName=THEIRS)
    return ses


def active(ses: Any) -> str | None:
    name: str | None = ses.describe_active_receipt_rule_set().get("Metadata", {}).get("Name")
    return name


def rules_of(ses: Any, rule_set: str) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = ses.describe_receipt_rule_set(RuleSetName=rule_set)["Rules"]
    return rules


def test_the_rule_set_is_activated_where_none_was(ses: Any, cloudformation: Deployment) -> None:
    answer = cloudformation.ask("Create")

    assert answer["Status"] == "SUCCESS"
    assert active(ses) == OURS


def test_an_active_rule_set_of_ours_stays_active(ses: Any, cloudformation: Deployment) -> None:
    ses.set_active_receipt_rule_set(RuleSetName=OURS)

    answer = cloudformation.ask("Update", done=f"active/{OURS}")

    assert answer["Status"] == "SUCCESS"
    assert answer["PhysicalResourceId"] == f"active/{OURS}"
    assert active(ses) == OURS


def test_somebody_elses_rule_set_is_not_replaced(theirs: Any, cloudformation: Deployment) -> None:
    answer = cloudformation.ask("Create")

    assert answer["Status"] == "FAILED"
    assert THEIRS in answer["Reason"]
    assert "addToActiveRuleSet" in answer["Reason"]
    assert "replaceActiveRuleSet" in answer["Reason"]
    assert active(theirs) == THEIRS


def test_a_refused_deployment_undoes_nothing_when_it_is_rolled_back(
    theirs: Any, cloudformation: Deployment
) -> None:
    refused = cloudformation.ask("Create")

    answer = cloudformation.ask("Delete", done=refused["PhysicalResourceId"])

    assert answer["Status"] == "SUCCESS"
    assert active(theirs) == THEIRS


def test_somebody_elses_rule_set_is_replaced_when_told_to(
    theirs: Any, cloudformation: Deployment
) -> None:
    answer = cloudformation.ask("Create", "replace")

    assert answer["Status"] == "SUCCESS"
    assert active(theirs) == OURS


def test_our_rule_comes_last_in_the_rule_set_it_is_added_to(
    theirs: Any, cloudformation: Deployment
) -> None:
    answer = cloudformation.ask("Create", "add")

    assert answer["Status"] == "SUCCESS"
    assert active(theirs) == THEIRS
    assert [rule["Name"] for rule in rules_of(theirs, THEIRS)] == ["archive", RULE]
    assert rules_of(theirs, THEIRS)[-1] == rules_of(theirs, OURS)[0]


def test_a_rule_added_before_follows_a_change_of_ours(
    theirs: Any, cloudformation: Deployment
) -> None:
    cloudformation.ask("Create", "add")
    theirs.update_receipt_rule(RuleSetName=OURS, Rule={**S3_RULE, "TlsPolicy": "Require"})

    answer = cloudformation.ask("Update", "add", done=f"added/{THEIRS}/{RULE}")

    assert answer["Status"] == "SUCCESS"
    assert [rule["Name"] for rule in rules_of(theirs, THEIRS)] == ["archive", RULE]
    assert rules_of(theirs, THEIRS)[-1]["TlsPolicy"] == "Require"


def test_deleting_removes_the_rule_that_was_added_and_no_other(
    theirs: Any, cloudformation: Deployment
) -> None:
    added = cloudformation.ask("Create", "add")

    answer = cloudformation.ask("Delete", done=added["PhysicalResourceId"])

    assert answer["Status"] == "SUCCESS"
    assert active(theirs) == THEIRS
    assert [rule["Name"] for rule in rules_of(theirs, THEIRS)] == ["archive"]


def test_deleting_deactivates_our_rule_set(ses: Any, cloudformation: Deployment) -> None:
    done = cloudformation.ask("Create")["PhysicalResourceId"]

    answer = cloudformation.ask("Delete", done=done)

    assert answer["Status"] == "SUCCESS"
    assert active(ses) is None


def test_deleting_leaves_a_rule_set_that_was_activated_since(
    ses: Any, cloudformation: Deployment
) -> None:
    done = cloudformation.ask("Create")["PhysicalResourceId"]
    ses.create_receipt_rule_set(RuleSetName=THEIRS)
    ses.set_active_receipt_rule_set(RuleSetName=THEIRS)

    answer = cloudformation.ask("Delete", done=done)

    assert answer["Status"] == "SUCCESS"
    assert active(ses) == THEIRS


def test_a_failure_is_answered_too(ses: Any, cloudformation: Deployment) -> None:
    ses.delete_receipt_rule_set(RuleSetName=OURS)

    answer = cloudformation.ask("Create")

    assert answer["Status"] == "FAILED"
    assert OURS in answer["Reason"]
    assert answer["PhysicalResourceId"] == "nothing"
    assert {"StackId", "RequestId", "LogicalResourceId"} <= set(answer)
