"""How requests were answered: by operation, never by path, so that there are few kinds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

CLASSES = ("2xx", "3xx", "4xx", "5xx")
PREFLIGHT = "preflight"
"""Browsers that ask first, whatever path."""
OTHER = "other"
"""What was no operation: a method that a path does not have."""
ALWAYS_ANSWERED = frozenset({"health", "health_ping"})
"""Also when the day's budget is spent over and over: they say so, and cost hardly anything."""


class Unit(StrEnum):
    """What is counted beside answers, as it is paid for: by what the counter is called."""

    SENT_BYTES = "answered bytes"  # and those of files that links lead to, once for each link
    CONNECTIONS = "socket connections"
    FRAMES = "socket frames"
    SOCKET_MS = "socket milliseconds"
    PUSHES = "socket pushes"
    SENDS = "mail recipients"  # of mail that goes out


@dataclass(frozen=True, slots=True)
class RequestMetrics:
    """The answers of one operation: their number by status class, and the time they took."""

    statuses: Mapping[str, int]
    time: timedelta

    @property
    def count(self) -> int:
        """All of them."""
        return sum(self.statuses.values())


class CheckStatus(StrEnum):
    """How something is that the service needs."""

    UP = "up"
    DOWN = "down"  # it answered with a failure, or could not be reached
    LATE = "late"  # it has not answered in time


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What came of a check, and how long that took; of one that is late, how long it had."""

    condition: CheckStatus
    time: timedelta
