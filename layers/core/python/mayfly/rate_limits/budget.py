"""The budget: how much the whole deployment takes on in a day, of all clients."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from mayfly import limits
from mayfly.breaker.models import UNRESTRAINED, Restraint, Restriction, Spending, next_day
from mayfly.errors import BudgetSpent, MayflyError
from mayfly.kit.clock import Clock
from mayfly.messages.ports import Deliveries
from mayfly.rate_limits.ports import Budgets
from mayfly.rate_limits.settings import RateLimitSettings


@dataclass(frozen=True, slots=True)
class DailyLimits:
    """Emails, new inboxes and dollars of one day (UTC); 0 is no limit."""

    mails: int
    inboxes: int
    dollars: int = 0

    @classmethod
    def of(cls, settings: RateLimitSettings) -> "DailyLimits":
        """What the settings allow."""
        return cls(settings.mails_per_day, settings.inboxes_per_day, settings.daily_budget_usd)


@dataclass(slots=True)
class _Mails:
    """What this process knows of the day's mails: reading the counters is not for every request."""

    day: date = date.min
    baseline: int = 0
    accepted: int = 0
    counted_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    spending: Spending | None = None
    looked_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DailyBudget:
    """Lets inboxes be made while the day's budget lasts; those there go on in any case."""

    budgets: Budgets
    deliveries: Deliveries
    limits: DailyLimits
    now: Clock
    _mails: _Mails = field(default_factory=_Mails)

    @contextmanager
    def spending(self, inboxes: int) -> Iterator[Callable[[int], None]]:
        """Count so many inboxes, by `spend`, before the block makes them.

        What was refused is given back; and what the block says that was not made. After a failure
        that leaves it open whether they were, they count.
        """
        day = self.now().date()
        self.spend(inboxes)

        def give_back(fewer: int) -> None:
            if self.limits.inboxes and fewer:
                with suppress(Exception):  # then the day has room for fewer: no reason to fail
                    self.budgets.give_back(day, fewer)

        try:
            yield give_back
        except MayflyError:
            give_back(inboxes)
            raise

    def spend(self, inboxes: int) -> None:
        """So many inboxes are about to be made; BudgetSpent if the day has no room for them all.

        Mails are those accepted, for each recipient one, as `/metrics` counts them. The count may
        be a minute old, and what came before the day's first look at it is not in it.
        """
        now = self.now()
        if self.restraint().kind is not Restriction.NONE:
            raise _overspent("it makes no more inboxes", now)
        if self.limits.mails and self._mails_today(now) >= self.limits.mails:
            raise _spent(f"{self.limits.mails} mails", "MAILS_PER_DAY", now)
        if self.limits.inboxes and not self.budgets.spend(now.date(), inboxes, self.limits.inboxes):
            raise _spent(f"{self.limits.inboxes} new inboxes", "INBOXES_PER_DAY", now)

    def begin_day(self) -> None:
        """Note how many emails there were before today, unless that is noted already."""
        if self.limits.mails:
            self._mails_today(self.now())

    def restraint(self) -> Restraint:
        """What is not done for the rest of the day, by what the breaker has seen last.

        It looks every minute, and this process looks there once a minute: one read, if any.
        """
        if not self.limits.dollars:
            return UNRESTRAINED
        mails, now = self._mails, self.now()
        if not timedelta(0) <= now - mails.looked_at < limits.MAILS_COUNTED_EVERY:
            mails.spending, mails.looked_at = self.budgets.spending(), now
        spent = mails.spending
        if spent is None or spent.day != now.date():
            return UNRESTRAINED
        return spent.restraint(self.limits.dollars)

    def admit(self, has_account: Callable[[], bool]) -> None:
        """BudgetSpent for callers that get no answer for the rest of the day: admins need not ask.

        `has_account` is asked only if it matters.
        """
        kind = self.restraint().kind
        if kind is Restriction.CLOSED:
            raise _overspent("it answers nobody", self.now())
        if kind is Restriction.NO_MAIL and not has_account():
            raise _overspent("it answers accounts only", self.now())

    def _mails_today(self, now: datetime) -> int:
        mails, today = self._mails, now.date()
        if mails.day != today or now - mails.counted_at >= limits.MAILS_COUNTED_EVERY:
            mails.accepted = self.deliveries.tally().accepted
            if mails.day != today:
                mails.baseline = self.budgets.baseline(today, mails.accepted)
            mails.day, mails.counted_at = today, now
        return mails.accepted - mails.baseline


def _spent(limit: str, setting: str, now: datetime) -> BudgetSpent:
    anew, seconds = _anew(now)
    return BudgetSpent(
        f"this service's budget of {limit} a day is spent; inboxes can be made again from"
        f" {anew} ({setting})",
        seconds,
    )


def _overspent(what: str, now: datetime) -> BudgetSpent:
    anew, seconds = _anew(now)
    return BudgetSpent(
        f"this service has done as much as it may in a day: {what} before {anew}"
        " (DAILY_BUDGET_USD)",
        seconds,
    )


def _anew(now: datetime) -> tuple[str, int]:
    """When the next day begins, and in how many seconds."""
    anew = next_day(now.date())
    return f"{anew:%Y-%m-%dT%H:%M:%SZ}", -int(-(anew - now).total_seconds() // 1)
