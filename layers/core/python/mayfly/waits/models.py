"""Requests that wait for mail: how many may at once, and what they come to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from mayfly.mail.codes.models import Evidence
from mayfly.messages.models import Content, Message


@dataclass(frozen=True, slots=True)
class Waiter:
    """A request that waits, as keys that name nobody (`Client.key`).

    `address` is where they call from; `holder` is the account or inbox whose mail they wait for.
    """

    address: str
    holder: str


@dataclass(frozen=True, slots=True)
class Lease:
    """A place among waiting requests. It ends by itself, should its holder die before."""

    id: str
    waiter: Waiter
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class WaitLimits:
    """How many may wait at once; 0 is nobody."""

    at_once: int
    of_address: int
    of_holder: int

    def has_place(self, waiter: Waiter, leases: Iterable[Lease], now: datetime) -> bool:
        """Whether one more may wait beside those that do."""
        others = [each.waiter for each in leases if each.ends_at > now]
        return (
            len(others) < self.at_once
            and sum(each.address == waiter.address for each in others) < self.of_address
            and sum(each.holder == waiter.holder for each in others) < self.of_holder
        )


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a wait came to: its message, or none in time.

    `sequence` is where the next wait goes on from: nothing up to it is looked at again, and
    nothing above it was left out.
    """

    sequence: int
    message: Message | None = None
    evidence: Evidence | None = None
    content: Content | None = None
    """Where the whole message was asked for."""
