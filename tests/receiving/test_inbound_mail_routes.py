"""Notices from the queue, in batches, as SQS hands them over."""

import io
import json
from datetime import timedelta
from logging import StreamHandler
from typing import Any

import pytest

from functions.inbound_mail.handler import lambda_handler, logger
from mayfly.assembly import ready
from mayfly.inboxes.models import Inbox
from mayfly.receiving.models import DropReason
from mayfly.receiving.notice import write
from tests import samples
from tests.aws import AWS_SIDES
from tests.deployments import Deployment

RAW = b"From: secret-sender@shop.example\r\nSubject: secret subject\r\n\r\nsecret body\r\n"


def record(body: str, message_id: str = "1") -> dict[str, Any]:
    return {
        "messageId": message_id,
        "receiptHandle": "handle",
        "body": body,
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {},
        "md5OfBody": "",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:mayfly",
        "awsRegion": "us-east-1",
    }


def invoke(deployment: Deployment, *records: dict[str, Any]) -> list[str]:
    answer = lambda_handler({"Records": list(records)}, deployment.context)
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def given_inbox(deployment: Deployment) -> Inbox:
    now = deployment.assembly.now()
    inbox = samples.inbox(created_at=now, expires_at=now + timedelta(hours=24))
    deployment.assembly.adapters.inboxes.create(inbox, now)
    return inbox


def given_mail(deployment: Deployment, name: str = "mail-1") -> str:
    deployment.put_raw(f"raw/{name}", RAW)
    return write(samples.notice(name, received_at=deployment.assembly.now()))


def count(deployment: Deployment, inbox: Inbox) -> int:
    return deployment.assembly.adapters.inboxes.get(inbox.id).sequence


@pytest.mark.parametrize("deployment", AWS_SIDES, indirect=True)
def test_a_mail_becomes_a_message(deployment: Deployment) -> None:
    inbox = given_inbox(deployment)
    body = given_mail(deployment)

    failures = invoke(deployment, record(body))

    assert failures == []
    assert count(deployment, inbox) == 1


def test_the_envelope_of_sns_is_taken_off(deployment: Deployment) -> None:
    inbox = given_inbox(deployment)
    body = json.dumps({"Type": "Notification", "Message": given_mail(deployment)})

    assert invoke(deployment, record(body)) == []
    assert count(deployment, inbox) == 1


def test_a_poison_record_takes_none_of_its_neighbours_along(deployment: Deployment) -> None:
    inbox = given_inbox(deployment)
    missing = write(samples.notice("not-there", received_at=deployment.assembly.now()))
    bodies = [given_mail(deployment, "a"), "{}", missing, given_mail(deployment, "b"), "["]
    records = [record(body, str(number)) for number, body in enumerate(bodies)]
    broken = {"messageId": "5"}

    failures = invoke(deployment, *records, broken)

    assert failures == ["1", "2", "4", "5"]
    assert deployment.assembly.adapters.deliveries.tally().failed_attempts == 4
    assert count(deployment, inbox) == 2


def test_what_announces_no_mail_is_done_with(deployment: Deployment) -> None:
    confirmation = json.dumps({"Type": "SubscriptionConfirmation", "Token": "x"})
    setup = write(samples.notice("AMAZON_SES_SETUP_NOTIFICATION"))

    assert invoke(deployment, record(confirmation), record(setup, "2")) == []
    assert deployment.assembly.adapters.deliveries.tally().accepted == 0


def test_the_same_record_twice_in_a_batch_is_one_message(deployment: Deployment) -> None:
    inbox = given_inbox(deployment)
    body = given_mail(deployment)

    assert invoke(deployment, record(body), record(body, "2")) == []
    assert count(deployment, inbox) == 1


def test_a_forged_notice_of_a_foreign_object_reads_nothing(deployment: Deployment) -> None:
    given_inbox(deployment)
    foreign = write(samples.notice("x", bucket="somebody-elses"))

    assert invoke(deployment, record(foreign)) == ["1"]


def test_outcomes_are_metrics_once(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    given_inbox(deployment)
    body = given_mail(deployment)
    told = json.loads(body)
    told["receipt"]["recipients"].append("nobody@mayfly.example")

    invoke(deployment, record(json.dumps(told)), record(json.dumps(told), "2"), record("{}", "3"))

    metrics = next(
        line for line in map(json.loads, capsys.readouterr().out.splitlines()) if "_aws" in line
    )
    assert metrics["MailAccepted"] == [1.0, 1.0]
    assert metrics["MailStored"] == [1.0]
    assert metrics[f"MailDropped.{DropReason.UNKNOWN_RECIPIENT}"] == [1.0]
    assert metrics["MailFailed"] == [1.0]


def test_logs_hold_no_address_subject_or_body(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    given_inbox(deployment)
    logs = io.StringIO()
    handler = logger.registered_handler
    assert isinstance(handler, StreamHandler)
    before = handler.setStream(logs)

    invoke(deployment, record(given_mail(deployment)), record("secret body", "2"))

    handler.setStream(before)
    output = "".join([logs.getvalue(), *capsys.readouterr()])
    assert "Mail settled" in output
    for secret in ("secret", "alice", "mayfly.example"):
        assert secret not in output


def test_in_lambda_the_flow_is_made_before_the_first_event(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready("receiving.receiver")
    elsewhere = "receiving" in vars(deployment.assembly)

    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "mayfly")
    ready("receiving.receiver")

    assert not elsewhere
    assert "receiving" in vars(deployment.assembly)
