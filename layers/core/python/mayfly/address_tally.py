"""What one address asks for with tokens, keys and sessions, counted beside what each of them asks.

The table is told of some requests at a time, so that most need no write of their own. A process is
exact about what it was asked itself, and late by those few about what others were.
"""

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mayfly.blueprint import limits
from mayfly.domain.rate import Client, Window
from mayfly.ports.counts import RequestCounts

_HELD = "held-"
"""What the names of these counters begin with, beside those of requests without a token."""


@dataclass(slots=True)
class _Heard:
    """Of one address: what the table last said, and what it was not told yet."""

    counted: dict[str, int] = field(default_factory=dict)
    untold: Counter[tuple[str, ...]] = field(default_factory=Counter)

    def total(self, name: str) -> int:
        """With a token and without, as far as this process knows."""
        held = _HELD + name
        untold = sum(by for names, by in self.untold.items() if held in names)
        return self.counted.get(name, 0) + self.counted.get(held, 0) + untold


def total(counted: Mapping[str, int], name: str) -> int:
    """With a token and without, of an address's counters as they are in the table."""
    return counted.get(name, 0) + counted.get(_HELD + name, 0)


class AddressTally:
    """The addresses of one window, as one process knows them."""

    def __init__(self, together: int = limits.ADDRESS_COUNTED_TOGETHER) -> None:
        """Know nothing yet; the table is told of so many requests at a time."""
        self._together = together
        self._window: Window | None = None
        self._heard: dict[str, _Heard] = {}
        self._lock = threading.Lock()

    def add(
        self, counts: RequestCounts, at: Client, window: Window, names: Sequence[str]
    ) -> Mapping[str, int]:
        """Count a request with a token under these names; what the address asked for in all.

        What keeps the table from counting is raised as it comes, and those few are not counted.
        """
        held = tuple(_HELD + name for name in names)
        with self._lock:
            heard = self._of(at, window)
            heard.untold[held] += 1
            by = heard.untold.pop(held) if heard.untold[held] >= self._together else 0
        told = counts.count(at.key, window, held, by=by) if by else {}
        with self._lock:
            for name, number in told.items():
                heard.counted[name] = max(number, heard.counted.get(name, 0))
            return {name: heard.total(name) for name in names}

    def _of(self, at: Client, window: Window) -> _Heard:
        if window != self._window:  # all addresses have the same ones
            self._window = window
            self._heard = {}
        return self._heard.setdefault(at.key, _Heard())
