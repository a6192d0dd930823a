"""An inbox that somebody fills: the awaited mail comes in, and its reader is told."""

import asyncio
import smtplib
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest

from tests.local.conftest import DEADLINE
from tests.local.mayfly import Mayfly, mayfly

ROOM = 20
SHARE = 16  # 80 percent


@pytest.fixture(scope="module")
def service() -> Iterator[Mayfly]:
    with mayfly(INBOX_MESSAGES=str(ROOM)) as running:
        yield running


def send(service: Mayfly, sender: str, address: str, mails: int = 1) -> None:
    with smtplib.SMTP("127.0.0.1", service.smtp_port, timeout=DEADLINE) as connection:
        for n in range(mails):
            text = f"From: x@from-{n}.example\r\nSubject: {sender} {n}\r\n\r\n{n}\r\n"
            connection.sendmail(sender, [address], text.encode())


def flood(service: Mayfly, address: str) -> None:
    for n in range(ROOM + 10):
        send(service, f"f{n}@sub{n}.flood.example", address)


def test_the_awaited_mail_comes_into_an_inbox_that_a_stranger_fills(service: Mayfly) -> None:
    made = service.ask("POST", "/v1/inboxes", {"mode": "generated", "token_ttl_seconds": 600})
    inbox, token = f"/v1/inboxes/{made['inbox_id']}", made["access_token"]
    address = made["email_address"]

    async def watch() -> list[Any]:
        async with aiohttp.ClientSession() as http, http.ws_connect(service.websocket) as socket:
            await socket.send_json({"type": "subscribe", "email": address, "token": token})
            await asyncio.to_thread(flood, service, address)
            await asyncio.to_thread(send, service, "no-reply@shop.example", address)
            heard: list[Any] = []
            while (
                not heard
                or heard[-1].get("data", {}).get("from") != "x@from-0.example"
                or ("shop.example" not in heard[-1]["data"]["subject"])
            ):
                heard.append(await socket.receive_json(timeout=DEADLINE))
            return heard

    heard = asyncio.run(watch())

    told = [each["data"] for each in heard if each["type"] == "inbox-full"]
    assert [(each["email"], each["dropped"]) for each in told] == [(address, 1)]
    shown = service.ask("GET", inbox, token=token)
    assert shown["message_count"] == SHARE + 1
    assert shown["inbox_full"]["dropped"] == ROOM + 10 - SHARE
    listed = service.ask("GET", f"{inbox}/messages?limit=1", token=token)
    assert listed["messages"][0]["subject"] == "no-reply@shop.example 0"
    assert listed["inbox_full"] == shown["inbox_full"]
    service.ask("DELETE", f"{inbox}/messages/1", token=token)
    assert service.ask("GET", inbox, token=token)["inbox_full"] is None


def test_a_public_address_says_that_it_drops_mail(service: Mayfly) -> None:
    address = service.new_address()["email"]
    before = service.ask("GET", f"/api/emails/{address}/status")

    flood(service, address)
    send(service, "code@bank.example", address)
    service.messages(address, SHARE + 1)

    after = service.ask("GET", f"/api/emails/{address}/status")
    assert before["inboxFull"] is None
    assert after["inboxFull"]["dropped"] == ROOM + 10 - SHARE
