"""What was read a moment ago."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from mayfly.kit.clock import Cached
from tests.memory import FakeClock

AGE = timedelta(seconds=10)


class Readings:
    """Numbers, one a reading."""

    def __init__(self) -> None:
        self.count = 0
        self.trouble: Exception | None = None

    def __call__(self) -> int:
        self.count += 1
        if self.trouble:
            raise self.trouble
        return self.count


@pytest.fixture
def readings() -> Readings:
    return Readings()


def test_it_is_read_when_asked_for_and_again_when_it_is_old(readings: Readings) -> None:
    clock = FakeClock()
    remembered = Cached(readings, AGE, clock)
    assert readings.count == 0

    values = []
    for seconds in (0, 9.999, 0.001, 0):
        clock.advance(seconds=seconds)
        values.append(remembered.get())

    assert values == [1, 1, 2, 2]


def test_a_clock_that_is_set_back_keeps_nothing_for_long(readings: Readings) -> None:
    clock = FakeClock()
    remembered = Cached(readings, AGE, clock)
    remembered.get()

    clock.advance(days=-1)

    assert remembered.get() == 2


def test_what_is_forgotten_is_read_anew(readings: Readings) -> None:
    remembered = Cached(readings, AGE, FakeClock())
    remembered.get()

    remembered.forget()

    assert remembered.get() == 2


def test_a_failure_is_not_remembered(readings: Readings) -> None:
    remembered = Cached(readings, AGE, FakeClock())
    readings.trouble = ConnectionError()
    with pytest.raises(ConnectionError):
        remembered.get()

    readings.trouble = None

    assert remembered.get() == 2


def test_many_at_once_read_once() -> None:
    entered, proceed = threading.Event(), threading.Event()
    read: list[int] = []

    def slowly() -> int:
        entered.set()
        assert proceed.wait(10)
        read.append(1)
        return len(read)

    remembered = Cached(slowly, AGE, FakeClock())
    with ThreadPoolExecutor(8) as threads:
        values = [threads.submit(remembered.get) for _ in range(8)]
        entered.wait(10)
        proceed.set()

    assert {value.result() for value in values} == {1}
    assert len(read) == 1
