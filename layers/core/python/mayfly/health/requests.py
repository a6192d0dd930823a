"""Counting requests: how each was answered, by names of counters that are added up over all."""

import threading
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from mayfly import limits
from mayfly.health.models import CLASSES, RequestMetrics, Unit
from mayfly.health.ports import RequestTally
from mayfly.kit.clock import Clock

_MILLISECONDS = "ms"
_UNITS = frozenset(each.value for each in Unit)


class RequestMeter:
    """Counts answers in this process, and adds what it counted to the counters of all.

    It does so at once when nothing was added for ten seconds, else with the twentieth answer: so a
    process that ends takes at most 19 answers along, all of its last ten seconds. What could not
    be added is not tried again, so that nothing is counted twice.
    """

    def __init__(self, tally: RequestTally, now: Clock) -> None:
        """Count nothing yet."""
        self._tally = tally
        self._now = now
        self._lock = threading.Lock()
        self._counted: Counter[str] = Counter()
        self._answers = 0
        self._added_at: datetime | None = None

    def note(self, operation: str, status: int, time: timedelta, sent_bytes: int = 0) -> None:
        """One answer; raises what kept it and those before from being added."""
        size = {Unit.SENT_BYTES.value: sent_bytes} if sent_bytes else {}
        self._add(counters_of(operation, status, time) | size)

    def count(self, units: Mapping[Unit, int]) -> None:
        """So much of what is no answer; raises as `note` does, and is added as one answer is."""
        self._add({unit.value: more for unit, more in units.items()})

    def _add(self, counters: Mapping[str, int]) -> None:
        due = self._noted(counters)
        if due:
            self._tally.add(due)

    def _noted(self, counters: Mapping[str, int]) -> Mapping[str, int]:
        """What to add now; the caller adds it."""
        with self._lock:
            self._counted.update(counters)
            self._answers += 1
            now = self._now()
            is_late = self._added_at is None or not (
                timedelta(0) <= now - self._added_at < limits.REQUESTS_NOTED_EVERY
            )
            if not is_late and self._answers < limits.REQUESTS_NOTED_TOGETHER:
                return {}
            due, self._counted = self._counted, Counter()
            self._answers, self._added_at = 0, now
            return due


def counters_of(operation: str, status: int, time: timedelta) -> dict[str, int]:
    """What one answer adds to which counters."""
    return {
        f"{operation} {status // 100}xx": 1,
        f"{operation} {_MILLISECONDS}": round(time.total_seconds() * 1000),
    }


def by_operation(counters: Mapping[str, int]) -> dict[str, RequestMetrics]:
    """What counters say, of every operation that was ever asked for."""
    found: dict[str, Counter[str]] = {}
    for name, number in counters.items():
        if name in _UNITS:
            continue
        operation, _, kind = name.partition(" ")
        found.setdefault(operation, Counter())[kind] += number
    return {
        operation: RequestMetrics(
            {each: kinds[each] for each in CLASSES if kinds[each]},
            timedelta(milliseconds=kinds[_MILLISECONDS]),
        )
        for operation, kinds in found.items()
    }
