"""Drafts made into mails."""

import email
import email.policy
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mayfly.errors import InvalidAddress, InvalidInput
from mayfly.sending.compose import compose
from mayfly.sending.draft import RESERVED, Correspondent, Draft, File, ListUnsubscribe
from tests import samples

NAMED = ("019b-id", samples.NOW)
DRAFT = Draft(
    Correspondent.parse("Größe & Co <Sales@bücher.example>"),
    to=(Correspondent.parse('"Last, First" <Bob@example.com>'),),
    subject="Hello",
    text="Hello",
)
MOST = 10_000_000


def composed(**changes: Any) -> tuple[bytes, Any]:
    raw = compose(replace(DRAFT, **changes), *NAMED, MOST)
    return raw, email.message_from_bytes(raw, policy=email.policy.default)


def test_a_mail_has_what_its_draft_has() -> None:
    _, mail = composed(cc=(Correspondent.parse("c@example.com"),), html="<p>Hé</p>", text="Hé")

    assert mail["From"].addresses[0].display_name == "Größe & Co"
    assert mail["From"].addresses[0].addr_spec == "Sales@xn--bcher-kva.example"
    assert mail["To"].addresses[0].display_name == "Last, First"
    assert mail["Cc"] == "c@example.com"
    assert mail["Message-ID"] == "<019b-id@xn--bcher-kva.example>"
    assert mail["Date"].datetime == samples.NOW
    assert mail.get_body(("plain",)).get_content().strip() == "Hé"
    assert mail.get_body(("html",)).get_content().strip() == "<p>Hé</p>"


def test_a_long_address_to_unsubscribe_at_stays_one_that_mail_programs_read() -> None:
    url = "https://yourdomain.example/u?" + "token" * 60

    raw, mail = composed(unsubscribing=ListUnsubscribe(url, "leave@yourdomain.example"))

    assert f"<{url}>".encode() in raw
    assert mail["List-Unsubscribe"].split() == [f"<{url}>,", "<mailto:leave@yourdomain.example>"]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_what_html_shows_is_beside_it_and_other_files_are_attached() -> None:
    _, mail = composed(
        html="<img src=cid:logo>",
        files=(File("l.png", "image/png", b"png", "logo"), File("a.txt", "text/plain", b"x\n")),
    )

    (attached,) = mail.iter_attachments()
    related = mail.get_body(("related",))
    assert attached.get_filename() == "a.txt"
    assert [part["Content-ID"] for part in related.iter_attachments()] == ["<logo>"]


@given(
    subject=st.text(max_size=300),
    text=st.text(max_size=2000),
    value=st.text(max_size=200),
    name=st.text(max_size=60),
    filename=st.text(max_size=60),
)
def test_whatever_is_written_the_mail_is_ascii_and_has_no_other_header(
    subject: str, text: str, value: str, name: str, filename: str
) -> None:
    sender = replace(DRAFT.sender, name=name)
    files = (File(filename, "application/pdf", b"%PDF"),)
    wanted = replace(
        DRAFT, sender=sender, subject=subject, text=text, headers={"X-Note": value}, files=files
    )
    try:
        raw = compose(wanted, *NAMED, MOST)
    except InvalidInput:
        return

    head = raw.partition(b"\r\n\r\n")[0]
    names = [line.partition(b":")[0] for line in head.split(b"\r\n") if not line[:1].isspace()]
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\r" not in raw.replace(b"\r\n", b"") and b"\n" not in raw.replace(b"\r\n", b"")
    assert sorted(names) == sorted(
        b"Message-ID Date From To Subject X-Note MIME-Version Content-Type".split()
    )


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_headers_of_the_service_cannot_be_written(name: str) -> None:
    with pytest.raises(InvalidInput, match="set by the service"):
        composed(headers={name.title(): "1"})


@pytest.mark.parametrize(
    "text",
    ["a", "@b.example", "a@b", "a@127.0.0.1", "a b@c.example", "ä@c.example", "a@b.example>"],
)
def test_what_mail_cannot_be_sent_to_is_no_correspondent(text: str) -> None:
    with pytest.raises(InvalidAddress):
        Correspondent.parse(text)
