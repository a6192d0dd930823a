"""A flood has a ceiling in dollars."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mayfly import limits, prices
from mayfly.breaker.models import END_PERCENT, TRIP_PERCENT, Stage, Used
from mayfly.breaker.service import Breaker, Intakes
from mayfly.errors import BudgetSpent, Contended
from mayfly.health.models import Unit
from mayfly.health.requests import counters_of
from mayfly.rate_limits.budget import DailyBudget, DailyLimits
from mayfly.receiving.models import Tally
from tests.memory import Memory


@dataclass
class Flooded:
    """Counters that a test sets; what is asked of the rule is noted."""

    used: Used = field(default_factory=Used)
    is_open: bool = True
    asked: list[str] = field(default_factory=list)

    def tally(self) -> Tally:
        return Tally(self.used.mails, 0, {}, chunks=self.used.chunks)

    def add(self, counters: Mapping[str, int]) -> None:
        raise AssertionError("the breaker counts nothing")

    def total(self) -> Mapping[str, int]:
        counters = counters_of("createInbox", 201, timedelta(milliseconds=self.used.request_ms))
        units = {
            Unit.SENT_BYTES: self.used.sent_bytes,
            Unit.CONNECTIONS: self.used.connections,
            Unit.FRAMES: self.used.frames,
            Unit.SOCKET_MS: self.used.socket_ms,
            Unit.PUSHES: self.used.pushes,
            Unit.SENDS: self.used.sends,
        }
        named = {unit.value: number for unit, number in units.items()}
        return {**counters, **named, "createInbox 2xx": self.used.requests}

    def close(self) -> bool:
        self.asked.append("close")
        was, self.is_open = self.is_open, False
        return was

    def open(self) -> bool:
        self.asked.append("open")
        was, self.is_open = self.is_open, True
        return not was


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def flooded() -> Flooded:
    return Flooded()


@pytest.fixture
def breaker(memory: Memory, flooded: Flooded) -> Breaker:
    made = Breaker(memory.budgets, flooded, flooded, flooded, 5, memory.clock)  # type: ignore[arg-type]  # its tally is all that is asked for
    made.look()
    return made


def mails_for(dollars: float) -> Used:
    return Used(mails=round(dollars / prices.MAIL) + 1)


def budget(memory: Memory) -> DailyBudget:
    return DailyBudget(memory.budgets, memory.deliveries, DailyLimits(0, 0, 5), memory.clock)


@pytest.mark.parametrize(
    ("dollars", "stage", "is_open"),
    [
        (3.9, Stage.WITHIN, True),
        (4, Stage.WARNED, True),
        (5, Stage.SPENT, True),
        (7.4, Stage.SPENT, True),
        (7.5, Stage.OVERSPENT, False),
    ],
)
def test_mail_is_taken_until_the_day_has_cost_half_as_much_again(
    breaker: Breaker, flooded: Flooded, dollars: float, stage: Stage, is_open: bool
) -> None:
    flooded.used = mails_for(dollars)

    status = breaker.look()

    assert (status.stage, flooded.is_open, status.is_tripped) == (stage, is_open, not is_open)


def test_what_came_before_the_day_is_not_the_days(memory: Memory, flooded: Flooded) -> None:
    flooded.used = mails_for(1000)
    breaker = Breaker(memory.budgets, flooded, flooded, flooded, 5, memory.clock)  # type: ignore[arg-type]  # as above

    assert breaker.look().stage is Stage.WITHIN


def test_a_spent_budget_ends_creation_by_its_name_until_the_next_day(
    breaker: Breaker, memory: Memory, flooded: Flooded
) -> None:
    flooded.used = mails_for(5)
    breaker.look()

    with pytest.raises(BudgetSpent, match=r"\(DAILY_BUDGET_USD\)"):
        budget(memory).spend(1)

    memory.clock.advance(days=1)
    budget(memory).spend(1)


def test_what_is_tripped_stays_so_for_the_day_and_a_deployment_does_not_change_that(
    breaker: Breaker, memory: Memory, flooded: Flooded
) -> None:
    flooded.used = mails_for(8)
    breaker.look()

    flooded.open()
    status = breaker.look()

    assert (status.is_tripped, flooded.is_open) == (True, False)


def test_the_next_day_puts_it_back(breaker: Breaker, memory: Memory, flooded: Flooded) -> None:
    flooded.used = mails_for(8)
    breaker.look()

    memory.clock.advance(days=1)
    status = breaker.look()

    assert (status.is_tripped, status.percent, flooded.is_open) == (False, 0, True)


def test_a_rule_that_somebody_else_closed_is_not_opened(
    breaker: Breaker, memory: Memory, flooded: Flooded
) -> None:
    flooded.is_open = False

    breaker.reset()
    memory.clock.advance(days=1)
    breaker.look()

    assert flooded.asked == []


def test_who_puts_it_back_gives_the_rest_of_the_day_a_budget_anew(
    breaker: Breaker, flooded: Flooded
) -> None:
    flooded.used = mails_for(8)
    breaker.look()

    assert breaker.reset().percent == 0
    assert (breaker.look().is_tripped, flooded.is_open) == (False, True)

    flooded.used = mails_for(16)
    assert breaker.look().is_tripped


def test_without_a_budget_nothing_trips_and_what_did_is_put_back(
    breaker: Breaker, memory: Memory, flooded: Flooded
) -> None:
    flooded.used = mails_for(8)
    breaker.look()

    free = Breaker(memory.budgets, flooded, flooded, flooded, 0, memory.clock)  # type: ignore[arg-type]  # as above
    status = free.look()

    assert (status.is_tripped, flooded.is_open) == (False, True)


def test_of_two_who_change_it_at_once_one_is_refused(breaker: Breaker, memory: Memory) -> None:
    kept = memory.budgets.spending()
    assert kept is not None
    breaker.look()

    assert not memory.budgets.keep_spending(kept.reset())
    memory.budgets.keep_spending = lambda spending: False  # type: ignore[method-assign]  # lost
    with pytest.raises(Contended):
        breaker.look()


def test_a_slow_look_that_closes_after_somebody_put_it_back_is_undone_by_the_next(
    breaker: Breaker, memory: Memory, flooded: Flooded
) -> None:
    class Slow(Flooded):
        def close(self) -> bool:
            breaker.reset()
            return flooded.close()

    flooded.used = mails_for(8)
    slow = Breaker(memory.budgets, flooded, flooded, Slow(), 5, memory.clock)  # type: ignore[arg-type]  # as above
    slow.look()
    was_open = flooded.is_open

    breaker.look()
    asked = len(flooded.asked)
    breaker.look()

    assert (was_open, flooded.is_open) == (False, True)
    assert len(flooded.asked) == asked  # and no more


def test_an_intake_that_cannot_be_reached_keeps_no_other_from_its_turn(flooded: Flooded) -> None:
    class Broken(Flooded):
        def close(self) -> bool:
            raise RuntimeError("no answer")

    with pytest.raises(RuntimeError):
        Intakes([Broken(), flooded]).close()

    assert not flooded.is_open


FLOODS = {
    "mail to unknown names, 100 a second": Used(mails=100),
    "messages of 40 MB, 10 a second": Used(mails=10, chunks=10 * 160),
    "requests, 100 a second of 50 ms": Used(requests=100, request_ms=5_000),
    "creations, 100 a second of 100 ms": Used(requests=100, request_ms=10_000),
    "downloads of 4 MB, 10 a second": Used(requests=10, request_ms=2_000, sent_bytes=40_000_000),
    "WebSocket frames, 100 a second of 20 ms": Used(frames=100, socket_ms=2_000),
    "WebSocket connections, 20 a second": Used(connections=20, socket_ms=1_000),
    "pushes, 1,000 a second": Used(pushes=1_000),
}


MIDNIGHT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_trips_the_breaker_with_the_look_after_the_limit(
    breaker: Breaker, memory: Memory, flooded: Flooded, name: str
) -> None:
    second, minutes = FLOODS[name], 0
    while minutes < 24 * 60 and flooded.is_open:
        minutes += 1
        memory.clock.now = MIDNIGHT + timedelta(minutes=minutes)
        flooded.used = Used(
            **{name: number * 60 * minutes for name, number in asdict(second).items()}
        )
        status = breaker.look()

    assert not flooded.is_open
    assert 7.5 <= status.spending.dollars <= 7.5 + second.dollars * 60
    unit = "minute" if minutes == 1 else "minutes"
    told = f"| {name} | {minutes} {unit} | ${status.spending.dollars:.2f} |"
    assert told in Path("docs/breaker.md").read_text()


def test_what_a_day_costs_at_most_after_the_stop_is_as_documented() -> None:
    """A budget's half is for accounts; the rest are refusals, of both APIs at what they let in.

    WebSockets that are open already go on for two hours.
    """
    an_hour = limits.TRIPPED_RATE * 3600
    refusals = an_hour * ((24 + 22) * prices.REFUSED + 2 * prices.FRAME)
    for_accounts = 5 * (END_PERCENT - TRIP_PERCENT) / 100

    assert (round(refusals, 2), for_accounts) == (4.01, 2.5)
    told = Path("docs/breaker.md").read_text()
    assert "$4.01" in told and "$2.50" in told


def test_the_rate_that_rings_is_as_documented() -> None:
    an_hour_for_a_day = int(5 / prices.MAIL / 60)

    assert f"{an_hour_for_a_day} messages a minute for $5" in Path("docs/breaker.md").read_text()
