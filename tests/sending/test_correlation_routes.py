"""One id leads from line to line through the logs of all functions that a mail comes by."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.http_api import handler as http_api
from functions.inbound_mail import handler as inbound_mail
from functions.mail_events import handler as mail_events
from functions.send_mail import handler as send_mail
from functions.sweep import handler as sweep
from functions.table_events import handler as table_events
from infra.local.dynamodb.stream import Changes, TableStream
from mayfly.assembly import here
from mayfly.inboxes.ids import mail_key
from mayfly.kit.http.log import logger as http_logger
from mayfly.kit.http.messages import Answer
from tests.aws import AWS_SIDES
from tests.deployments import Deployment
from tests.functions.http import MemoryAssembly, event
from tests.sending.test_sending_routes import Sending

FUNCTIONS = {
    "sweep": sweep.logger,
    "inbound_mail": inbound_mail.logger,
    "table_events": table_events.logger,
}
SENDING = {
    "http_api": http_logger,
    "send_mail": send_mail.logger,
    "mail_events": mail_events.logger,
}
Lines = list[dict[str, Any]]


@contextmanager
def written_by(logger: Any) -> Iterator[io.StringIO]:
    """What the logger writes inside the block."""
    written, handler = io.StringIO(), logger.registered_handler
    assert isinstance(handler, logging.StreamHandler)
    before = handler.setStream(written)
    try:
        yield written
    finally:
        handler.setStream(before)


@pytest.fixture
def logs() -> Iterator[dict[str, io.StringIO]]:
    """The logs of all functions that a mail comes by."""
    with ExitStack() as block:
        yield {name: block.enter_context(written_by(each)) for name, each in FUNCTIONS.items()}


def lines(written: io.StringIO) -> Lines:
    """Each line is JSON by itself."""
    return [json.loads(line) for line in written.getvalue().splitlines()]


def followed(changes: Changes, context: Any) -> None:
    stream = TableStream(
        changes, lambda told: table_events.lambda_handler(told, context), give_up=lambda _: None
    )
    while stream.step():
        pass


def replayed(deployment: Deployment) -> None:
    """A mail whose notice was lost: the sweep finds it, and the queue has it once more."""
    sqs, queue = deployment.clients["sqs"], here().settings.queue_url
    sweep.lambda_handler({}, deployment.context)
    (found,) = sqs.receive_message(QueueUrl=queue)["Messages"]
    record = {"messageId": found["MessageId"], "body": found["Body"]}
    told = inbound_mail.lambda_handler({"Records": [record]}, deployment.context)
    assert told == {"batchItemFailures": []}


@pytest.mark.parametrize("deployment", AWS_SIDES, indirect=True)
def test_a_mail_is_followed_from_the_sweep_to_who_listens_and_to_its_end(
    deployment: Deployment, logs: dict[str, io.StringIO]
) -> None:
    address = here().inboxes.service.make().inbox.address
    raw = f"Received: by ses for <{address}>; now\r\nSubject: secret\r\n\r\nsecret".encode()
    deployment.put_raw("raw/0000014a-ses-name", raw)
    here().adapters.now = lambda: datetime.now(UTC) + timedelta(hours=2)
    key = mail_key("raw/0000014a-ses-name")

    replayed(deployment)
    followed(deployment.changes, deployment.context)
    (message,) = here().messages.reader.page(str(address), 1).messages
    here().adapters.messages.delete(message.id, here().now())
    followed(deployment.changes, deployment.context)

    told = {
        name: [each["message"] for each in lines(written) if each.get("mail") == key]
        for name, written in logs.items()
    }
    assert told == {
        "sweep": ["Mail replayed"],
        "inbound_mail": ["Mail settled"],
        "table_events": ["Change followed", "Change followed"],
    }
    for name in ("sweep", "inbound_mail"):
        (line,) = [each for each in lines(logs[name]) if each.get("mail") == key]
        assert line["message_id"] == "0000014a-ses-name"
    everything = "".join(written.getvalue() for written in logs.values())
    assert "secret" not in everything
    assert str(address) not in everything


def test_a_mail_that_cannot_be_settled_is_named_as_well(
    deployment: Deployment, logs: dict[str, io.StringIO]
) -> None:
    address = here().inboxes.service.make().inbox.address
    deployment.put_raw("raw/m1", f"Received: by ses for <{address}>; now\r\n\r\n".encode())
    here().adapters.now = lambda: datetime.now(UTC) + timedelta(hours=2)
    sweep.lambda_handler({}, deployment.context)
    deployment.clients["s3"].delete_object(Bucket=deployment.settings.mail_bucket, Key="raw/m1")
    sqs, queue = deployment.clients["sqs"], here().settings.queue_url
    (found,) = sqs.receive_message(QueueUrl=queue)["Messages"]

    record = {"messageId": "1", "body": found["Body"]}
    told = inbound_mail.lambda_handler({"Records": [record]}, deployment.context)

    assert told == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    (line,) = [each for each in lines(logs["inbound_mail"]) if each["level"] == "ERROR"]
    assert (line["mail"], line["message_id"]) == (mail_key("raw/m1"), "m1")


def test_a_request_about_one_mail_names_it_beside_its_own_id(
    flows: MemoryAssembly, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The way from a request to the mail that it has sent, or was about."""

    ping = http_api._ROUTES["/health/ping"]["GET"]
    told = replace(ping, run=lambda call: Answer(204, mail="0190-mail"))
    monkeypatch.setitem(http_api._ROUTES["/health/ping"], "GET", told)
    with written_by(http_logger) as written:
        http_api.serve(event("GET", "/health/ping"), flows)
        http_api.serve(event("GET", "/health"), flows)

    first, second = lines(written)
    assert first["correlation_id"] == "11111111-2222-3333-4444-555555555555"
    assert (first["mail"], first["status"]) == ("0190-mail", 204)
    assert "mail" not in second


