"""Waiting for mail on the laptop: more who wait than there are places, and nobody else is kept."""

import json
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest

from infra.local.apigateway.rest import CONCURRENCY
from infra.local.configuration import Configuration
from mayfly.errors import InvalidInput
from tests.local.conftest import DEADLINE
from tests.local.mayfly import Mayfly, mayfly

MAIL = b"Subject: Hello\r\n\r\nx"


def waited(service: Mayfly, address: str) -> tuple[str | None, int]:
    """What a list says that may wait: when to ask again, and how many messages there are."""
    url = f"{service.http}/api/emails/{address}/messages?after=0&wait=25"
    with urllib.request.urlopen(url, timeout=2 * DEADLINE) as response:
        return response.headers["Retry-After"], len(json.load(response))


def test_those_without_a_place_are_answered_at_once_and_the_others_by_their_mail() -> None:
    told: list[tuple[str | None, int]] = []
    enough = threading.Event()

    def wait(service: Mayfly, address: str) -> None:
        told.append(waited(service, address))
        if len(told) >= 3:
            enough.set()

    with mayfly(WAITS_AT_ONCE="2") as service, ThreadPoolExecutor(5) as pool:
        address = service.first_address
        waiting = [pool.submit(wait, service, address) for _ in range(5)]
        assert enough.wait(DEADLINE)
        healthy = service.ask("GET", "/health/ping")
        at_once = list(told)
        service.send(address, MAIL)
        for each in waiting:
            each.result(DEADLINE)
        again = waited(service, address)

    assert healthy
    assert at_once == [("3", 0)] * 3
    assert told[3:] == [(None, 1)] * 2
    assert again == (None, 1)


def test_waits_for_a_code_wake_with_their_message_and_not_with_others() -> None:
    def code(service: Mayfly, address: str, shop: str) -> str:
        query = urlencode({"after": 0, "require": "code", "from": shop, "timeout": 25})
        url = f"{service.http}/api/emails/{address}/wait?{query}"
        with urllib.request.urlopen(url, timeout=2 * DEADLINE) as response:
            return str(json.load(response)["value"])

    with mayfly() as service, ThreadPoolExecutor(15) as pool:
        addresses = [service.first_address] + [
            service.ask("POST", "/api/emails")["email"] for _ in range(2)
        ]
        wanted = [(each, f"shop{n}@shop.example") for each in addresses for n in range(5)]
        waiting = [pool.submit(code, service, *each) for each in wanted]
        for number, (address, shop) in enumerate(wanted):
            text = f"From: {shop}\r\nSubject: Code\r\n\r\nYour code is {481000 + number}."
            service.send(address, MAIL)
            service.send(address, text.encode())
        codes = [each.result(DEADLINE) for each in waiting]

    assert codes == [str(481000 + number) for number in range(len(wanted))]


def test_a_sample_comes_the_way_of_all_mail() -> None:
    with mayfly() as service:
        made = service.ask("POST", "/api/emails")
        sent = service.ask(
            "POST", f"/api/emails/{made['email']}/sample", token=made["access_token"]
        )
        path = f"/api/emails/{made['email']}/wait?require=code&after={sent['seq']}"
        found = service.ask("GET", path)

    assert (found["status"], found["where"], found["seq"]) == ("found", "domain-bound", 1)


def test_there_are_threads_beside_those_that_may_wait() -> None:
    settings = Configuration.read({}).functions

    assert settings.waits_at_once == settings.waits_per_address == 100
    assert settings.waits_per_holder == 20
    assert CONCURRENCY == 100


def test_more_than_the_row_of_places_holds_cannot_wait() -> None:
    with pytest.raises(InvalidInput, match="WAITS_AT_ONCE must be from 0"):
        Configuration.read({"WAITS_AT_ONCE": "501"})
