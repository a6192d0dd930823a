"""Waiting for mail on the laptop: more who wait than there are places, and nobody else is kept."""

import json
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor

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


def test_there_are_threads_beside_those_that_may_wait() -> None:
    settings = Configuration.read({}).functions

    assert settings.waits_at_once == settings.waits_per_address == 100
    assert settings.waits_per_holder == 20
    assert CONCURRENCY == 100


def test_more_than_the_row_of_places_holds_cannot_wait() -> None:
    with pytest.raises(InvalidInput, match="WAITS_AT_ONCE must be from 0"):
        Configuration.read({"WAITS_AT_ONCE": "501"})
