"""External inboxes are read with mail clients, too, and fetched for them."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.bridge.test_logins import count, opened
from tests.local.mayfly import Mayfly, mayfly
from tests.pop3.scripted import HOST, Heard, scripted

SHOWN = "ann@elsewhere.example"


@pytest.fixture(scope="module")
def near() -> Iterator[Mayfly]:
    """A laptop that may ask POP3 servers of this machine."""
    with mayfly(POP3_TO_PRIVATE_ADDRESSES="on") as running:
        yield running


@pytest.fixture
def server() -> Iterator[Heard]:
    with scripted() as heard:
        yield heard


@pytest.fixture
def inbox(near: Mayfly, server: Heard) -> dict[str, Any]:
    where = {"pop3_host": HOST, "pop3_port": server.port, "pop3_tls": False}
    wanted = {"mode": "external", "email_address": SHOWN, "pop3_password": "x", **where}
    made: dict[str, Any] = near.ask("POST", "/v1/inboxes", wanted)
    return made


def test_the_address_that_it_shows_and_its_token_open_it(
    near: Mayfly, inbox: dict[str, Any]
) -> None:
    with opened(near, SHOWN, inbox["access_token"]) as client:
        assert count(client) == 2
        assert client.fetch([2], ["BODY.PEEK[]"])[2][b"BODY[]"] == b"Subject: 2\r\n\r\n2\r\n"


def test_the_address_inside_is_shown_nowhere(near: Mayfly, inbox: dict[str, Any]) -> None:
    token, mailbox = inbox["access_token"], f"/api/user/mailbox/{inbox['inbox_id']}"

    shown = [near.ask("GET", path, token=token) for path in ("/api/session", mailbox)]

    assert [each.get("mailbox", each)["emailAddress"] for each in shown] == [SHOWN] * 2


def test_opening_an_inbox_has_fetched_what_lies_elsewhere(near: Mayfly, server: Heard) -> None:
    where = {"pop3_host": HOST, "pop3_port": server.port, "pop3_tls": False}
    domain = near.administer("POST", "/v1/admin/domains", {"domain": "shop.example", **where})
    wanted = {"count": 1, "domain_ids": [domain["id"]]}
    (made,) = near.administer("POST", "/v1/admin/generate", wanted)["inboxes"]
    assert not server.commands

    with opened(near, made["email_address"], made["password"]) as client:
        assert count(client) == 2
