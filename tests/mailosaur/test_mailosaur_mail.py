"""What the laptop's SMTP server takes for anything in a server's domain."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from infra.local.ses.backpressure import Intake
from infra.local.smtp.policy import MailPolicy, Post, no_other
from mayfly.mail.address import Address
from mayfly.mailosaur.models import in_server

DOMAIN = "mayfly.example"
KNOWN = {Address("qateam01", DOMAIN), Address("real", f"qateam02.{DOMAIN}")}


def recipient(text: str, other: Any = in_server) -> tuple[str, list[str]]:
    """The answer to RCPT, and the recipients that the mail has then."""
    post = Post(lambda address: address.untagged in KNOWN, lambda mail: "id", other=other)
    policy = MailPolicy([DOMAIN], post, Intake(lambda: 0), lambda _: None, lambda _: None)
    envelope = SimpleNamespace(rcpt_tos=[])
    answer = asyncio.run(policy.handle_RCPT(None, None, envelope, text, []))
    return answer[:3], envelope.rcpt_tos


@pytest.mark.parametrize(
    ("text", "answer", "taken"),
    [
        (f"RANDOM@qateam01.{DOMAIN}", "250", [f"qateam01+random@{DOMAIN}"]),
        (f"qateam01@{DOMAIN}", "250", [f"qateam01@{DOMAIN}"]),
        (f"QATeam01+x@{DOMAIN}", "250", [f"QATeam01+x@{DOMAIN}"]),
        (f"real@qateam02.{DOMAIN}", "250", [f"real@qateam02.{DOMAIN}"]),
        (f"other@qateam02.{DOMAIN}", "550", []),
        (f"x@nobody01.{DOMAIN}", "550", []),
        ("x@qateam01.elsewhere.example", "550", []),
        (f"{'x' * 60}@qateam01.{DOMAIN}", "550", []),
    ],
)
def test_an_address_in_a_servers_domain_reaches_the_server(
    text: str, answer: str, taken: list[str]
) -> None:
    assert recipient(text) == (answer, taken)


def test_without_the_facade_nobody_has_it() -> None:
    assert recipient(f"x@qateam01.{DOMAIN}", no_other) == ("550", [])
