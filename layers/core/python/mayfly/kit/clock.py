"""The world's time and chance, as functions that are passed in, and values kept for a time."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

from mayfly.errors import InvalidInput

Clock = Callable[[], datetime]
"""Now, in UTC."""
Entropy = Callable[[int], bytes]
"""That many random bytes, fit for secrets."""
Pause = Callable[[float], None]
"""Wait that many seconds."""


def to_the_millisecond(now: datetime) -> datetime:
    """The instant in whole milliseconds, as rows have it: what is written is what is read."""
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


T = TypeVar("T")


class Cached(Generic[T]):
    """One value, read when it is first asked for and again once it is `age` old.

    Callers that come while it is being read wait for that reading. A failure is raised, not
    remembered.
    """

    def __init__(self, read: Callable[[], T], age: timedelta, now: Clock) -> None:
        """Read nothing yet."""
        self._read = read
        self._age = age
        self._now = now
        self._lock = threading.Lock()
        self._kept: tuple[datetime, T] | None = None

    def get(self) -> T:
        """The value; it was true at some time since `age` ago."""
        with self._lock:
            now = self._now()
            if self._kept is None or not timedelta(0) <= now - self._kept[0] < self._age:
                self._kept = now, self._read()
            return self._kept[1]

    def forget(self) -> None:
        """Read it anew when it is next asked for."""
        with self._lock:
            self._kept = None


def stamp(when: datetime) -> str:
    """ISO 8601 in UTC, whole seconds, with Z: `2026-01-31T10:15:30Z`."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def precise_stamp(when: datetime) -> str:
    """ISO 8601 in UTC with milliseconds, as document 003 has it: `2026-01-31T10:15:30.000Z`."""
    rounded = datetime.fromtimestamp(round(when.timestamp() * 1000) / 1000, UTC)
    return rounded.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def stamp_or_none(when: datetime | None) -> str | None:
    """The same, null for never."""
    return stamp(when) if when else None


def instant(name: str, text: str | None) -> datetime | None:
    """The instant that the text of this field says, None without it.

    InvalidInput for what is no date and time with a zone (RFC 3339): a time of day without one is
    another instant in each country.
    """
    if text is None:
        return None
    try:
        when = datetime.fromisoformat(text)
        if when.tzinfo is not None:
            return when.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise InvalidInput(f"{name} must be a date and time with a zone, as in 2026-01-31T10:15:30Z")


def span(length: timedelta) -> str:
    """Hours and minutes, as in `12h 34m`; hours go on counting after a day."""
    minutes = max(0, int(length.total_seconds())) // 60
    return f"{minutes // 60}h {minutes % 60}m"
