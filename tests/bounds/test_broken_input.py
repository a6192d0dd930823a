"""What no parser can read is data or a refusal, and never an error of ours."""

import base64
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

from infra.local.ses.accept import Acceptance, Submission
from mayfly.email_auth import dkim, dmarc, spf
from mayfly.errors import Unauthenticated
from mayfly.private_inboxes.tokens import Tokens
from mayfly.receiving.notice import read
from tests import samples
from tests.bounds.growth import excess
from tests.bounds.pumps import PUMPS, Pump
from tests.memory import Memory

FIELDS = ("From", "To", "Cc", "Reply-To", "Subject", "Date", "Message-ID")


@dataclass
class Taken:
    """Takes what is stored and what is announced."""

    bodies: list[bytes] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def put_object(self, Body: bytes, **place: Any) -> None:
        self.bodies.append(Body)

    def publish(self, Message: str, **place: Any) -> None:
        self.notices.append(Message)


def accepted(content: bytes) -> str:
    """The notice of this mail."""
    taken = Taken()
    acceptance = Acceptance(taken, taken, "bucket", "raw/", "topic", lambda: samples.NOW)
    mail = Submission("a@b.example", ("c@d.example",), content, "me", "127.0.0.1", "ESMTP")

    acceptance.accept(mail)

    assert taken.bodies[0].endswith(content)
    return taken.notices[0]


@pytest.mark.parametrize("pump", PUMPS.values(), ids=PUMPS.keys())
@pytest.mark.parametrize("name", FIELDS)
def test_a_mail_is_taken_whatever_its_headers_say(name: str, pump: Pump) -> None:
    def mail(size: int) -> bytes:
        return f"{name}: {pump(size)}\r\n\r\nwords\r\n".encode("utf-8", "replace")

    assert read(accepted(mail(9000))).recipients == ("c@d.example",)
    assert not excess(lambda size: partial(accepted, mail(size)), 40_000)


@pytest.mark.parametrize("part", ["header", "payload"])
@pytest.mark.parametrize("size", [1000, 2000, 20_000])
def test_a_token_that_is_nested_deep_is_none(part: str, size: int) -> None:
    memory = Memory()
    tokens = Tokens(memory.signing_keys, memory.clock, bytes)
    deep = base64.urlsafe_b64encode(b'{"alg":"HS256","a":' + b"[" * size).decode().rstrip("=")
    fine = base64.urlsafe_b64encode(b'{"alg":"HS256"}').decode().rstrip("=")

    with pytest.raises(Unauthenticated):
        tokens.read(f"{deep}.{fine}.x" if part == "header" else f"{fine}.{deep}.x")


@pytest.mark.parametrize("pump", PUMPS.values(), ids=PUMPS.keys())
@pytest.mark.parametrize(
    "start", ["v=spf1 ", "v=spf1 ip4:", "v=DMARC1; pct=", "v=DMARC1; rua=mailto:"]
)
def test_a_record_in_dns_is_read_whatever_it_says(start: str, pump: Pump) -> None:
    def read_all(text: str) -> None:
        spf.merge([spf.read(text)], [])
        dmarc.find_faults(text)
        dmarc.explain(text)
        dmarc.report_domains(text)
        dkim.tags_of(text)

    assert not excess(lambda size: partial(read_all, start + pump(size)), 60_000)
