"""What one address does, counted beside what each of its tokens, keys and sessions does; and what
a client asks for that has no limit but the widest.

The table learns of some requests at a time, so that most need no write of their own. A process is
exact about what it was asked itself, and late by those few about what others were.
"""

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mayfly import limits
from mayfly.rate_limits.models import Client, Window
from mayfly.rate_limits.ports import RequestCounts

_HELD = "held-"
"""What the names of these counters begin with, beside those of requests without a token."""


@dataclass(slots=True)
class _Heard:
    """Of one address: what the table last said, and what it does not know yet."""

    counted: dict[str, int] = field(default_factory=dict)
    untold: Counter[tuple[str, ...]] = field(default_factory=Counter)

    def total(self, name: str) -> int:
        """With a token and without, as far as this process knows."""
        return self.own(name) + self.own(_HELD + name)

    def own(self, counter: str) -> int:
        """One counter, with what the table does not know yet."""
        untold = sum(by for names, by in self.untold.items() if counter in names)
        return self.counted.get(counter, 0) + untold


def total(counted: Mapping[str, int], name: str) -> int:
    """With a token and without, of an address's counters as they are in the table."""
    return counted.get(name, 0) + counted.get(_HELD + name, 0)


class AddressTally:
    """The addresses of the windows of now, as one process knows them."""

    def __init__(self, together: int = limits.ADDRESS_COUNTED_TOGETHER) -> None:
        """Know nothing yet; the table learns of so many at a time."""
        self._together = together
        self._heard: dict[Window, dict[str, _Heard]] = {}
        self._lock = threading.Lock()

    def add(
        self, counts: RequestCounts, at: Client, window: Window, names: Sequence[str], by: int = 1
    ) -> Mapping[str, int]:
        """Count something with a token under these names; how much of it the address did in all.

        What keeps the table from counting is raised as it comes, and those few are not counted.
        """
        held = tuple(_HELD + name for name in names)
        heard = self._count(counts, at, window, held, by, self._together)
        with self._lock:
            return {name: heard.total(name) for name in names}

    def ask(
        self,
        counts: RequestCounts,
        who: Client,
        window: Window,
        names: Sequence[str],
        at_once: bool,
    ) -> Mapping[str, int]:
        """Count a request of the client's own under these names; all its counters, with it.

        At once, or with some others; `total` is of the answer.
        """
        heard = self._count(counts, who, window, tuple(names), 1, 1 if at_once else self._together)
        with self._lock:
            return {name: heard.own(name) for name in {*heard.counted, *names}}

    def _count(
        self,
        counts: RequestCounts,
        who: Client,
        window: Window,
        names: tuple[str, ...],
        by: int,
        together: int,
    ) -> _Heard:
        with self._lock:
            heard = self._of(who, window)
            heard.untold[names] += by
            due = heard.untold.pop(names) if heard.untold[names] >= together else 0
        counted = counts.count(who.key, window, names, by=due) if due else {}
        with self._lock:
            for name, number in counted.items():
                heard.counted[name] = max(number, heard.counted.get(name, 0))
        return heard

    def _of(self, at: Client, window: Window) -> _Heard:
        if window not in self._heard:  # all addresses have the same ones
            over = [each for each in self._heard if each.length == window.length]
            for each in over:
                del self._heard[each]
        of_window = self._heard.setdefault(window, {})
        if at.key not in of_window and len(of_window) >= limits.ADDRESSES_REMEMBERED:
            of_window.clear()  # the table still knows most of it
        return of_window.setdefault(at.key, _Heard())
