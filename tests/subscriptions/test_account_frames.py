"""The frames of accounts."""

import json
from datetime import UTC, datetime

import pytest

from mayfly import limits
from mayfly.errors import InvalidInput
from mayfly.inboxes.ids import MailKey, MessageId
from mayfly.mail.mime.parser import parse
from mayfly.mailboxes.threads import ThreadedMessage
from mayfly.messages.folders import Folder
from mayfly.messages.models import Content, Message
from mayfly.subscriptions import frames as socket
from mayfly.subscriptions.account_frames import SubscribeAccount, UnsubscribeAccount, new_email
from tests import samples

SENT = datetime(2025, 12, 31, 23, 59, tzinfo=UTC)


def announced(text: str = "the text", html: str = "", **summary: object) -> str:
    """The frame of a message with these bodies."""
    raw = b"Subject: x\r\n\r\n"
    mail = parse(raw, limits.MIME)
    object.__setattr__(mail, "text", text)
    object.__setattr__(mail, "html", html)
    inbox = samples.inbox()
    found = Message(
        MessageId(inbox.id, 7, MailKey("abcdefghijklmnop")),
        samples.summary(**summary),
        inbox.expires_at,
        moved_to=Folder.SPAM,
    )
    return new_email(ThreadedMessage(found, 42), Content(mail, "raw/1", len(raw), "0" * 64))


def test_a_frame_has_the_fields_of_the_document() -> None:
    frame = json.loads(announced("Hello", "<p>Hello</p>", sent_at=SENT))

    mailbox = frame.pop("mailboxId")
    assert len(mailbox) == 36
    assert frame == {
        "type": "new_email",
        "folderId": 4,
        "email": {
            "id": 7,
            "threadId": 42,
            "fromEmail": "orders@shop.example",
            "fromName": "The Shop",
            "subject": "Your order",
            "bodyText": "Hello",
            "bodyHtml": "<p>Hello</p>",
            "isRead": False,
            "sentAt": "2025-12-31T23:59:00Z",
            "createdAt": "2026-01-01T12:00:00Z",
            "truncated": [],
        },
    }


def test_a_mail_without_a_date_was_sent_when_it_came() -> None:
    assert json.loads(announced())["email"]["sentAt"] == "2026-01-01T12:00:00Z"


@pytest.mark.parametrize("unit", ["a", "ü", "漢", "😀", '"', "\\", "\x01", "a\n", "\ud800"])
@pytest.mark.parametrize("which", ["text", "html", "both"])
def test_a_frame_is_full_but_never_too_large(unit: str, which: str) -> None:
    body = unit * (limits.MAX_FRAME_BYTES * 2)
    text, html = (body if which in (name, "both") else "short" for name in ("text", "html"))

    frame = announced(text, html)

    email = json.loads(frame)["email"]
    shown = {"bodyText": text, "bodyHtml": html}
    assert limits.MAX_FRAME_BYTES - 30 <= len(frame.encode()) <= limits.MAX_FRAME_BYTES
    assert email["truncated"] == [name for name, whole in shown.items() if len(whole) > 5]
    if unit != "\ud800":
        assert all(whole.startswith(email[name]) for name, whole in shown.items())


def test_a_short_text_leaves_its_room_to_the_html() -> None:
    html = "h" * 30_000

    email = json.loads(announced("t" * 100, html))["email"]

    assert (email["bodyHtml"], email["truncated"]) == (html, [])


def test_bodies_that_are_both_too_long_have_half_each() -> None:
    email = json.loads(announced("t" * 40_000, "h" * 40_000))["email"]

    assert abs(len(email["bodyText"]) - len(email["bodyHtml"])) < 10


def test_the_longest_names_leave_room() -> None:
    worst = "\x01" * 300

    frame = announced("t" * 9999, "", from_name=worst[:100], from_address=worst, subject=worst)

    assert len(frame.encode()) <= limits.MAX_FRAME_BYTES
    assert json.loads(frame)["email"]["bodyText"] == "t" * 9999


def test_who_subscribes_to_an_account_sends_a_token() -> None:
    subscribe = socket.read('{"type": "subscribe", "account": true, "token": "a.b.c"}')
    unsubscribe = socket.read('{"type": "unsubscribe", "account": true}')

    assert subscribe == SubscribeAccount("a.b.c")
    assert unsubscribe == UnsubscribeAccount()
    assert "a.b.c" not in repr(subscribe)


@pytest.mark.parametrize(
    ("frame", "what"),
    [
        ('{"type": "subscribe", "account": true}', '"token"'),
        ('{"type": "subscribe", "account": true, "token": 7}', '"token"'),
        ('{"type": "subscribe", "account": false, "token": "x"}', '"account" must be true'),
        ('{"type": "subscribe", "account": null, "email": "a@b.example"}', '"account" must be'),
        ('{"type": "subscribe", "account": true, "token": "x", "after": 0}', "no replay"),
        ('{"type": "subscribe", "account": true, "email": "a@b.example"}', '"email" or "account"'),
        ('{"type": "unsubscribe", "account": "yes"}', '"account" must be true'),
    ],
)
def test_what_is_wrong_with_a_frame_is_said(frame: str, what: str) -> None:
    with pytest.raises(InvalidInput, match=what):
        socket.read(frame)


def test_a_refusal_says_that_it_is_about_the_account() -> None:
    refused = json.loads(socket.error(InvalidInput("no"), SubscribeAccount("secret-token")))

    assert (refused["type"], refused["account"]) == ("error", True)
    assert "secret-token" not in str(refused)
