"""Counts of requests and of days in dicts."""

import threading
from collections.abc import Mapping, Sequence
from datetime import date

from mayfly.breaker.models import Spending
from mayfly.rate_limits.models import Window


class FakeRequestCounts:
    """Counters in a dict; with `failing` set, every call raises it."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, Window], dict[str, int]] = {}
        self.calls = 0
        self.failing: Exception | None = None
        self._lock = threading.Lock()

    def count(
        self, who: str, window: Window, names: Sequence[str], by: int = 1
    ) -> Mapping[str, int]:
        self.calls += 1
        if self.failing is not None:
            raise self.failing
        with self._lock:
            row = self.rows.setdefault((who, window), {})
            for name in names:
                row[name] = row.get(name, 0) + by
            return dict(row)

    def seen(self, who: str, window: Window) -> Mapping[str, int]:
        self.calls += 1
        if self.failing is not None:
            raise self.failing
        with self._lock:
            return dict(self.rows.get((who, window), {}))


class FakeBudgets:
    """Days in dicts."""

    def __init__(self) -> None:
        self.inboxes: dict[date, int] = {}
        self.mails: dict[date, int] = {}
        self.baselines: dict[date, int] = {}
        self.spent: Spending | None = None
        self._lock = threading.Lock()

    def spend(self, day: date, inboxes: int, most: int) -> bool:
        with self._lock:
            made = self.inboxes.get(day, 0) + inboxes
            if made > most:
                return False
            self.inboxes[day] = made
            return True

    def give_back(self, day: date, inboxes: int) -> None:
        with self._lock:
            self.inboxes[day] = self.inboxes.get(day, 0) - inboxes

    def spend_mail(self, day: date, most: int) -> bool:
        with self._lock:
            if self.mails.get(day, 0) >= most:
                return False
            self.mails[day] = self.mails.get(day, 0) + 1
            return True

    def baseline(self, day: date, accepted: int) -> int:
        return self.baselines.setdefault(day, accepted)

    def spending(self) -> Spending | None:
        return self.spent

    def keep_spending(self, spending: Spending) -> bool:
        with self._lock:
            if self.spent is not None and self.spent.turn != spending.turn - 1:
                return False
            self.spent = spending
            return True
