"""Document 003's JSON, field by field."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from mayfly import limits
from mayfly.errors import InvalidInput, MessageNotFound
from mayfly.inboxes.ids import MessageId
from mayfly.inboxes.models import Access
from mayfly.kit import clock as times
from mayfly.kit.http import query as queries
from mayfly.kit.http.schemas import View, read
from mayfly.kit.tokens.models import AccessToken
from mayfly.mail.mime.parser import parse
from mayfly.messages.answers import bounded_answer
from mayfly.messages.models import Content, Message
from mayfly.private_inboxes import schemas as inboxes
from mayfly.private_inboxes.message_schemas import InboxMessage, InboxMessages
from tests import samples

RAW = (
    b"Received: from a.example by b.example with ESMTPS id 1 for <other@mayfly.example>;\r\n"
    b" Thu, 1 Jan 2026 12:00:00 +0000\r\n"
    b"Received: from c.example by a.example; Thu, 1 Jan 2026 11:59:59 +0000\r\n"
    b"From: The Shop <orders@shop.example>\r\nTo: Alice <alice@mayfly.example>\r\n"
    b"Cc: bob@elsewhere.example\r\nBcc: hidden@mayfly.example\r\n"
    b"Subject: Your order\r\nMessage-ID: <1@shop.example>\r\n"
    b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
    b"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Hi</p>\r\n"
    b"--b\r\nContent-Type: application/pdf\r\nContent-ID: <logo>\r\n"
    b'Content-Disposition: attachment; filename="report.pdf"\r\n\r\nPDF\r\n--b--\r\n'
)


def given_message(number: int = 7) -> Message:
    inbox = samples.inbox(access=Access.TOKEN)
    return Message(
        MessageId(inbox.id, number, samples.accepted().mail),
        samples.summary(),
        samples.NOW + inbox.message_lifetime,
    )


def given_content(raw: bytes = RAW) -> Content:
    return Content(parse(raw, limits.MIME), "raw/mail-1", len(raw), "ab" * 32)


def with_text(text: str, html: str = "") -> Content:
    content = given_content()
    return replace(content, mail=replace(content.mail, text=text, html=html))


def as_json(view: View) -> dict[str, Any]:
    """The view as clients have it."""
    document: dict[str, Any] = json.loads(msgspec.json.encode(view))
    return document


def test_a_new_inbox_is_the_documents() -> None:
    inbox = samples.inbox("sarah.mitchell42@mayfly.example", access=Access.TOKEN)
    token = AccessToken("eyJ", samples.NOW + timedelta(minutes=10))

    document = as_json(inboxes.NewInbox.of(inbox, token))

    assert document | {"expires_at": ""} == {
        "inbox_id": str(inbox.id),
        "email_address": "sarah.mitchell42@mayfly.example",
        "inbox_type": "generated",
        "access_token": "eyJ",
        "token_expires_at": "2026-01-01T12:10:00.000Z",
        "created_at": "2026-01-01T12:00:00.000Z",
        "expires_at": "",
    }
    assert as_json(inboxes.RotatedToken.of(inbox, token)) == {
        "inbox_id": str(inbox.id),
        "access_token": "eyJ",
        "token_expires_at": "2026-01-01T12:10:00.000Z",
    }
    assert as_json(inboxes.DeletedInbox(inbox_id="x")) == {"inbox_id": "x", "deleted": True}


def test_a_message_has_every_field_of_the_document() -> None:
    found, content = given_message(), given_content()

    document = as_json(InboxMessage.of(found, content))

    assert {name: document[name] for name in list(document)[:13]} == {
        "id": str(found.id),
        "uid": "7",
        "message_id": "<1@shop.example>",
        "sender": "orders@shop.example",
        "recipients": [
            {"address": "alice@mayfly.example", "name": "Alice"},
            {"address": "bob@elsewhere.example", "name": ""},
        ],
        "subject": "Your order",
        "text_body": content.mail.text,
        "html_body": "<p>Hi</p>",
        "headers": document["headers"],
        "size_bytes": 1234,
        "received_at": "2026-01-01T12:00:00.000Z",
        "fetched_at": "2026-01-01T12:00:00.000Z",
        "attachments": [
            {
                "id": "1",
                "filename": "report.pdf",
                "content_type": "application/pdf",
                "size_bytes": 3,
                "content_id": "logo",
                "inline": False,
            }
        ],
    }


def test_headers_go_by_lower_case_name_and_name_no_other_recipient() -> None:
    document = as_json(InboxMessage.of(given_message(), given_content()))

    headers = document["headers"]
    assert headers["subject"] == "Your order"
    assert len(headers["received"].split("\n")) == 2
    assert "bcc" not in headers
    assert "other@mayfly.example" not in json.dumps(document)
    assert "hidden@mayfly.example" not in json.dumps(document)


def test_a_page_says_how_many_and_where_to_go_on() -> None:
    found = given_message(7)

    page = InboxMessages.of(found.id.inbox, [(found, given_content())], 9)

    assert (page.inbox_id, page.count, page.last_uid) == (str(found.id.inbox), 1, "9")
    assert InboxMessages.of(found.id.inbox, [], 5).last_uid == "5"


def test_a_page_ends_where_the_answer_is_full_and_reads_no_further() -> None:
    read = []

    def contents() -> Any:
        for number in range(1, 51):
            read.append(number)
            yield given_message(number), with_text("x" * 900_000)

    page = InboxMessages.of(given_message().id.inbox, contents(), 50)

    assert len(msgspec.json.encode(page)) <= limits.MAX_ANSWER_BYTES
    assert [each.uid for each in page.messages] == ["1", "2", "3", "4"]
    assert page.last_uid == "4"
    assert len(read) == 5


def test_a_message_that_would_fill_a_page_is_cut_and_says_so() -> None:
    long = with_text("\x01" * 1_000_000, "x" * 1_000)

    page = InboxMessages.of(given_message().id.inbox, [(given_message(), long)], 7)

    (cut,) = page.messages
    assert cut.truncated == ["text_body"]
    assert (len(cut.text_body), len(cut.html_body)) == (150_000, 1_000)


def test_on_its_own_a_message_is_whole_if_it_fits_into_an_answer() -> None:
    def answered(text: str) -> Any:
        opened = InboxMessage.opened(given_message(), with_text(text), BASE, queries.Html.RAW)
        return json.loads(bounded_answer(opened, InboxMessage.cut).content)

    assert answered("x" * 3_000_000)["truncated"] == []
    assert answered("\x01" * 1_000_000)["truncated"] == ["text_body"]


BASE = "https://api.example/live"


def test_a_message_on_its_own_is_as_it_came_unless_it_is_to_be_safe() -> None:
    found = given_message()
    content = with_text("x", "<script>1</script><p>Hi</p><img src=https://shop.example/p.gif>")

    raw = InboxMessage.opened(found, content, BASE, queries.Html.RAW)
    safe = InboxMessage.opened(found, content, BASE, queries.Html.SAFE)
    open_ = InboxMessage.opened(found, content, BASE, queries.Html.WITH_IMAGES)

    assert as_json(raw) == as_json(InboxMessage.of(found, content)) | {
        "confirmation": {"code": None, "link": None, "secure": None}
    }
    assert (safe.blocked_images, open_.blocked_images) == (1, 0)
    assert "script" not in safe.html_body + open_.html_body
    assert "shop.example" not in safe.html_body
    assert "https://shop.example/p.gif" in open_.html_body


def test_its_own_pictures_are_linked_where_its_bearer_finds_them() -> None:
    found, came = given_message(), given_content(RAW.replace(b"application/pdf", b"image/png"))
    content = replace(came, mail=replace(came.mail, html='<img src="cid:logo">'))

    safe = InboxMessage.opened(found, content, BASE, queries.Html.SAFE)

    own = f"{BASE}/v1/inboxes/{found.id.inbox}/messages/7/attachments/1"
    assert f'<img src="{own}">' in safe.html_body


def test_safe_html_that_no_answer_can_hold_is_left_out_as_a_whole() -> None:
    long = with_text("\x01" * 1_000_000, "<p>x</p>" * 60_000)

    safe = InboxMessage.opened(given_message(), long, BASE, queries.Html.SAFE).cut()

    assert (safe.html_body, safe.truncated) == ("", ["text_body", "html_body"])


def test_the_first_message_always_fits() -> None:
    worst = with_text("\x01" * 1_000_000, "\x01" * 1_000_000)
    mail = replace(worst.mail, headers=tuple(("x", "\x01" * 200) for _ in range(500)))

    page = InboxMessages.of(
        given_message().id.inbox, [(given_message(), replace(worst, mail=mail))], 7
    )

    assert page.count == 1
    assert len(msgspec.json.encode(page)) <= limits.MAX_ANSWER_BYTES


@pytest.mark.parametrize("sent", [{}, {"mode": "imap"}, {"mode": None}])
def test_a_mode_that_is_not_offered_is_told_which_are(sent: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="generated"):
        read(sent, inboxes.WantedInbox)


@pytest.mark.parametrize(
    "name", ["email_address", "pop3_host", "pop3_username", "pop3_password", "pop3_delete"]
)
def test_an_inbox_of_our_own_has_no_mailbox_elsewhere(name: str) -> None:
    sent = {"mode": "generated", name: True if name == "pop3_delete" else "pop.example.com"}

    with pytest.raises(InvalidInput, match=name):
        read(sent, inboxes.WantedInbox).external()


@pytest.mark.parametrize("seconds", [59, 3601, -1, 0, "600", 600.0, True, None])
def test_a_token_lives_for_a_minute_to_an_hour(seconds: object) -> None:
    with pytest.raises(InvalidInput, match="token_ttl_seconds"):
        read({"token_ttl_seconds": seconds}, inboxes.Rotation)


@pytest.mark.parametrize(("sent", "seconds"), [({}, 600), ({"token_ttl_seconds": 3600}, 3600)])
def test_a_token_lives_for_ten_minutes_unless_asked(sent: dict[str, Any], seconds: int) -> None:
    assert read(sent, inboxes.Rotation).token_ttl_seconds == seconds


def test_the_documents_parameters_are_read() -> None:
    plain = queries.inbox_query({})
    chosen = queries.inbox_query(
        {"since_uid": "12", "limit": "50", "fetch_new": "false", "wait": "25"}
    )

    assert plain == queries.InboxQuery(20, None, timedelta(0))
    assert chosen == queries.InboxQuery(50, 12, timedelta(seconds=25), fetch_new=False)


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"limit": "51"}, "limit"),
        ({"limit": "0"}, "limit"),
        ({"since_uid": "-1"}, "since_uid"),
        ({"since_uid": "x"}, "since_uid"),
        ({"since_uid": ""}, "since_uid"),
        ({"fetch_new": "yes"}, "fetch_new"),
        ({"wait": "5"}, "since_uid"),
        ({"wait": "26", "since_uid": "0"}, "wait"),
    ],
)
def test_a_parameter_that_cannot_be_is_named(query: dict[str, str], named: str) -> None:
    with pytest.raises(InvalidInput, match=named):
        queries.inbox_query(query)


@pytest.mark.parametrize("uid", ["", "x", "-1", "1.5", "٣", "4294967296", "1" * 11])
def test_a_uid_that_is_none_is_no_message(uid: str) -> None:
    assert queries.message_number("12") == 12
    with pytest.raises(MessageNotFound):
        queries.message_number(uid)


def test_times_have_milliseconds_and_a_z() -> None:
    when = datetime(2026, 1, 31, 10, 15, 30, 999_600, UTC)

    assert times.precise_stamp(when) == "2026-01-31T10:15:31.000Z"
    assert times.precise_stamp(when.replace(microsecond=7_000)) == "2026-01-31T10:15:30.007Z"
