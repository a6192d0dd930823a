"""What was accepted, and what became of it: loss, duplicates, gaps, and how long it took."""

import statistics
import threading
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Seen:
    """One message as a client saw it: the mail's number, and its number in the inbox."""

    mail: int | None
    sequence: int


@dataclass(frozen=True, slots=True)
class Faults:
    """What may not be; all of it zero, or the run has failed."""

    loss: int = 0
    duplicates: int = 0
    gaps: int = 0

    def __add__(self, other: "Faults") -> "Faults":
        return Faults(
            self.loss + other.loss, self.duplicates + other.duplicates, self.gaps + other.gaps
        )

    def __bool__(self) -> bool:
        return self != Faults()


def faults(expected: Iterable[int], seen: Sequence[Seen]) -> Faults:
    """What is wrong with what one client saw of one inbox, in the order in which it saw it.

    The inbox must number its messages 1, 2, 3… in just that order. A message that nobody expected
    counts as a duplicate: somebody else's, or one that the sender was told had failed.
    """
    times = Counter(each.mail for each in seen)
    expected_once = set(expected)
    surplus = sum(times.values()) - len(times.keys() & expected_once)
    numbers = [each.sequence for each in seen]
    gaps = sum(at != number for at, number in enumerate(numbers, start=1))
    return Faults(len(expected_once - times.keys()), surplus, gaps)


@dataclass(slots=True)
class Tally:
    """What the server answered to the senders, by mail number; they are several threads."""

    accepted_at: dict[int, float] = field(default_factory=dict)
    inboxes: dict[int, str] = field(default_factory=dict)
    refused: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def accept(self, number: int, address: str) -> None:
        """The server has answered 250 just now."""
        now = time.perf_counter()
        with self._lock:
            self.accepted_at[number] = now
            self.inboxes[number] = address

    def refuse(self) -> None:
        """It has answered something else: then the mail is still the sender's."""
        with self._lock:
            self.refused += 1

    def numbers(self, address: str) -> list[int]:
        """The messages that this inbox must have."""
        return [number for number, inbox in self.inboxes.items() if inbox == address]

    def delays(self, seen_at: Mapping[int, float]) -> list[float]:
        """Milliseconds from the 250 until each was seen; none is below 0.

        A message may be seen while its 250 is on its way to the sender.
        """
        return [
            max(0.0, when - self.accepted_at[number]) * 1000
            for number, when in seen_at.items()
            if number in self.accepted_at
        ]


def spread(milliseconds: Sequence[float]) -> dict[str, float]:
    """Median, 95th and 99th percentile; nothing of fewer than two."""
    if len(milliseconds) < 2:
        return {}
    hundredths = statistics.quantiles(milliseconds, n=100)
    return {
        "median_ms": round(statistics.median(milliseconds), 1),
        "p95_ms": round(hundredths[94], 1),
        "p99_ms": round(hundredths[98], 1),
    }
