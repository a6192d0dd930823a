"""Rounds of the sweep: how far it has gone through the raw messages."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Round:
    """One look at all raw messages stored from `since` on, in the order of their keys.

    It takes as many sweeps as it needs. `after` is the key that it has come to, "" before the first
    one; `begun_at` is when it was there.
    """

    since: datetime
    begun_at: datetime
    after: str = ""

    def is_over(self, now: datetime, every: timedelta) -> bool:
        """Whether it has come to its end, and the next one is not due yet."""
        return not self.after and now - self.begun_at < every

    def resume(self, now: datetime, reach: timedelta) -> "Round":
        """The round as the next sweep goes on with it; it looks no further back than `reach`."""
        begun_at = self.begun_at if self.after else now
        return replace(self, since=max(self.since, now - reach), begun_at=begun_at)

    def at(self, key: str) -> "Round":
        """The round when it has come to this key."""
        return replace(self, after=key)

    def next(self, margin: timedelta) -> "Round":
        """The one after it, once it has come to the end.

        What was stored `margin` before it began was there to be looked at, wherever its key is.
        """
        return Round(self.begun_at - margin, self.begun_at)


class Rounds(Protocol):
    """How far the sweep has come, from one sweep to the next."""

    def last(self, first: Round) -> Round:
        """What was kept last; `first` if nothing was."""

    def keep(self, last: Round) -> None:
        """Keep it in the place of the one before. Of two sweeps at a time either may win."""
