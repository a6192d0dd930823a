"""Newcomers: how many accounts come from one address.

Whatever an account may have, who makes many accounts has many times; so this is where it ends.
"""

from dataclasses import dataclass
from datetime import timedelta

from mayfly.errors import RateLimited
from mayfly.kit.clock import Clock
from mayfly.rate_limits.models import Client, Window
from mayfly.rate_limits.ports import RequestCounts

_NEWCOMERS = "newcomers"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RegistrationLimiter:
    """Counts registrations, and forgotten passwords: `most` a day (UTC), 0 is no limit."""

    counts: RequestCounts
    most: int
    now: Clock

    def admit(self, client: Client) -> Window | None:
        """Count one more of this client; RateLimited if it is one too many."""
        if not self.most:
            return None
        day = Window.around(self.now(), _DAY)
        if self.counts.count(_key(client), day, [_NEWCOMERS])[_NEWCOMERS] > self.most:
            raise RateLimited(
                f"{self.most} registrations and forgotten passwords a day are possible"
                f" (REGISTRATIONS_PER_DAY); it goes on at {day.end:%Y-%m-%dT%H:%M:%SZ}",
                day.seconds_left(self.now()),
            )
        return day

    def take_back(self, client: Client, day: Window) -> None:
        """What was admitted came to nothing."""
        self.counts.count(_key(client), day, [_NEWCOMERS], by=-1)


def _key(client: Client) -> str:
    # A day begins when a minute does: the rows are not those of the client's requests.
    return Client(_NEWCOMERS, client.key).key
