"""Waiting for mail: a request that waits holds a whole function, so only so many may at once.

A request that finds no place is answered at once, with what there is.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import TracebackType
from typing import Protocol

from mayfly import limits
from mayfly.inboxes.models import Inbox
from mayfly.kit.clock import Clock, Entropy
from mayfly.rate_limits.models import Client
from mayfly.waits.models import Lease, Waiter, WaitLimits
from mayfly.waits.settings import WaitSettings


class Waits(Protocol):
    """Places to wait at. Each is given back, or ends with its lease.

    Whatever keeps it from knowing is raised as it comes, and soon, as with `ports.counts`.
    """

    def begin(self, lease: Lease, limits: WaitLimits, now: datetime) -> bool:
        """Take a place for this lease; False, and nothing is taken, if `limits` leave none.

        However many ask at once, no more get one than there are. False, too, where too many others
        were faster.
        """

    def end(self, lease: Lease) -> None:
        """Give the place back; one that has ended already is no error."""


_ID_BYTES = 6


def limits_of(settings: WaitSettings) -> WaitLimits:
    """What the settings allow."""
    return WaitLimits(settings.waits_at_once, settings.waits_per_address, settings.waits_per_holder)


@dataclass(frozen=True, slots=True)
class LongPolls:
    """Gives places to waiting requests."""

    waits: Waits
    limits: WaitLimits
    now: Clock
    entropy: Entropy

    def turn(self, address: Client) -> "Turn":
        """For one request of this address: a block, at whose end its place is free again."""
        return Turn(self, address)


@dataclass(slots=True)
class Turn:
    """One request that may have to wait. `trouble` is what kept its place from being known."""

    room: LongPolls
    address: Client
    was_refused: bool = False
    trouble: list[Exception] = field(default_factory=list)
    _lease: Lease | None = None

    def __call__(self, inbox: Inbox, left: timedelta) -> bool:
        """Whether it may wait for mail to this inbox, so long; a place is taken once.

        False if it is not known whether there is one: waiting is what has to be bounded.
        """
        if self._lease is None and not self.was_refused:
            self._lease = self._taken(inbox, left)
            self.was_refused = self._lease is None
        return not self.was_refused

    def __enter__(self) -> "Turn":
        """Nothing is taken before it has to wait."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        """Give the place back; if that fails, it is free once its lease ends."""
        if self._lease is not None:
            try:
                self.room.waits.end(self._lease)
            except Exception as failure:
                self.trouble.append(failure)

    def _taken(self, inbox: Inbox, left: timedelta) -> Lease | None:
        room, now = self.room, self.room.now()
        holder = Client("account", inbox.owner) if inbox.owner else Client("inbox", str(inbox.id))
        lease = Lease(
            room.entropy(_ID_BYTES).hex(),
            Waiter(self.address.key, holder.key),
            now + left + limits.WAIT_LEASE_MORE,
        )
        try:
            return lease if room.waits.begin(lease, room.limits, now) else None
        except Exception as failure:
            self.trouble.append(failure)
            return None
