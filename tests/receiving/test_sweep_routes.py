"""The hourly function."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto.core.utils import unix_time_millis
from moto.sqs.models import sqs_backends

from functions.sweep.handler import lambda_handler
from infra.local.dynamodb.stream_filters import matches_any
from mayfly import limits, prices
from mayfly.assembly import here
from mayfly.inboxes.ids import mail_key
from mayfly.kit.dynamodb.keys import (
    EXPIRY_FILTERS,
    SWEEP_PARTITION,
    budget_key,
    counters_key,
    message_key,
)
from mayfly.kit.dynamodb.notation import encode_row
from mayfly.mail.address import Address
from mayfly.receiving.models import Accepted, DropReason, Stored
from tests import samples
from tests.deployments import Deployment


def test_the_sweep_notes_where_the_days_mails_begin(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAILS_PER_DAY", "100")
    here.cache_clear()
    before = datetime.now(UTC).date()

    found = lambda_handler({}, deployment.context)

    days = {before, datetime.now(UTC).date()}
    rows = [here().adapters.table.get(budget_key(day)) for day in days]
    assert found == {"mails": 0, "recovered": 0, "cleared": 0}
    assert any(row.get("baseline") == 0 for row in rows)


def test_without_a_budget_the_sweep_writes_down_its_place_and_no_more(
    deployment: Deployment,
) -> None:
    lambda_handler({}, deployment.context)

    table = deployment.settings.table_name
    (row,) = deployment.clients["dynamodb"].scan(TableName=table)["Items"]
    assert row["pk"] == {"S": SWEEP_PARTITION}


def test_the_sweep_tells_how_far_it_is_behind(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    lambda_handler({}, deployment.context)

    (told,) = [line for line in capsys.readouterr().out.splitlines() if "SweepBehind" in line]
    (seconds,) = json.loads(told)["SweepBehind"]
    on_time = limits.SWEEP_AFTER + limits.SWEEP_AGAIN
    assert on_time.total_seconds() <= seconds < limits.SWEEP_BEHIND.total_seconds()


LOST = b"To: ann@mayfly.localhost\r\n\r\nHello\r\n"


def told_of(deployment: Deployment, *names: str) -> list[dict[str, Any]]:
    """Raw mails are stored, and the bucket tells a queue of them: its records, in their order."""
    s3, sqs = deployment.clients["s3"], deployment.clients["sqs"]
    queue = sqs.create_queue(QueueName="arrivals")["QueueUrl"]
    configuration = {
        "QueueArn": "arn:aws:sqs:us-east-1:123456789012:arrivals",
        "Events": ["s3:ObjectCreated:*"],
        "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "raw/"}]}},
    }
    s3.put_bucket_notification_configuration(
        Bucket=deployment.settings.mail_bucket,
        NotificationConfiguration={"QueueConfigurations": [configuration]},
    )
    for name in names:
        deployment.put_raw(name, LOST)
    told: list[dict[str, Any]] = []
    asked = {"QueueUrl": queue, "MaxNumberOfMessages": 10, "AttributeNames": ["All"]}
    while found := sqs.receive_message(**asked).get("Messages"):
        told += found
    return [
        {
            "messageId": each["MessageId"],
            "receiptHandle": each["ReceiptHandle"],
            "body": each["Body"],
            "attributes": each["Attributes"],
            "eventSourceARN": configuration["QueueArn"],
        }
        for each in told
    ]


def later(by: timedelta) -> None:
    """Another process, whose clock is ahead."""
    here.cache_clear()
    here().adapters.now = lambda: datetime.now(UTC) + by


def test_a_message_that_ttl_removed_takes_its_raw_mail_along_unless_another_may_have_it(
    deployment: Deployment,
) -> None:
    inbox = here().inboxes.service.make().inbox
    other = here().inboxes.service.make().inbox
    changes = []
    for name, recipients, recovered in (
        ("alone", [inbox], False),
        ("shared", [inbox, other], False),
        ("recovered", [inbox], True),
        ("shown", [other], False),
    ):
        deployment.put_raw(f"raw/{name}", LOST)
        notice = samples.notice(name, *(str(each.address) for each in recipients))
        at = here().now()
        notice = replace(notice, received_at=at, bucket=deployment.settings.mail_bucket)
        outcomes = here().receiving.receiver.receive(replace(notice, recovered=recovered))
        assert isinstance(outcomes[0], Stored)
        key = message_key(outcomes[0].message.inbox, outcomes[0].message.sequence)
        removed = {"Keys": encode_row(key), "OldImage": encode_row(here().adapters.table.get(key))}
        if name != "shown":
            here().adapters.table.delete(key)
            changes.append(
                {
                    "eventSource": "aws:dynamodb",
                    "eventName": "REMOVE",
                    "userIdentity": {"type": "Service", "principalId": "dynamodb.amazonaws.com"},
                    "dynamodb": removed,
                }
            )
    assert all(matches_any(EXPIRY_FILTERS, change) for change in changes)

    for _ in range(2):  # Lambda may come again with the same
        assert not lambda_handler({"Records": changes}, deployment.context)["batchItemFailures"]

    listed = deployment.clients["s3"].list_objects_v2(Bucket=deployment.settings.mail_bucket)
    kept = {each["Key"] for each in listed["Contents"]}
    assert kept == {"raw/shared", "raw/recovered", "raw/shown"}


def test_what_somebody_removed_is_not_for_the_sweep() -> None:
    deleted = {"eventName": "REMOVE", "dynamodb": {"Keys": {"sk": {"S": "message#g#1"}}}}
    by_ttl = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
    content = deleted | {"dynamodb": {"Keys": {"sk": {"S": "content"}}}, "userIdentity": by_ttl}

    assert not matches_any(EXPIRY_FILTERS, deleted)
    assert not matches_any(EXPIRY_FILTERS, content)
    assert matches_any(EXPIRY_FILTERS, deleted | {"userIdentity": by_ttl})


def waits(deployment: Deployment) -> dict[str, int]:
    """For how long records are out of sight, by message id."""
    queue = sqs_backends["123456789012"]["us-east-1"].queues["arrivals"]
    now = unix_time_millis()
    return {each.id: round((each.visible_at - now) / 1000) for each in queue._messages}


@pytest.mark.parametrize("deployment", ["moto"], indirect=True)
def test_a_mail_that_the_bucket_told_of_is_looked_at_until_it_has_an_outcome(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    trial, lost, settled = told_of(deployment, "raw/lost", "raw/settled", "content/none")
    here().adapters.deliveries.drop(
        Accepted(mail_key("raw/settled"), "raw/settled", 1),
        Address.parse("bob@mayfly.localhost"),
        DropReason.UNKNOWN_RECIPIENT,
    )
    event = {"Records": [trial, lost, settled]}

    young = lambda_handler(event, deployment.context)
    early = waits(deployment)[lost["messageId"]]
    later(limits.SWEEP_AFTER)
    lost["attributes"]["ApproximateReceiveCount"] = "3"
    old = lambda_handler(event, deployment.context)
    late = waits(deployment)[lost["messageId"]]

    assert young == old == {"batchItemFailures": [{"itemIdentifier": lost["messageId"]}]}
    assert early == pytest.approx(limits.SWEEP_AGAIN.total_seconds(), abs=60)
    assert late == pytest.approx(2 * limits.SWEEP_AGAIN.total_seconds(), abs=60)
    (sent,) = deployment.clients["sqs"].receive_message(QueueUrl=here().settings.queue_url)[
        "Messages"
    ]
    assert json.loads(sent["Body"])["receipt"]["action"]["objectKey"] == "raw/lost"
    told = capsys.readouterr().out
    assert "MailRecovered" in told
    assert "ann@" not in told


@pytest.mark.parametrize("deployment", ["moto"], indirect=True)
def test_a_record_that_cannot_be_looked_at_takes_none_of_its_neighbours_along(
    deployment: Deployment,
) -> None:
    _, lost, other = told_of(deployment, "raw/lost", "raw/other")
    lost["body"] = "{"
    here().adapters.deliveries.drop(
        Accepted(mail_key("raw/other"), "raw/other", 1),
        Address.parse("bob@mayfly.localhost"),
        DropReason.UNKNOWN_RECIPIENT,
    )

    answer = lambda_handler({"Records": [lost, other]}, deployment.context)

    assert answer == {"batchItemFailures": [{"itemIdentifier": lost["messageId"]}]}


def test_where_the_bucket_tells_of_mails_no_sweep_lists_them_until_a_round_is_asked_for(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ARRIVALS_QUEUE_URL", "https://sqs.us-east-1.amazonaws.com/1/arrivals")
    here.cache_clear()
    lambda_handler({}, deployment.context)  # of mails from before there was such a queue
    deployment.put_raw("raw/lost", LOST)
    later(timedelta(hours=2))
    capsys.readouterr()

    found = [lambda_handler({}, deployment.context)["mails"]]
    told = capsys.readouterr().out
    found.append(lambda_handler({"round": "now"}, deployment.context)["mails"])

    assert found == [0, 1]
    assert "SweepBehind" in told and "SweptMails" not in told


@pytest.mark.parametrize("deployment", ["moto"], indirect=True)
def test_the_sweep_says_that_no_mail_is_taken_and_says_nothing_otherwise(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RECEIPT_RULE", "Mayfly-receive")
    here.cache_clear()
    ses = boto3.client("ses")
    rule = {"Name": "Mayfly-receive", "Enabled": True, "Actions": []}
    ses.create_receipt_rule_set(RuleSetName="Mayfly")
    ses.create_receipt_rule(RuleSetName="Mayfly", Rule=rule)
    ses.create_receipt_rule_set(RuleSetName="theirs")

    told = []
    for active in ("", "theirs", "Mayfly"):
        if active:
            ses.set_active_receipt_rule_set(RuleSetName=active)
        lambda_handler({}, deployment.context)
        told.append("ReceivingOff" in capsys.readouterr().out)
    ses.update_receipt_rule(RuleSetName="Mayfly", Rule={**rule, "Enabled": False})
    lambda_handler({}, deployment.context)
    told.append("ReceivingOff" in capsys.readouterr().out)

    assert told == [True, True, False, True]


def test_what_is_counted_says_of_which_stack_it_is(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        lambda_handler({}, deployment.context)

    lines = [line for line in capsys.readouterr().out.splitlines() if "SweepBehind" in line]
    assert len(lines) == 2
    for told in map(json.loads, lines):
        (metrics,) = told["_aws"]["CloudWatchMetrics"]
        assert [sorted(each) for each in metrics["Dimensions"]] == [["service", "stack"]]
        assert (told["service"], told["stack"]) == ("sweep", "Mayfly")


@pytest.mark.parametrize("deployment", ["moto"], indirect=True)
def test_past_the_budget_our_rule_alone_is_out_of_service_until_a_person_puts_it_back(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RECEIPT_RULE", "Mayfly-receive")
    here.cache_clear()
    ses = boto3.client("ses")
    ses.create_receipt_rule_set(RuleSetName="Mayfly")
    for name in ("theirs", "Mayfly-receive"):
        ses.create_receipt_rule(
            RuleSetName="Mayfly", Rule={"Name": name, "Enabled": True, "Actions": []}
        )
    ses.set_active_receipt_rule_set(RuleSetName="Mayfly")

    def enabled() -> dict[str, bool]:
        rules = ses.describe_active_receipt_rule_set()["Rules"]
        return {each["Name"]: each["Enabled"] for each in rules}

    assert not lambda_handler({"breaker": "look"}, deployment.context)["tripped"]
    here().adapters.table.update(
        counters_key(0),
        UpdateExpression="ADD #accepted :many",
        ExpressionAttributeNames={"#accepted": "accepted"},
        ExpressionAttributeValues={":many": 100_000},
    )
    looked = lambda_handler({"breaker": "look"}, deployment.context)
    told = capsys.readouterr().out

    dollars = 100_000 * prices.MAIL
    assert (looked["tripped"], looked["dollars"]) == (True, pytest.approx(dollars))
    assert looked["percent"] == pytest.approx(dollars / 5 * 100, abs=1)
    assert "BreakerTripped" in told
    assert enabled() == {"theirs": True, "Mayfly-receive": False}

    lambda_handler({}, deployment.context)
    assert "ReceivingOff" not in capsys.readouterr().out
    assert lambda_handler({"breaker": "status"}, deployment.context)["tripped"]

    assert not lambda_handler({"breaker": "reset"}, deployment.context)["tripped"]
    assert not lambda_handler({"breaker": "look"}, deployment.context)["tripped"]
    assert enabled() == {"theirs": True, "Mayfly-receive": True}
