"""Spending: what a day (UTC) has cost so far, by our own counters and price table."""

from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from mayfly import prices
from mayfly.errors import InvalidInput

WARN_PERCENT = 80
SPENT_PERCENT = 100
TRIP_PERCENT = 150
END_PERCENT = 200


class Stage(StrEnum):
    """How far the day's budget is gone, and what follows."""

    WITHIN = "within"
    WARNED = "warned"
    SPENT = "spent"
    OVERSPENT = "overspent"
    ENDED = "ended"


class Restriction(StrEnum):
    """What the service does not do for the rest of the day."""

    NONE = "none"
    NO_INBOXES = "no-new-inboxes"
    NO_MAIL = "no-mail"  # nor does it answer callers without an account
    CLOSED = "closed"  # to all but admins


@dataclass(frozen=True, slots=True)
class Restraint:
    """A restriction, and from when until when it holds."""

    kind: Restriction = Restriction.NONE
    since: datetime | None = None
    until: datetime | None = None


UNRESTRAINED = Restraint()


@dataclass(frozen=True, slots=True)
class Used:
    """What the counters show, since the deployment began or of one day."""

    mails: int = 0
    chunks: int = 0
    requests: int = 0
    request_ms: int = 0
    sent_bytes: int = 0
    connections: int = 0
    frames: int = 0
    socket_ms: int = 0
    pushes: int = 0
    sends: int = 0

    def since(self, began: "Used") -> "Used":
        """What came after `began`."""
        return Used(
            **{
                each.name: getattr(self, each.name) - getattr(began, each.name)
                for each in fields(self)
            }
        )

    @property
    def dollars(self) -> float:
        """What that costs, about, and rather too much than too little."""
        return (
            self.mails * prices.MAIL
            + self.chunks * prices.CHUNK
            + self.requests * prices.REQUEST
            + self.request_ms / 1000 * prices.REQUEST_SECOND
            + self.sent_bytes * prices.BYTE
            + self.connections * prices.CONNECTION
            + self.frames * prices.FRAME
            + self.socket_ms / 1000 * prices.SOCKET_SECOND
            + self.pushes * prices.PUSH
            + self.sends * prices.SEND
        )


@dataclass(frozen=True, slots=True)
class Spending:
    """One day: where its counters began, where they were last seen, and what was done.

    `turn` grows with each change, so that of two changes at once only one is made. `since` is
    when the restriction of now began. `reopens` says that it was tripped until a moment ago: a look
    that is slow may be closing the intake still, so the next one opens it once more.
    """

    day: date
    began: Used
    seen: Used
    is_tripped: bool = False
    turn: int = 0
    since: datetime | None = None
    reopens: bool = False

    @property
    def dollars(self) -> float:
        """Spent since the day began, or since the breaker was reset."""
        return self.seen.since(self.began).dollars

    def percent(self, budget_usd: int) -> int:
        """How much of the budget that is; 0 without a budget."""
        return int(100 * self.dollars / budget_usd) if budget_usd else 0

    def stage(self, budget_usd: int) -> Stage:
        """What follows from that."""
        percent = self.percent(budget_usd)
        if percent >= END_PERCENT:
            return Stage.ENDED
        if percent >= TRIP_PERCENT:
            return Stage.OVERSPENT
        if percent >= SPENT_PERCENT:
            return Stage.SPENT
        return Stage.WARNED if percent >= WARN_PERCENT else Stage.WITHIN

    def restriction(self, budget_usd: int) -> Restriction:
        """What the service does not do on that day; what is tripped stays so."""
        stage = self.stage(budget_usd)
        if stage is Stage.ENDED:
            return Restriction.CLOSED
        if self.is_tripped or stage is Stage.OVERSPENT:
            return Restriction.NO_MAIL
        return Restriction.NO_INBOXES if stage is Stage.SPENT else Restriction.NONE

    def restraint(self, budget_usd: int) -> Restraint:
        """The same, with its times: it ends with the day."""
        kind = self.restriction(budget_usd)
        if kind is Restriction.NONE:
            return UNRESTRAINED
        return Restraint(kind, self.since, next_day(self.day))

    def update(self, now: datetime, seen: Used, budget_usd: int) -> "Spending":
        """Spending after another look; a new day begins anew, and nothing is tripped then.

        Once tripped it stays so for the day, whatever the counters or the budget say.
        """
        if now.date() != self.day:
            return Spending(now.date(), seen, seen, turn=self.turn + 1, reopens=self.is_tripped)
        after = replace(self, seen=seen, turn=self.turn + 1, reopens=False)
        trips = after.stage(budget_usd) in (Stage.OVERSPENT, Stage.ENDED)
        after = replace(after, is_tripped=self.is_tripped or trips)
        if after.restriction(budget_usd) is self.restriction(budget_usd):
            return after
        return replace(after, since=now)

    def reset(self) -> "Spending":
        """After a reset: the rest of the day has a whole budget of its own."""
        return Spending(self.day, self.seen, self.seen, turn=self.turn + 1, reopens=True)


def next_day(day: date) -> datetime:
    """When the day (UTC) is over, and a new budget there."""
    return datetime.combine(day + timedelta(days=1), time(), UTC)


REST = "restapis"
SOCKET = "apis"


@dataclass(frozen=True, slots=True)
class ApiStage:
    """`rate` requests a second, `burst` at once. `is_rest` is false for a WebSocket API."""

    api: str
    name: str
    rate: int
    burst: int
    is_rest: bool

    @classmethod
    def parse(cls, text: str) -> "ApiStage":
        """What `str` writes, as in `restapis/a1b2c3/stages/live 100 200`; InvalidInput."""
        try:
            path, rate, burst = text.split(" ")
            kind, api, stages, name = path.split("/")
            if kind in (REST, SOCKET) and stages == "stages" and api and name:
                return cls(api, name, int(rate), int(burst), kind == REST)
        except ValueError:
            pass
        raise InvalidInput(f"not a stage of an API with its rate and burst: {text[:80]!r}")

    @property
    def path(self) -> str:
        """Where API Gateway has it, as its ARN ends."""
        return f"{REST if self.is_rest else SOCKET}/{self.api}/stages/{self.name}"

    def __str__(self) -> str:
        """As `parse` reads it."""
        return f"{self.path} {self.rate} {self.burst}"
