"""Questions to the name server, and zone files, that are made to cost much or to break a reader."""

import struct
from contextlib import suppress
from functools import partial

import dns.exception
import pytest

from infra.local.dns.server import NameServer, Zone
from infra.local.dns.zone_file import zone_of
from tests.bounds.growth import excess
from tests.bounds.pumps import PUMPS, Pump

QUESTIONS: dict[str, bytes] = {
    "pointers to themselves": b"\xc0\x0c",
    "pointers to others": b"\xc0\x0e\xc0\x0c",
    "labels": b"\x01a",
    "questions": b"\x01a\x00\x00\x01\x00\x01",
    "questions for the root": b"\x00\x00\x01\x00\x01",
    "nothing": b"\x00",
    "all bits": b"\xff",
}


def question(unit: bytes, size: int) -> bytes:
    """A message that announces as many questions as it has bytes."""
    return struct.pack("!6H", 1, 0x0100, size // len(unit), 0, 0, 0) + unit * (size // len(unit))


@pytest.mark.parametrize("unit", QUESTIONS.values(), ids=QUESTIONS.keys())
def test_a_question_is_answered_or_not_but_breaks_nothing(unit: bytes) -> None:
    server = NameServer(Zone.of({("a.example", "A"): ["192.0.2.1"]}))

    bad = excess(lambda size: partial(server.answer, question(unit, size), False), 60_000)

    assert not bad


@pytest.mark.parametrize("start", ["", "a.example. A ", "a.example. ", '$TTL 60\n@ TXT "', "$TTL "])
@pytest.mark.parametrize("pump", PUMPS.values(), ids=PUMPS.keys())
def test_a_zone_file_has_records_or_a_mistake(start: str, pump: Pump) -> None:
    def read(text: str) -> None:
        with suppress(dns.exception.DNSException):
            zone_of(text)

    assert not excess(lambda size: partial(read, start + pump(size) + "\n"), 20_000)
