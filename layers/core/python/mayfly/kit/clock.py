"""The world's time and chance, as functions that are passed in, and values kept for a time."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

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

    Whoever asks while it is being read waits for that reading. A failure is raised, not remembered.
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
