"""Spending: what a day (UTC) has cost so far, by our own counters and price table."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from mayfly.domain import prices

WARN_PERCENT = 80
SPENT_PERCENT = 100
TRIP_PERCENT = 150


class Stage(StrEnum):
    """How far the day's budget is gone, and what follows."""

    WITHIN = "within"
    WARNED = "warned"
    SPENT = "spent"
    OVERSPENT = "overspent"


@dataclass(frozen=True, slots=True)
class Used:
    """What the counters show, since the deployment began or of one day."""

    mails: int = 0
    chunks: int = 0
    requests: int = 0
    request_ms: int = 0

    def since(self, began: "Used") -> "Used":
        """What came after `began`."""
        return Used(
            self.mails - began.mails,
            self.chunks - began.chunks,
            self.requests - began.requests,
            self.request_ms - began.request_ms,
        )

    @property
    def dollars(self) -> float:
        """What that costs, about, and rather too much than too little."""
        return (
            self.mails * prices.MAIL
            + self.chunks * prices.CHUNK
            + self.requests * prices.REQUEST
            + self.request_ms / 1000 * prices.REQUEST_SECOND
        )


@dataclass(frozen=True, slots=True)
class Spending:
    """One day: where its counters began, where they were last seen, and what was done.

    `turn` grows with each change, so that of two who change it at once only one does.
    """

    day: date
    began: Used
    seen: Used
    is_tripped: bool = False
    turn: int = 0

    @property
    def dollars(self) -> float:
        """Spent since the day began, or since somebody put the breaker back."""
        return self.seen.since(self.began).dollars

    def percent(self, budget_usd: int) -> int:
        """How much of the budget that is; 0 without a budget."""
        return int(100 * self.dollars / budget_usd) if budget_usd else 0

    def stage(self, budget_usd: int) -> Stage:
        """What follows from that."""
        percent = self.percent(budget_usd)
        if percent >= TRIP_PERCENT:
            return Stage.OVERSPENT
        if percent >= SPENT_PERCENT:
            return Stage.SPENT
        return Stage.WARNED if percent >= WARN_PERCENT else Stage.WITHIN

    def looked(self, today: date, seen: Used, budget_usd: int) -> "Spending":
        """After another look; with a new day everything begins anew, and nothing is tripped.

        Once tripped it stays so for the day, whatever the counters or the budget say.
        """
        if today != self.day:
            return Spending(today, seen, seen, turn=self.turn + 1)
        after = replace(self, seen=seen, turn=self.turn + 1)
        trips = after.stage(budget_usd) is Stage.OVERSPENT
        return replace(after, is_tripped=self.is_tripped or trips)

    def reset(self) -> "Spending":
        """After somebody put it back: the rest of the day has a whole budget of its own."""
        return Spending(self.day, self.seen, self.seen, turn=self.turn + 1)
