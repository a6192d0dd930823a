"""The headers in the laptop's notice of a message: those that the standard library reads of it."""

import json
import re
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from email.policy import compat32
from pathlib import Path
from typing import Any

import pytest

from infra.local.ses.accept import Acceptance, Submission

MAILS = sorted((Path(__file__).parents[1] / "mails").glob("*.eml"))
BLOCKS = {
    "plain": b"From: a@b.example\r\nSubject: hello",
    "line feeds only": b"From: a@b.example\nSubject: hello",
    "folded": b"Subject: one\r\n two\r\n\tthree\r\nTo: a@b.example",
    "folded at once": b"Subject:\r\n one\r\nTo:\ta@b.example ",
    "blank lines of a fold": b"Subject: one\r\n \r\n two",
    "no value": b"Subject:\r\nTo: ",
    "8-bit text": b"Subject: caf\xc3\xa9 \xff",
    "8-bit name": b"Caf\xc3\xa9: x\r\nSubject: hello",
    "controls": b"Subject: a\x00b\x0b\x0c\x1c\x85c\r\nTo: x",
    "a bare CR": b"Subject: a\rTo: b\r\nCc: c",
    "a blank before the colon": b"Subject : a\r\nTo: b",
    "no name": b": a\r\nTo: b",
    "no colon": b"Subject: a\r\nnonsense\r\nTo: b",
    "a fold at the start": b" x: a\r\nTo: b",
    "an mbox line": b"From me Thu Jan  1 00:00:00 2026\r\nTo: b",
    "nothing": b"",
}


class Sns:
    """Keeps what is published last; what S3 is given is not asked for."""

    notice = ""

    def publish(self, *, Message: str, **_: Any) -> None:
        self.notice = Message

    def put_object(self, **_: Any) -> None: ...


def notice_of(content: bytes, plays_verdicts: bool = False) -> Any:
    sns = Sns()
    when = datetime(2026, 1, 1, tzinfo=UTC)
    front = Acceptance(
        sns, sns, "mail", "raw/", "topic", lambda: when, plays_verdicts=plays_verdicts
    )
    front.accept(Submission("", ("alice@mayfly.example",), content, "client", "::1", "ESMTP"))
    return json.loads(sns.notice)


def headers_of_the_notice(content: bytes) -> list[dict[str, str]]:
    headers: list[dict[str, str]] = notice_of(content)["mail"]["headers"]
    return headers


@pytest.mark.parametrize("plays", [True, False])
def test_a_message_says_what_ses_finds_only_where_that_is_played(plays: bool) -> None:
    content = b"x-mayfly-verdicts: spam=FAIL dmarc=GRAY spf=nonsense other=FAIL\r\n\r\nbody"

    receipt = notice_of(content, plays_verdicts=plays)["receipt"]

    found = {name: receipt[f"{name}Verdict"]["status"] for name in ("spam", "dmarc", "spf", "dkim")}
    played = {"spam": "FAIL", "dmarc": "GRAY"} if plays else {}
    assert found == dict.fromkeys(found, "DISABLED") | played


def read_by_the_standard_library(block: bytes) -> list[dict[str, str]]:
    def text(value: str) -> str:
        octets = re.sub(r"\r?\n", "", value).encode("utf-8", "surrogateescape")
        return octets.decode("utf-8", "replace")

    fields = BytesHeaderParser(policy=compat32).parsebytes(block).raw_items()
    return [{"name": name, "value": text(value)} for name, value in fields]


@pytest.mark.parametrize("name", BLOCKS)
def test_a_notice_has_the_headers_of_any_block(name: str) -> None:
    block = BLOCKS[name]

    assert headers_of_the_notice(block + b"\r\n\r\nbody") == read_by_the_standard_library(block)


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_a_notice_has_the_headers_of_real_mail(path: Path) -> None:
    content = path.read_bytes()
    end = re.search(rb"\r?\n\r?\n", content)
    block = content[: end.start() if end else len(content)][: 10 * 1024]

    assert headers_of_the_notice(content) == read_by_the_standard_library(block)
