"""Payloads, as the programs of others read them."""

import base64
import json
import os
from datetime import timedelta
from typing import Any

import pytest

from mayfly import limits
from mayfly.errors import MessageNotFound
from mayfly.filters.fields import filter_of
from mayfly.webhooks.links import PATH
from mayfly.webhooks.models import DEPLOYMENT, Delivery, Event, EventType, PayloadFormat
from mayfly.webhooks.payloads import FilteredOut, sample
from tests import samples
from tests.functions.http import MemoryAssembly
from tests.memory import Memory
from tests.webhooks.given import a_webhook

RAW = (
    b"From: =?utf-8?q?J=C3=B6rg_=22the=22_Sender?= <sender@shop.example>\r\n"
    b"To: Alice <alice@mayfly.example>, bob@other.example\r\nCc: carol@other.example\r\n"
    b"Bcc: hidden@other.example\r\nReply-To: replies@shop.example\r\n"
    b"Subject: Your code\r\nMessage-ID: <1@shop.example>\r\nX-Spam: no\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
    b"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    b"Your code is 482913. Gr\xc3\xbc\xc3\x9fe\r\n--b\r\nContent-Type: application/pdf\r\n"
    b"Content-Disposition: attachment; filename=a.pdf\r\n\r\n"
    b"%PDF\r\n--b--\r\n"
)


@pytest.fixture
def delivery(flows: MemoryAssembly, memory: Memory) -> Delivery:
    return received(flows, memory, RAW)


def received(flows: MemoryAssembly, memory: Memory, raw: bytes) -> Delivery:
    inbox = samples.inbox()
    memory.inboxes.create(inbox, memory.clock())
    flows.receive(raw, str(inbox.address))
    (message,) = memory.rows.messages[inbox.id].values()
    about = {"message": str(message.id)}
    event = Event("msg_1", EventType.MESSAGE_RECEIVED, memory.clock(), (DEPLOYMENT,), about)
    return Delivery.of(event, a_webhook(1, DEPLOYMENT), memory.clock())


def body(flows: MemoryAssembly, delivery: Delivery, **webhook: Any) -> Any:
    hook = a_webhook(1, DEPLOYMENT, **webhook)
    return json.loads(flows.webhooks.payloads.body(delivery, hook))


def test_a_message_is_told_with_what_is_needed_to_act_on_it(
    flows: MemoryAssembly, delivery: Delivery
) -> None:
    event = body(flows, delivery)

    assert (event["type"], event["timestamp"]) == ("message.received", "2026-01-01T12:00:00.000Z")
    data = event["data"]
    assert (data["from"], data["fromName"]) == ("sender@shop.example", 'Jörg "the" Sender')
    assert [each["address"] for each in data["to"]] == ["alice@mayfly.example", "bob@other.example"]
    assert [each["address"] for each in data["replyTo"]] == ["replies@shop.example"]
    assert (data["subject"], data["seq"]) == ("Your code", 1)
    assert (data["text"].strip(), data["truncated"]) == ("Your code is 482913. Grüße", False)
    assert data["confirmation"]["code"] == "482913"
    assert data["linksExpireAt"] == "2026-01-01T13:00:00Z"
    (attachment,) = data["attachments"]
    assert (attachment["filename"], attachment["size"]) == ("a.pdf", 4)
    assert PATH.partition("{")[0] in attachment["url"]
    assert "hidden@other.example" not in json.dumps(event)


@pytest.mark.parametrize("letter", ["x", "ü", "\U0001f600"])
def test_a_long_text_is_cut_between_characters(
    flows: MemoryAssembly, memory: Memory, letter: str
) -> None:
    head = b"From: a@b.example\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    delivery = received(flows, memory, head + (letter * 20_000).encode())

    data = body(flows, delivery)["data"]

    most = limits.WEBHOOK_TEXT_BYTES
    assert most - 4 < len(data["text"].encode()) <= most
    assert data["truncated"] is True
    assert set(data["text"]) == {letter}


def test_what_is_no_text_in_an_action_is_left_out(flows: MemoryAssembly, memory: Memory) -> None:
    script = (
        '{"@type": "ViewAction", "name": "Confirm \\ud800", "url": "https://x.example/\\ud800"}'
    )
    head = "From: a@b.example\r\nSubject: Confirm\r\nContent-Type: text/html\r\n\r\n"
    mail = f'{head}<script type="application/ld+json">{script}</script>'

    event = body(flows, received(flows, memory, mail.encode()))

    assert event["data"]["confirmation"]["link"] is None


def test_what_was_deleted_is_told_to_nobody(
    flows: MemoryAssembly, memory: Memory, delivery: Delivery
) -> None:
    (inbox,) = memory.rows.inboxes.values()
    memory.inboxes.close(inbox.id, memory.clock())

    with pytest.raises(MessageNotFound):
        body(flows, delivery)


