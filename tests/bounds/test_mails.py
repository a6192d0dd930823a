"""Every header that the parsers look at, and the bodies, of mails that are made to cost much."""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from mayfly.limits import CONFIRMATION, MIME, SUMMARY
from mayfly.mail.codes.find import confirmation
from mayfly.mail.diagnostics import diagnose
from mayfly.mail.html.sanitize import sanitise
from mayfly.mail.mime import parser as mime
from mayfly.messages.models import Verdicts
from mayfly.receiving.models import summarise
from mayfly.receiving.notice import Notice
from tests import samples
from tests.bounds.growth import Work, excess
from tests.bounds.pumps import PUMPS, Pump

DOMAIN = Path(__file__).parents[2] / "layers/core/python/mayfly/mail"
READ = re.compile(r"(?:text|mailboxes|message_ids|links|get)\(\s*\"([a-z]+(?:-[a-z]+)*)\"")
NOTICE = Notice("bucket", "raw/a", ("a@b.example",), samples.NOW, Verdicts())
MARKUP: dict[str, str] = {
    "text": "{}",
    "the words of a link": "<a href='https://a.example'>{}</a>",
    "where a link leads": "<a href='https://{}'>bank.example</a>",
    "a title": "<p title='{}'>x</p>",
    "a style": "<p style='color:{}'>x</p>",
    "where an image is": "<img src='{}'>",
    "a comment": "<!--{}-->",
    "the name of a tag": "<{}>x",
}


def header_names() -> set[str]:
    """Those that parsing looks at, as its sources say, and some that diagnostics read."""
    texts = [source.read_text("utf-8") for source in DOMAIN.glob("mime/*.py")]
    found = {name for text in texts for name in READ.findall(text)}
    return found | {"received", "authentication-results", "x-made-up"}


def read(raw: bytes) -> None:
    """Everything that is done with a mail when it comes in, and with its headers when asked."""
    mail = mime.read(raw, MIME)
    summarise(mail, NOTICE, len(raw), SUMMARY)
    assert "raw-only" not in mail.defects
    diagnose(raw[: MIME.header_block_bytes])


def test_the_headers_are_found() -> None:
    assert {"from", "to", "subject", "date", "references", "content-type"} <= header_names()


@pytest.mark.parametrize("name", sorted(header_names()))
def test_a_header_costs_what_its_length_does(name: str) -> None:
    forms: dict[str, Callable[[Pump], Callable[[int], bytes]]] = {
        "one": lambda pump: (
            lambda size: f"{name}: {pump(size)}\r\n\r\nx".encode("utf-8", "replace")
        ),
        "many": lambda pump: (
            lambda size: (
                f"{name}: {pump(60)}\r\n".encode("utf-8", "replace") * (size // 60) + b"\r\nx"
            )
        ),
        "of a part": lambda pump: (
            lambda size: (
                b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
                + f"{name}: {pump(size)}\r\n\r\nx\r\n--b--".encode("utf-8", "replace")
            )
        ),
    }
    if not name.startswith("content-"):
        del forms["of a part"]
    found = {
        f"{form}, {pump}": bad
        for form, make in forms.items()
        for pump, fill in PUMPS.items()
        if (bad := excess(_reading(make(fill)), 40_000))
    }
    assert not found


def _reading(make: Callable[[int], bytes]) -> Work:
    return lambda size: partial(read, make(size))


def _showing(show: Callable[[str], None], form: str, pump: Pump) -> Work:
    return lambda size: partial(show, form.format(pump(size)))


@pytest.mark.parametrize("place", MARKUP)
def test_html_costs_what_its_length_does(place: str) -> None:
    def shown(markup: str) -> None:
        markup = markup.encode("utf-8", "replace").decode()  # parsing leaves no half of a pair
        sanitise(markup, {})
        sanitise(markup, {}, remote_images=True)
        confirmation("Your code", "", markup, CONFIRMATION)

    found = {
        name: bad
        for name, pump in PUMPS.items()
        if (bad := excess(_showing(shown, MARKUP[place], pump), 60_000))
    }
    assert not found


def test_text_costs_what_its_length_does() -> None:
    def shown(text: str) -> None:
        confirmation(text[:300], text, "", CONFIRMATION)
        raw = f"Subject: x\r\n\r\n{text}".encode("utf-8", "replace")
        mime.read(raw, MIME)

    found = {
        name: bad
        for name, pump in PUMPS.items()
        if (bad := excess(_showing(shown, "{}", pump), 60_000))
    }
    assert not found
