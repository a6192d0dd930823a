"""The breaker: past one and a half times the day's budget, no more mail is taken.

Callers without an account get no answer any more then, either (`mayfly.rate_limits.budget`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from mayfly.breaker.models import Spending, Stage, Used
from mayfly.errors import Contended
from mayfly.health.models import Unit
from mayfly.health.ports import RequestTally
from mayfly.health.requests import by_operation
from mayfly.kit.clock import Clock
from mayfly.messages.ports import Deliveries
from mayfly.rate_limits.ports import Budgets


class Intake(Protocol):
    """What comes in: mail, or requests."""

    def close(self) -> bool:
        """Take no more, or few; whether that is a change. Safe to call twice."""

    def open(self) -> bool:
        """Take what is usual again; whether that is a change. Safe to call twice."""


@dataclass(frozen=True, slots=True)
class Intakes:
    """Several as one: that one cannot be reached keeps no other from its turn."""

    all: Sequence[Intake]

    def close(self) -> bool:
        """Close each; what failed first is raised at the end."""
        return self._each([each.close for each in self.all])

    def open(self) -> bool:
        """Open each; likewise."""
        return self._each([each.open for each in self.all])

    def _each(self, calls: Sequence[Callable[[], bool]]) -> bool:
        is_change, errors = False, []
        for call in calls:
            try:
                is_change |= call()
            except Exception as error:  # whatever it is: the next one gets its turn
                errors.append(error)
        if errors:
            raise errors[0]
        return is_change


@dataclass(frozen=True, slots=True)
class Status:
    """The state of the breaker."""

    spending: Spending
    budget_usd: int

    @property
    def percent(self) -> int:
        """How much of the day's budget is spent."""
        return self.spending.percent(self.budget_usd)

    @property
    def stage(self) -> Stage:
        """What follows from that."""
        return self.spending.stage(self.budget_usd)

    @property
    def is_tripped(self) -> bool:
        """Whether mail is refused because of it."""
        return self.spending.is_tripped


@dataclass(frozen=True, slots=True)
class Breaker:
    """Looks at what the day has cost, and closes the intake when that is far too much.

    It is noted before the intake is closed, and opened before that is noted: whatever fails in
    between is done by the next look, and an intake that we did not close is never opened. Who was
    slow may close it after a reset: so the look after that opens it once more.
    """

    budgets: Budgets
    deliveries: Deliveries
    requests: RequestTally
    intake: Intake
    budget_usd: int
    now: Clock

    def look(self) -> Status:
        """Count, and do what follows; a new day (UTC) opens what the last one closed.

        Without a budget nothing is counted, but what an earlier one closed is opened.
        """
        before = self.budgets.spending()
        if not self.budget_usd:
            return Status(self._opened(before) if before else self._nothing(), 0)
        now, used = self.now(), self._used()
        known = before or Spending(now.date(), used, used)
        after = known.update(now, used, self.budget_usd)
        if (known.is_tripped or known.reopens) and not after.is_tripped:
            self.intake.open()
        self._keep(after)
        if after.is_tripped:  # again with each look: a deployment may have opened it
            self.intake.close()
        return Status(after, self.budget_usd)

    def status(self) -> Status:
        """As the last look left it; nothing is counted or done."""
        return Status(self.budgets.spending() or self._nothing(), self.budget_usd)

    def reset(self) -> Status:
        """Open the intake if the breaker closed it; the rest of the day has a budget anew."""
        before = self.budgets.spending()
        return Status(self._opened(before) if before else self._nothing(), self.budget_usd)

    def _opened(self, before: Spending) -> Spending:
        if not before.is_tripped:
            return before
        after = before.reset()
        self.intake.open()
        self._keep(after)
        return after

    def _keep(self, after: Spending) -> None:
        if not self.budgets.keep_spending(after):
            raise Contended("somebody else changed the breaker meanwhile; look again")

    def _nothing(self) -> Spending:
        return Spending(self.now().date(), Used(), Used())

    def _used(self) -> Used:
        tally = self.deliveries.tally()
        counters = self.requests.total()
        answered = by_operation(counters).values()
        units = {unit: counters.get(unit.value, 0) for unit in Unit}
        return Used(
            mails=tally.accepted,
            chunks=tally.chunks,
            requests=sum(each.count for each in answered),
            request_ms=sum(int(each.time.total_seconds() * 1000) for each in answered),
            sent_bytes=units[Unit.SENT_BYTES],
            connections=units[Unit.CONNECTIONS],
            frames=units[Unit.FRAMES],
            socket_ms=units[Unit.SOCKET_MS],
            pushes=units[Unit.PUSHES],
            sends=units[Unit.SENDS],
        )
