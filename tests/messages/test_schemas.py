"""Document 000's JSON, field by field."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import jsonschema
import msgspec
import pytest

from mayfly import limits
from mayfly.addresses import schemas as addresses
from mayfly.errors import InvalidInput
from mayfly.health.schemas import Health
from mayfly.inboxes.ids import MessageId
from mayfly.kit import clock as times
from mayfly.kit.http.query import Html
from mayfly.kit.http.schemas import View, read
from mayfly.mail.diagnostics import Diagnostics, Hop
from mayfly.mail.mime.parser import parse
from mayfly.messages import message_schemas as whole
from mayfly.messages.models import Content, Message
from mayfly.messages.routes import list_headers
from mayfly.messages.schemas import DeletedMessage, MessageLine
from tests import samples
from tests.costs import grows_with_its_input

BASE = "https://api.example/live"
RAW = (
    b"Received: from a.example by b.example with ESMTPS id 1 for <other@mayfly.example>;\r\n"
    b" Thu, 1 Jan 2026 12:00:00 +0000\r\n"
    b"From: The Shop <orders@shop.example>\r\nTo: Alice <alice@mayfly.example>\r\n"
    b"Cc: bob@elsewhere.example\r\nBcc: hidden@mayfly.example\r\n"
    b"Reply-To: help@shop.example\r\nDate: Thu, 1 Jan 2026 13:00:00 +0100\r\n"
    b"Subject: Your order\r\nMessage-ID: <1@shop.example>\r\nIn-Reply-To: <0@shop.example>\r\n"
    b"References: <0@shop.example>\r\nList-Unsubscribe: <https://shop.example/u>\r\n"
    b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n'
    b"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    b'<p>Hi</p><img src="cid:logo"><img src="https://shop.example/pixel.gif">\r\n'
    b"--b\r\nContent-Type: image/png\r\nContent-ID: <logo>\r\n"
    b'Content-Disposition: inline; filename="logo.png"\r\n\r\nPNG\r\n--b--\r\n'
)


def given_message() -> Message:
    inbox = samples.inbox()
    return Message(
        MessageId(inbox.id, 7, samples.accepted().mail),
        samples.summary(),
        samples.NOW + inbox.message_lifetime,
    )


def given_content(raw: bytes = RAW) -> Content:
    return Content(parse(raw, limits.MIME), "raw/mail-1", len(raw), "ab" * 32)


def as_json(view: View) -> dict[str, Any]:
    """The view as clients have it."""
    document: dict[str, Any] = json.loads(msgspec.json.encode(view))
    return document


def shown_of(
    html: Html, content: Content | None = None, message: Message | None = None
) -> dict[str, Any]:
    found = message or given_message()
    url = f"{BASE}/api/messages/{found.id}"
    return as_json(whole.Message.opened(found, content or given_content(), url, html))


def test_the_line_of_a_list_is_the_documents_and_more() -> None:
    found = given_message()

    assert as_json(MessageLine.of(found)) == {
        "id": str(found.id),
        "from": "orders@shop.example",
        "subject": "Your order",
        "receivedAt": "2026-01-01T12:00:00Z",
        "hasAttachments": True,
        "seq": 7,
        "fromName": "The Shop",
        "preview": "Thank you for your order.",
        "isRead": False,
        "isSpam": False,
        "size": 1234,
        "attachments": [{"filename": "invoice.pdf", "size": 999}],
        "verdicts": {"spam": "PASS", "virus": "PASS", "spf": "PASS", "dkim": "GRAY", "dmarc": None},
        "threadId": "abcdefgh",
    }


def test_a_mail_without_files_has_no_attachments() -> None:
    found = given_message()
    plain = replace(found, summary=replace(found.summary, attachments=()))

    assert MessageLine.of(plain).has_attachments is False


def test_a_message_has_the_documents_fields() -> None:
    found = given_message()

    shown = shown_of(Html.RAW, message=found)

    assert shown["id"] == str(found.id)
    assert (shown["from"], shown["subject"]) == ("orders@shop.example", "Your order")
    assert shown["body"] == ""
    assert str(shown["html"]).startswith('<p>Hi</p><img src="cid:logo">')
    assert shown["attachments"] == [
        {
            "filename": "logo.png",
            "size": 3,
            "id": "1",
            "contentType": "image/png",
            "contentId": "logo",
            "inline": True,
            "url": f"{BASE}/api/messages/{found.id}/attachments/1",
        }
    ]


def test_a_message_has_what_was_read_of_the_mail() -> None:
    shown = shown_of(Html.RAW)

    assert shown["to"] == [{"name": "Alice", "address": "alice@mayfly.example"}]
    assert shown["cc"] == [{"name": "", "address": "bob@elsewhere.example"}]
    assert shown["replyTo"] == [{"name": "", "address": "help@shop.example"}]
    assert shown["date"] == "2026-01-01T12:00:00Z"
    assert shown["messageId"] == "<1@shop.example>"
    assert shown["inReplyTo"] == shown["references"] == ["<0@shop.example>"]
    assert shown["listUnsubscribe"] == ["https://shop.example/u"]
    assert shown["sha256"] == "ab" * 32
    assert shown["expiresAt"] == "2026-01-04T12:00:00Z"
    assert {"name": "Subject", "value": "Your order"} in shown["headers"]


def test_no_reader_learns_of_other_envelope_recipients() -> None:
    shown = shown_of(Html.RAW)

    assert "hidden@" not in str(shown)
    assert "other@" not in str(shown)
    assert "from a.example by b.example with ESMTPS id 1;" in str(shown)


@pytest.mark.parametrize(
    ("came", "shown"),
    [
        ("by x for a@b.example; date", "by x; date"),
        ("by x for <a@b.example> ; date", "by x ; date"),
        ("by x (for <a@b.example>); date", "by x (); date"),
        ("by x\tfor  <a@b.example>", "by x"),
        ("by waiting for me; date", "by waiting for me; date"),
    ],
)
def test_the_recipient_is_cut_out_of_received(came: str, shown: str) -> None:
    assert whole.without_recipients(came) == shown


@pytest.mark.parametrize("piece", [" ", "\t", " for", " for ", "(for ", " for <", " for a@", "a@"])
def test_cutting_it_out_costs_in_proportion_to_the_header(piece: str) -> None:
    assert grows_with_its_input(whole.without_recipients, piece, 2_000)


def test_safe_html_links_the_mails_pictures_and_counts_the_others() -> None:
    found = given_message()

    shown = shown_of(Html.SAFE, message=found)

    assert f'src="{BASE}/api/messages/{found.id}/attachments/1"' in str(shown["html"])
    assert "shop.example/pixel" not in str(shown["html"])
    assert shown["blockedImages"] == 1


def test_remote_images_are_there_when_they_are_asked_for() -> None:
    shown = shown_of(Html.WITH_IMAGES)

    assert 'src="https://shop.example/pixel.gif"' in str(shown["html"])
    assert shown["blockedImages"] == 0


def test_a_mail_that_cannot_be_read_is_a_message_too() -> None:
    shown = shown_of(Html.SAFE, given_content(b"\xff\x00"))

    jsonschema.validate(shown, msgspec.json.schema(whole.Message))


def test_a_body_that_no_answer_can_hold_is_cut_and_says_so() -> None:
    long = replace(given_content().mail, text="x" * 1_000_000, html="<p>x</p>" * 60_000)
    content = replace(given_content(), mail=long)

    raw = whole.cut(whole.Message.opened(given_message(), content, BASE, Html.RAW))
    safe = whole.cut(whole.Message.opened(given_message(), content, BASE, Html.SAFE))

    assert raw.truncated == safe.truncated == ["body", "html"]
    assert len(raw.body) == len(raw.html) == whole.CUT_CHARS
    assert safe.html == ""


def test_every_field_is_as_described() -> None:
    inbox = samples.inbox()
    found = given_message()
    hop = Hop("a", "b", "c", None, 0.0)
    views = [
        MessageLine.of(found),
        DeletedMessage(id=str(found.id)),
        whole.Message.opened(found, given_content(), BASE, Html.RAW),
        addresses.NewAddress.of(inbox, access_token="token"),
        addresses.Address.of(inbox),
        addresses.AddressStatus.of(inbox),
        addresses.DeletedAddress(email=str(inbox.address)),
        Health.of(3, timedelta(hours=1)),
        Health.of(None, timedelta(hours=1)),
        whole.Diagnostics.of(Diagnostics((hop,), ("x",))),
    ]

    for view in views:
        jsonschema.validate(as_json(view), msgspec.json.schema(type(view)))


def test_addresses_look_as_documented() -> None:
    inbox = samples.inbox()

    assert as_json(addresses.NewAddress.of(inbox, access_token="token")) == {
        "email": "alice@mayfly.example",
        "expiresAt": "2026-01-02T12:00:00Z",
        "createdAt": "2026-01-01T12:00:00Z",
        "id": str(inbox.id),
        "access_token": "token",
    }
    assert as_json(addresses.AddressStatus.of(replace(inbox, held_messages=5, sequence=9))) == {
        "email": "alice@mayfly.example",
        "active": True,
        "createdAt": "2026-01-01T12:00:00Z",
        "expiresAt": "2026-01-02T12:00:00Z",
        "messageCount": 5,
        "sequence": 9,
        "inboxFull": None,
    }


def test_a_list_goes_on_in_headers() -> None:
    headers = list_headers(BASE, "a+b@mayfly.example", 20, "cursor", 9)

    assert headers == {
        "X-Last-Sequence": "9",
        "X-Next-Cursor": "cursor",
        "Link": f"<{BASE}/api/emails/a%2Bb@mayfly.example/messages?limit=20&cursor=cursor>;"
        ' rel="next"',
    }
    assert list_headers(BASE, "a@mayfly.example", 20, None, None) == {}


@pytest.mark.parametrize("wrong", [1, [], {}])
def test_a_domain_is_a_string(wrong: object) -> None:
    with pytest.raises(InvalidInput, match="domain must be a string"):
        read({"domain": wrong}, addresses.WantedAddress)


def test_without_a_domain_it_is_the_default_one() -> None:
    for sent in ({}, {"domain": None}):
        assert read(sent, addresses.WantedAddress).domain is None


def test_health_is_the_documents() -> None:
    assert as_json(Health.of(42, timedelta(hours=12, minutes=34, seconds=59))) == {
        "status": "OK",
        "dbConnected": True,
        "smtpServer": "running",
        "websocketConnections": 42,
        "uptime": "12h 34m",
    }
    assert Health.of(None, timedelta(0)).status == "DEGRADED"
    assert list(as_json(Health.of(3, timedelta(minutes=754)))) == list(Health.EXAMPLE)[:5]


def test_times_are_utc_in_whole_seconds() -> None:
    berlin = timezone(timedelta(hours=1))

    assert times.stamp(datetime(2026, 1, 31, 11, 15, 30, 999, berlin)) == "2026-01-31T10:15:30Z"
    assert times.stamp(datetime(2026, 1, 31, tzinfo=UTC)) == "2026-01-31T00:00:00Z"
    assert times.span(timedelta(days=2, minutes=5)) == "48h 5m"