def test_what_is_over_is_told_to_nobody(
    flows: MemoryAssembly, memory: Memory, delivery: Delivery
) -> None:
    memory.clock.advance(hours=72)

    with pytest.raises(MessageNotFound):
        body(flows, delivery)


def test_a_filter_that_the_mail_does_not_meet_keeps_it_back(
    flows: MemoryAssembly, delivery: Delivery
) -> None:
    assert body(flows, delivery, filter=filter_of({"to": "bob@", "text": "482913"}))
    with pytest.raises(FilteredOut):
        body(flows, delivery, filter=filter_of({"to": "dave@"}))


def anymail(document: Any) -> Any:
    """What django-anymail's view makes of it: the message that a Django project is told of."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.webhooks.django_settings")
    import django

    django.setup()
    from anymail.signals import inbound
    from anymail.webhooks.postmark import PostmarkInboundWebhookView
    from django.test import RequestFactory

    told: list[Any] = []

    def hear(sender: Any, event: Any, esp_name: str, **more: Any) -> None:
        told.append(event)

    inbound.connect(hear, weak=False)
    try:
        credentials = base64.b64encode(b"user:pass").decode()
        request = RequestFactory().post(
            "/anymail/postmark/inbound/",
            data=json.dumps(document),
            content_type="application/json",
            HTTP_AUTHORIZATION=f"Basic {credentials}",
        )
        response = PostmarkInboundWebhookView.as_view()(request)
    finally:
        inbound.disconnect(hear)
    assert response.status_code == 200
    (event,) = told
    return event.message


@pytest.mark.parametrize("with_raw", [False, True])
def test_django_anymail_takes_it_for_postmark_s(
    flows: MemoryAssembly, delivery: Delivery, with_raw: bool
) -> None:
    document = body(flows, delivery, format=PayloadFormat.POSTMARK, with_raw=with_raw)

    message = anymail(document)

    assert str(message.from_email) == '"Jörg \\"the\\" Sender" <sender@shop.example>'
    assert [each.addr_spec for each in message.to] == ["alice@mayfly.example", "bob@other.example"]
    assert [each.addr_spec for each in message.cc] == ["carol@other.example"]
    assert (message.subject, message["Reply-To"]) == ("Your code", "replies@shop.example")
    assert message.text.strip() == "Your code is 482913. Grüße"
    assert message.envelope_recipient == "alice@mayfly.example"
    (attachment,) = message.attachments
    assert (attachment.get_filename(), attachment.get_content_bytes().strip()) == ("a.pdf", b"%PDF")
    assert message["X-Spam"] == "no"
    assert ("RawEmail" in document) is with_raw
    assert "hidden@other.example" not in json.dumps({**document, "RawEmail": ""})


def test_no_attachment_has_a_content_id_that_it_does_not_have(
    flows: MemoryAssembly, delivery: Delivery
) -> None:
    (attachment,) = body(flows, delivery, format=PayloadFormat.POSTMARK)["Attachments"]

    assert attachment == {
        "Name": "a.pdf",
        "Content": base64.b64encode(b"%PDF").decode(),
        "ContentType": "application/pdf",
        "ContentLength": 4,
    }


def test_attachments_that_are_too_large_are_named_and_left_out(
    flows: MemoryAssembly, memory: Memory
) -> None:
    large = base64.encodebytes(b"x" * (limits.WEBHOOK_FILES_BYTES + 1))
    part = b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n"
    raw = RAW.replace(
        b"--b--\r\n",
        b"--b\r\n"
        + part
        + b"Content-Disposition: attachment; filename=b.pdf\r\n\r\n"
        + large
        + b"\r\n--b--\r\n",
    )

    document = body(flows, received(flows, memory, raw), format=PayloadFormat.POSTMARK)

    assert [each["Name"] for each in document["Attachments"]] == ["a.pdf"]
    assert {"Name": "X-Mayfly-Left-Out", "Value": "b.pdf"} in document["Headers"]


def test_a_test_of_postmark_s_format_is_taken_as_well() -> None:
    event = Event("msg_1", EventType.MESSAGE_RECEIVED, samples.NOW, ())
    hook = a_webhook(1, format=PayloadFormat.POSTMARK)
    document = json.loads(sample(Delivery.of(event, hook, samples.NOW), hook))

    assert anymail(document).subject == "Test"


def test_links_are_new_with_each_attempt(
    flows: MemoryAssembly, memory: Memory, delivery: Delivery
) -> None:
    first = body(flows, delivery)["data"]["linksExpireAt"]
    memory.clock.now += timedelta(minutes=30)

    assert body(flows, delivery)["data"]["linksExpireAt"] > first
