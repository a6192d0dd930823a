"""Text of strangers in mails that are composed: it stays text, or its field is refused by name."""

import base64
from collections.abc import Callable
from typing import Any

import pytest

from mayfly.errors import InvalidInput
from mayfly.kit.http.schemas import read
from mayfly.sending.compose import compose
from mayfly.sending.draft_schemas import EmailDraft
from tests import samples

NAMED = ("019b-id", samples.NOW)
MOST = 10_000_000
BASE: dict[str, Any] = {
    "from": "ann@mine.example",
    "to": ["bob@example.com"],
    "subject": "Hello",
    "text": "Hello",
}
NAMES = ["Message-ID", "Date", "From", "To", "Subject", "MIME-Version", "Content-Type"]

Place = Callable[[str], dict[str, Any]]
PLACES: dict[str, Place] = {
    "subject": lambda text: {"subject": text},
    "headers.X-Note": lambda text: {"headers": {"X-Note": text}},
    "from": lambda text: {"from": f'"{text}" <ann@mine.example>'},
    "to": lambda text: {"to": [f'"{text}" <bob@example.com>']},
    "cc": lambda text: {"cc": f'"{text}" <cyd@example.com>'},
    "bcc": lambda text: {"bcc": f'"{text}" <dan@example.com>'},
    "replyTo": lambda text: {"replyTo": f'"{text}" <eve@example.com>'},
    "unsubscribe.url": lambda text: {"unsubscribe": {"url": f"https://mine.example/{text}"}},
    "filename": lambda text: {"attachments": [{"filename": text, "content": "aGk="}]},
}
_FORGED = b"a\r\nBcc: x@y.example"
HIDDEN = {
    "another field": "=?utf-8?q?a=0D=0AFrom:_ceo=40bank.example?=",
    "a body": "=?utf-8?q?a=0D=0A=0D=0AAnother_body?=",
    "in base64": f"=?utf-8?b?{base64.b64encode(_FORGED).decode()}?=",
    "a line feed": "=?utf-8?q?a=0ABcc:_x=40y.example?=",
    "a carriage return": "=?us-ascii?Q?a=0DBcc:_x=40y.example?=",
    "in UTF-7": "=?utf-7?q?+AA0ACg-Bcc:?=",
    "in UTF-16": "=?utf-16?b?DQAKAEIAYwBjADoAIAB4AA==?=",
    "of two words": "=?utf-8?q?a=0D?= =?utf-8?q?=0ABcc:_x?=",
    "in a word": "=?utf-8?q?=3D=3Futf-8=3Fq=3Fa=3D0D=3D0ABcc=3A=3F=3D?=",
    "with a language": "=?utf-8*en?q?a=0D=0ABcc:_x?=",
    "behind other text": "Hello =?utf-8?q?a=0D=0ABcc:_x?=",
    "the next line": "=?utf-8?q?a=C2=85Bcc:_x?=",
    "a line separator": "=?utf-8?q?a=E2=80=A8Bcc:_x?=",
}
PLAIN = {
    "CR LF": "a\r\nBcc: x@y.example",
    "LF": "a\nBcc: x@y.example",
    "CR": "a\rBcc: x@y.example",
    "a fold": "a\r\n Bcc: x@y.example",
    "NUL": "a\0b",
    "an escape": "a\x1bb",
    "a tab": "a\tb",
    "a vertical tab": "a\x0bb",
    "a control of C1": "a\x9bb",
    "the next line": "a\x85b",
    "a line separator": "a\u2028b",
    "a paragraph separator": "a\u2029b",
    "half a pair": "a\ud800b",
}


def composed(**changes: Any) -> bytes:
    return compose(read(BASE | changes, EmailDraft).draft(), *NAMED, MOST)


def head(raw: bytes) -> list[bytes]:
    return raw.partition(b"\r\n\r\n")[0].split(b"\r\n")


@pytest.mark.parametrize("hidden", HIDDEN.values(), ids=HIDDEN)
@pytest.mark.parametrize("name", PLACES)
def test_encoded_line_breaks_are_refused_by_the_name_of_their_field(name: str, hidden: str) -> None:
    with pytest.raises(InvalidInput, match=name.replace(".", r"\.")):
        composed(**PLACES[name](hidden))


@pytest.mark.parametrize("text", PLAIN.values(), ids=PLAIN)
@pytest.mark.parametrize("name", PLACES)
def test_line_breaks_and_controls_are_refused_by_the_name_of_their_field(
    name: str, text: str
) -> None:
    with pytest.raises(InvalidInput, match=name.replace(".", r"\.")):
        composed(**PLACES[name](text))


@pytest.mark.parametrize("name", [each for each in PLACES if each != "unsubscribe.url"])
def test_an_encoded_word_that_is_given_as_text_stays_text(name: str) -> None:
    raw = composed(**PLACES[name]("=?utf-8?q?Gr=C3=BC=C3=9Fe?="))

    assert b"=?utf-8?q?" not in raw
    names = [line.partition(b":")[0].decode() for line in head(raw) if not line.startswith(b" ")]
    assert [each for each in names if each in NAMES] == NAMES


@pytest.mark.parametrize(
    "address",
    [
        "=?utf-8?q?a=0D=0AFrom=3A_x?=@mine.example",
        '"a b"@mine.example',
        '"a\\"b"@mine.example',
        "(comment)a@mine.example",
        "a@mine.example (comment)",
        "a(comment)@mine.example",
        "<@route.example:a@mine.example>",
        "Group: a@mine.example;",
        "a@mine.example, b@mine.example",
        "a@[127.0.0.1]",
        "a@mine.example>, <b@mine.example",
        "ann@mine.example <bob",
        "A <a@mine.example> <b@mine.example>",
        '"A" B <a@mine.example>',
        'A "B <a@mine.example>',
        "a@mine..example",
        "a..b@mine.example",
        "a@" + "b." * 200 + "example",
        "a" * 65 + "@mine.example",
    ],
)
@pytest.mark.parametrize("name", ["from", "to", "cc", "bcc", "replyTo"])
def test_what_is_not_one_plain_address_is_refused_by_the_name_of_its_field(
    name: str, address: str
) -> None:
    with pytest.raises(InvalidInput, match=f"^{name}"):
        composed(**{name: address})


@pytest.mark.parametrize("address", ["=?utf-8?q?a?=@mine.example", "a@b>, <x", "a\r\nb@c.example"])
def test_an_address_to_unsubscribe_by_is_a_plain_one(address: str) -> None:
    with pytest.raises(InvalidInput, match=r"unsubscribe\.mailto"):
        composed(unsubscribe={"mailto": address})


@pytest.mark.parametrize(
    "name",
    [
        *("From", "to", "BCC", "Content-Type", "MIME-Version", "DKIM-Signature", "Received"),
        *("Sender", "Return-Path", "List-Unsubscribe", "List-Unsubscribe-Post", "Resent-From"),
        *("Message-ID", "X: a\r\nBcc", "X Note", "X\u00adNote", "", "X:", "\uff26rom"),
    ],
)
def test_header_fields_of_ours_and_names_that_are_none_are_refused(name: str) -> None:
    with pytest.raises(InvalidInput, match="headers"):
        composed(headers={name: "x"})


def test_who_is_in_bcc_is_nowhere_in_the_mail() -> None:
    raw = composed(bcc=["Dan <dan@example.com>"], cc="cyd@example.com", html="<p>Hello</p>")

    assert b"dan@example.com" not in raw
    assert b"Dan" not in raw
    assert b"bcc" not in raw.lower()
