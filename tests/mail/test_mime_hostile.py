"""No mail costs more than a bounded time and memory, whatever it is made of."""

import time
import tracemalloc

import pytest

from bench.hostile_mails import HOSTILE
from mayfly.limits import MIME
from mayfly.mail.diagnostics import diagnose
from mayfly.mail.mime import parser as mime

# What parsing may cost at most; measured, the worst of these takes a sixth of it.
SECONDS = 0.5
TIMES_ITS_SIZE = 8


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_mail_costs_little_time(name: str) -> None:
    raw = HOSTILE[name]()

    started = time.process_time()
    mail = mime.read(raw, MIME)
    seconds = time.process_time() - started

    assert seconds < SECONDS
    assert len(mail.parts) <= MIME.parts
    assert len(mail.defects) <= MIME.defects


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_mail_costs_little_memory(name: str) -> None:
    raw = HOSTILE[name]()

    tracemalloc.start()
    mime.read(raw, MIME)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < TIMES_ITS_SIZE * len(raw)


@pytest.mark.parametrize("name", HOSTILE)
def test_diagnostics_of_a_hostile_mail_cost_little_time(name: str) -> None:
    raw = HOSTILE[name]()[: MIME.header_block_bytes]

    started = time.process_time()
    diagnose(raw)

    assert time.process_time() - started < SECONDS


def test_large_attachment_is_measured_without_being_held() -> None:
    line = b"QUJD" * 19 + b"\r\n"
    raw = b"Content-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n\r\n" + line * (
        10_000_000 // len(line)
    )

    tracemalloc.start()
    (part,) = mime.read(raw, MIME).parts
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert part.size == 57 * (10_000_000 // len(line))
    assert peak < len(raw) / 4
