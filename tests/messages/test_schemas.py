"""Document 000's JSON, field by field."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import jsonschema
import pytest

from mayfly import limits
from mayfly.addresses import schemas as addresses
from mayfly.errors import InvalidInput
from mayfly.health import schemas as service
from mayfly.inboxes.ids import MessageId
from mayfly.kit.http import times
from mayfly.kit.http.query import Html
from mayfly.mail.diagnostics import Diagnostics, Hop
from mayfly.mail.mime.parser import parse
from mayfly.messages import schemas as diagnostics
from mayfly.messages import schemas as emails
from mayfly.messages import schemas as message
from mayfly.messages.models import Content, Message
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


def test_the_line_of_a_list_is_the_documents_and_more() -> None:
    found = given_message()

    assert emails.list_item(found) == {
        "id": str(found.id),
        "from": "orders@shop.example",
        "subject": "Your order",
        "receivedAt": "2026-01-01T12:00:00Z",
        "hasAttachments": True,
        "seq": 7,
        "fromName": "The Shop",
        "preview": "Thank you for your order.",
        "isRead": False,
        "size": 1234,
        "attachments": [{"filename": "invoice.pdf", "size": 999}],
        "verdicts": {"spam": "PASS", "virus": "PASS", "spf": "PASS", "dkim": "GRAY", "dmarc": None},
        "threadId": "abcdefgh",
    }


def test_a_mail_without_files_has_no_attachments() -> None:
    found = given_message()
    plain = replace(found, summary=replace(found.summary, attachments=()))

    assert emails.list_item(plain)["hasAttachments"] is False


def test_a_message_has_the_documents_fields() -> None:
    found = given_message()

    shown = message.message(found, given_content(), BASE, Html.RAW)

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
    shown = message.message(given_message(), given_content(), BASE, Html.RAW)

    assert shown["to"] == [{"name": "Alice", "address": "alice@mayfly.example"}]
    assert shown["cc"] == [{"name": "", "address": "bob@elsewhere.example"}]
    assert shown["replyTo"] == [{"name": "", "address": "help@shop.example"}]
    assert shown["date"] == "2026-01-01T12:00:00Z"
    assert shown["messageId"] == "<1@shop.example>"
    assert shown["inReplyTo"] == shown["references"] == ["<0@shop.example>"]
    assert shown["listUnsubscribe"] == ["https://shop.example/u"]
    assert shown["sha256"] == "ab" * 32
    assert shown["expiresAt"] == "2026-01-04T12:00:00Z"
    assert {"name": "Subject", "value": "Your order"} in list(shown["headers"])  # type: ignore[call-overload]


def test_no_reader_learns_of_other_envelope_recipients() -> None:
    shown = message.message(given_message(), given_content(), BASE, Html.RAW)

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
    assert message.without_recipients(came) == shown


@pytest.mark.parametrize("piece", [" ", "\t", " for", " for ", "(for ", " for <", " for a@", "a@"])
def test_cutting_it_out_costs_in_proportion_to_the_header(piece: str) -> None:
    assert grows_with_its_input(message.without_recipients, piece, 2_000)


def test_safe_html_links_the_mails_pictures_and_counts_the_others() -> None:
    found = given_message()

    shown = message.message(found, given_content(), BASE, Html.SAFE)

    assert f'src="{BASE}/api/messages/{found.id}/attachments/1"' in str(shown["html"])
    assert "shop.example/pixel" not in str(shown["html"])
    assert shown["blockedImages"] == 1


def test_remote_images_are_there_when_they_are_asked_for() -> None:
    shown = message.message(given_message(), given_content(), BASE, Html.WITH_IMAGES)

    assert 'src="https://shop.example/pixel.gif"' in str(shown["html"])
    assert shown["blockedImages"] == 0


def test_a_mail_that_cannot_be_read_is_a_message_too() -> None:
    shown = message.message(given_message(), given_content(b"\xff\x00"), BASE, Html.SAFE)

    jsonschema.validate(shown, without_references(message.SCHEMA))


def test_a_body_that_no_answer_can_hold_is_cut_and_says_so() -> None:
    long = replace(given_content().mail, text="x" * 1_000_000, html="<p>x</p>" * 60_000)
    content = replace(given_content(), mail=long)

    raw = message.cut(message.message(given_message(), content, BASE, Html.RAW))
    safe = message.cut(message.message(given_message(), content, BASE, Html.SAFE))

    assert raw["truncated"] == safe["truncated"] == ["body", "html"]
    assert len(str(raw["body"])) == len(str(raw["html"])) == message.CUT_CHARS
    assert safe["html"] == ""


def without_references(schema: dict[str, object]) -> dict[str, object]:
    properties = dict(schema["properties"])  # type: ignore[call-overload]
    properties.pop("diagnostics", None)
    return {**schema, "properties": properties}


def test_every_field_is_described_and_every_described_field_is_there() -> None:
    inbox = samples.inbox()
    found = given_message()
    documents: list[tuple[dict[str, object], dict[str, object]]] = [
        (emails.list_item(found), emails.ITEM_SCHEMA),
        (emails.deleted(found), emails.DELETED_SCHEMA),
        (message.message(found, given_content(), BASE, Html.RAW), message.SCHEMA),
        (addresses.created(inbox, "token"), addresses.CREATED_SCHEMA),
        (addresses.shown(inbox), addresses.SHOWN_SCHEMA),
        (addresses.status(inbox), addresses.STATUS_SCHEMA),
        (addresses.deleted(inbox), addresses.DELETED_SCHEMA),
        (service.health(3, timedelta(hours=1)), service.HEALTH_SCHEMA),
        (service.health(None, timedelta(hours=1)), service.HEALTH_SCHEMA),
        (
            diagnostics.diagnostics(Diagnostics((Hop("a", "b", "c", None, 0.0),), ("x",))),
            diagnostics.DIAGNOSTICS_SCHEMA,
        ),
    ]

    for document, schema in documents:
        jsonschema.validate(document, without_references(schema))
        assert list(document) == schema["required"]


def test_addresses_look_as_documented() -> None:
    inbox = samples.inbox()

    assert addresses.created(inbox, "token") == {
        "email": "alice@mayfly.example",
        "expiresAt": "2026-01-02T12:00:00Z",
        "createdAt": "2026-01-01T12:00:00Z",
        "id": str(inbox.id),
        "access_token": "token",
    }
    assert addresses.status(replace(inbox, held_messages=5, sequence=9)) == {
        "email": "alice@mayfly.example",
        "active": True,
        "createdAt": "2026-01-01T12:00:00Z",
        "expiresAt": "2026-01-02T12:00:00Z",
        "messageCount": 5,
        "sequence": 9,
        "inboxFull": None,
    }


def test_a_list_goes_on_in_headers() -> None:
    headers = emails.list_headers(BASE, "a+b@mayfly.example", 20, "cursor", 9)

    assert headers == {
        "X-Last-Sequence": "9",
        "X-Next-Cursor": "cursor",
        "Link": f"<{BASE}/api/emails/a%2Bb@mayfly.example/messages?limit=20&cursor=cursor>;"
        ' rel="next"',
    }
    assert emails.list_headers(BASE, "a@mayfly.example", 20, None, None) == {}


@pytest.mark.parametrize("wrong", [1, [], {}])
def test_a_domain_is_a_string(wrong: object) -> None:
    with pytest.raises(InvalidInput, match="domain"):
        addresses.wanted_domain({"domain": wrong})
    assert addresses.wanted_domain({}) is None


def test_health_is_the_documents() -> None:
    assert service.health(42, timedelta(hours=12, minutes=34, seconds=59)) == {
        "status": "OK",
        "dbConnected": True,
        "smtpServer": "running",
        "websocketConnections": 42,
        "uptime": "12h 34m",
    }
    assert service.health(None, timedelta(0))["status"] == "DEGRADED"


def test_times_are_utc_in_whole_seconds() -> None:
    berlin = timezone(timedelta(hours=1))

    assert times.stamp(datetime(2026, 1, 31, 11, 15, 30, 999, berlin)) == "2026-01-31T10:15:30Z"
    assert times.stamp(datetime(2026, 1, 31, tzinfo=UTC)) == "2026-01-31T00:00:00Z"
    assert times.span(timedelta(days=2, minutes=5)) == "48h 5m"
