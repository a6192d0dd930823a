"""Signatures, checked by somebody else's verifier (dkimpy)."""

from datetime import UTC, datetime
from functools import cache

import dkim
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mayfly.email_auth.dkim import KeyType, PrivateKey, tags_of
from mayfly.email_auth.signing import new_key, sign

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
RAW = (
    b"From: Ann <ann@b.example>\r\nTo: c@d.example\r\nSubject: A long\r\n  subject\t here \r\n"
    b"Date: Thu, 01 Jan 2026 12:00:00 +0000\r\nMessage-ID: <1@b.example>\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"List-Unsubscribe: <https://b.example/u>\r\n\r\n"
    b"Hello  you \r\n.\r\n\tbye\r\n\r\n\r\n"
)


@cache
def key(kind: KeyType) -> tuple[PrivateKey, bytes]:
    """A key, and its TXT record."""
    der, public = new_key(kind)
    private = PrivateKey("b.example", "mf2026011", kind, der)
    return private, f"v=DKIM1; k={kind.value}; p={public}".encode()


def signed(raw: bytes, kind: KeyType = KeyType.RSA) -> bytes:
    return sign(raw, key(kind)[0], NOW)


def verifies(mail: bytes, kind: KeyType = KeyType.RSA) -> bool:
    def published(name: bytes, timeout: int = 5) -> bytes:
        assert name == b"mf2026011._domainkey.b.example."
        return key(kind)[1]

    good: bool = dkim.verify(mail, dnsfunc=published)
    return good


@pytest.mark.parametrize("kind", KeyType)
def test_a_signature_verifies(kind: KeyType) -> None:
    mail = signed(RAW, kind)

    assert mail.endswith(RAW)
    assert verifies(mail, kind)


def test_white_space_may_change_on_the_way() -> None:
    mail = signed(RAW).replace(
        b"Subject: A long\r\n  subject\t here", b"SUBJECT:A long subject here"
    )

    assert verifies(mail.replace(b"Hello  you ", b"Hello you").rstrip(b"\r\n") + b"\r\n")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Hello", b"Hullo"),
        (b"Ann <ann@", b"Eve <eve@"),
        (b"To: c@d", b"To: e@d"),
        (b"A long", b"No long"),
        (b"/u>", b"/v>"),
        (b"bye\r\n", b"bye\r\nPS\r\n"),
        (b"From: Ann", b"Cc: e@f.example\r\nFrom: Ann"),
        (b"From: Ann", b"Reply-To: e@f.example\r\nFrom: Ann"),
        (b"From: Ann", b"Subject: another\r\nFrom: Ann"),
        (b"From: Ann", b"From: eve@f.example\r\nFrom: Ann"),
        (b"\r\n\r\nHello", b"\r\nSubject: another\r\n\r\nHello"),
    ],
)
def test_nothing_else_may(old: bytes, new: bytes) -> None:
    mail = signed(RAW)

    changed = mail.replace(old, new, 1)

    assert changed != mail
    assert not verifies(changed)


@pytest.mark.parametrize(
    "raw",
    [
        b"From: a@b.example\r\n\r\n",
        b"From: a@b.example\r\n",
        b"From: a@b.example",
        b"From: a@b.example\n\none\ntwo",
        b"From: a@b.example\r\rone\rtwo",
        b"From: a@b.example\r\nSubject: =?utf-8?q?=C3=BC?=\r\n\r\n\xc3\xbc\r\n",
        b"From: a@b.example\r\nTo:\r\n c@d.example\r\n\r\n \t \r\n\r\n",
        b"From: a@b.example\r\nTo: c@d.example\r\nTo: e@d.example\r\n\r\ntwice\r\n",
        b"From: a@b.example\r\nReceived: one\r\nReceived: two\r\nTo: x@y.example\r\n\r\nhi",
        b"From: a@b.example\r\n\r\n ",
        b"From: a@b.example\r\n\r\n\t",
        b"From: a@b.example\r\n\r\n \t \t",
        b"From: a@b.example\r\n\r\nhi\r\n\r\n ",
        b"From: a@b.example\r\n\r\nhi ",
    ],
)
def test_a_mail_of_any_shape_verifies(raw: bytes) -> None:
    mail = signed(raw)

    assert mail.endswith(b"\r\n")
    assert verifies(mail)


LINES = st.lists(
    st.text(st.characters(min_codepoint=32, max_codepoint=126) | st.just("\t"), max_size=90)
)


@settings(max_examples=40)
@given(subject=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=60), body=LINES)
@example(subject="", body=[" "])
@example(subject="", body=["a", "\t"])
def test_whatever_is_written_verifies(subject: str, body: list[str]) -> None:
    raw = f"From: a@b.example\r\nSubject: {subject}\r\n\r\n" + "\r\n".join(body)

    assert verifies(signed(raw.encode()))


def test_what_is_signed_is_said_in_short_lines() -> None:
    head = signed(RAW).partition(b"\r\nFrom:")[0]

    assert max(len(line) for line in head.split(b"\r\n")) <= 78
    tags = tags_of(head.decode().partition(":")[2])
    assert (tags["d"], tags["s"], tags["a"], tags["t"]) == (
        *("b.example", "mf2026011", "rsa-sha256"),
        "1767268800",
    )
    assert tags["h"].split(":").count("from") == 2
    assert "list-unsubscribe" in tags["h"].split(":")


def test_a_private_key_is_in_no_repr() -> None:
    assert "der" not in repr(key(KeyType.RSA)[0])
