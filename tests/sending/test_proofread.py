"""A mail that says anything but what was asked for is not handed over."""

from dataclasses import replace

import pytest

from mayfly.errors import InvalidInput
from mayfly.sending.compose import compose
from mayfly.sending.draft import Correspondent, Draft, File, ListUnsubscribe
from mayfly.sending.proofread import proofread
from tests import samples

DRAFT = Draft(
    Correspondent.parse("Ann <ann@mine.example>"),
    to=(Correspondent.parse("bob@example.com"),),
    cc=(Correspondent.parse("cyd@example.com"),),
    reply_to=(Correspondent.parse("eve@example.com"),),
    subject="Hello",
    text="Hello text",
    html="<p>Hello html</p>",
    files=(File("logo.png", "image/png", b"logo", "logo"), File("a.bin", "a/b", b"bytes")),
    headers={"X-Note": "noted"},
    unsubscribing=ListUnsubscribe("https://mine.example/u", "leave@mine.example"),
)
RAW = compose(DRAFT, "019b-id", samples.NOW, 1000)
NAMES = [
    *("Message-ID", "Date", "From", "To", "Cc", "Reply-To", "Subject", "List-Unsubscribe"),
    *("List-Unsubscribe-Post", "X-Note", "MIME-Version", "Content-Type"),
]


def test_what_was_composed_is_what_was_asked_for() -> None:
    proofread(RAW, DRAFT, NAMES)


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        (b"Subject: Hello", b"Subject: Hallo", "subject"),
        (b"Subject: Hello", b"Subject: Hello\r\nBcc: x@y.example", "header fields"),
        (b"Subject: Hello", b"Subject: Hello\r\nFrom: x@y.example", "header fields"),
        (b"Subject: Hello", b"Subject: Hello\r\n\r\nbody", "header fields"),
        (b"Subject: Hello", b"Subject: Hello\nBcc: x@y.example", "fields"),
        (b"Subject: Hello", b"Subject: Hello\rBcc: x@y.example", "fields"),
        (b"Subject: Hello", b"Subject: Hell\xc3\xb6", "fields"),
        (b"Subject: Hello", b"Subject: Hello\0", "fields"),
        (b"Subject: Hello", b"Subject: =?utf-8?q?Hello=0D=0AFrom:_x?=", "subject"),
        (b"Subject: Hello", b"Subject: " + b"Hello" * 200, "over 998"),
        (b"Subject: Hello\r\n", b"", "header fields"),
        (b"Ann <ann@mine.example>", b"Ann <ceo@bank.example>", "^from"),
        (b"Ann <ann@mine.example>", b"Eve <ann@mine.example>", "^from"),
        (b"Ann <ann@mine.example>", b"Ann <ann@mine.example>, x@y.example", "^from"),
        (b"To: bob@example.com", b"To: bob@example.com, x@y.example", "^to"),
        (b"To: bob@example.com", b"To: x@y.example", "^to"),
        (b"Cc: cyd", b"Cc: eve", "^cc"),
        (b"Reply-To: eve", b"Reply-To: mal", "replyTo"),
        (b"<https://mine.example/u>", b"<https://evil.example/u>", "unsubscribe"),
        (b"X-Note: noted", b"X-Note: other", r"headers\.X-Note"),
        (b"X-Note: noted", b"X-Other: noted", "header fields"),
        (b"Hello text", b"Hallo text", "^text"),
        (b"Hello html", b"Hallo html", "^html"),
        (b"Hello text\r\n", b"Hello text\r\n--=_alternative_019b-id\r\n\r\nmore\r\n", "text, html"),
        (b"Ynl0ZXM=", b"Ynl0ZXQ=", "attachment"),
        (b'filename="a.bin"', b'filename="a.exe"', "filename"),
        (b"attachment;", b"inline;", "filename"),
        (b"Content-ID: <logo>", b"Content-ID: <ogol>", "contentId"),
        (b"image/png", b"text/html", "attachment"),
    ],
)
def test_what_reads_otherwise_is_refused(old: bytes, new: bytes, name: str) -> None:
    assert RAW.count(old) == 1

    with pytest.raises(InvalidInput, match=name):
        proofread(RAW.replace(old, new), DRAFT, NAMES)


def test_a_mail_of_another_draft_is_refused() -> None:
    with pytest.raises(InvalidInput, match="text, html or attachments"):
        proofread(RAW, replace(DRAFT, html=None), NAMES)