def a_delivery(sending: Sending) -> str:
    """What SES says when the one mail has arrived, with the tags that came along with it."""
    ((envelope, _),) = sending.memory.mailer.sent
    tags = {
        "mayfly-account": [envelope.account],
        "mayfly-mail": [envelope.mail],
        "mayfly-round": [str(envelope.round)],
    }
    time = "2026-01-01T12:00:05.000Z"
    mail = {"timestamp": time, "messageId": "ses-1", "destination": [], "tags": tags}
    delivery = {"timestamp": time, "recipients": list(envelope.recipients)}
    return json.dumps({"eventType": "Delivery", "mail": mail, "delivery": delivery})


def test_a_mail_is_followed_from_the_request_that_sent_it_to_its_delivery() -> None:
    sending = Sending()
    with ExitStack() as block:
        logs = {name: block.enter_context(written_by(each)) for name, each in SENDING.items()}
        mail = sending.send().json["id"]
        sending.work()
        record = {"messageId": "1", "body": a_delivery(sending)}
        assert mail_events.note({"Records": [record]}, sending.flows) == {"batchItemFailures": []}

    told = {
        name: [each["message"] for each in lines(written) if each.get("mail") == mail]
        for name, written in logs.items()
    }
    assert told == {
        "http_api": ["Request answered"],
        "send_mail": ["Order carried out"],
        "mail_events": ["Event noted"],
    }
    (line,) = [each for each in lines(logs["http_api"]) if each.get("mail") == mail]
    assert line["correlation_id"] == "11111111-2222-3333-4444-555555555555"
    ((_, raw),) = sending.memory.mailer.sent
    assert f"Message-ID: <{mail}@mine.example>".encode() in raw
    everything = "".join(written.getvalue() for written in logs.values())
    for secret in ("recipient", "sender@", "Test Email", "Hello"):
        assert secret not in everything
