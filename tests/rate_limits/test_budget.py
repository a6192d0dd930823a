"""What the whole deployment takes on in a day."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from mayfly.domains.models import UnknownDomain
from mayfly.domains.register import DomainRegister
from mayfly.errors import AddressTaken, BudgetSpent
from mayfly.inboxes.service import InboxPolicy, InboxService
from mayfly.rate_limits.budget import DailyBudget, DailyLimits
from mayfly.receiving.models import DropReason, Tally
from tests import samples
from tests.memory import Memory

TERMS = InboxPolicy(timedelta(hours=24), timedelta(hours=72), is_public=True)


class Counted:
    """The deliveries of a memory, and how often their counters were read."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.tallies = 0

    def __getattr__(self, name: str) -> Callable[..., object]:
        found: Callable[..., object] = getattr(self.memory.deliveries, name)
        return found

    def tally(self) -> Tally:
        self.tallies += 1
        return self.memory.deliveries.tally()


@pytest.fixture
def memory() -> Memory:
    return Memory()


def budget_over(memory: Memory, mails: int = 0, inboxes: int = 0) -> DailyBudget:
    limits = DailyLimits(mails, inboxes)
    return DailyBudget(memory.budgets, memory.deliveries, limits, memory.clock)


def given_mails(memory: Memory, *names: str) -> None:
    for name in names:
        mail, inbox = samples.accepted(name), samples.inbox()
        memory.deliveries.drop(mail, inbox.address, DropReason.UNKNOWN_RECIPIENT)


def test_without_limits_nothing_is_asked_and_nothing_written(memory: Memory) -> None:
    budget = budget_over(memory)

    budget.spend(1000)
    budget.begin_day()

    assert (memory.budgets.inboxes, memory.budgets.baselines) == ({}, {})


def test_inboxes_are_counted_by_the_batch_until_the_day_is_over(memory: Memory) -> None:
    budget = budget_over(memory, inboxes=10)
    budget.spend(9)

    with pytest.raises(BudgetSpent, match="10 new inboxes a day") as refused:
        budget.spend(2)
    budget.spend(1)
    memory.clock.advance(hours=12)
    budget.spend(10)

    assert refused.value.retry_after == 12 * 3600
    assert "2026-01-02T00:00:00Z" in str(refused.value)


def test_mails_of_the_day_close_the_making_of_inboxes(memory: Memory) -> None:
    given_mails(memory, "before-1", "before-2", "before-3")
    budget = budget_over(memory, mails=2)

    budget.spend(1)
    given_mails(memory, "today-1", "today-2")
    memory.clock.advance(seconds=60)

    with pytest.raises(BudgetSpent, match="2 mails a day"):
        budget.spend(1)
    memory.clock.advance(hours=12)
    budget.spend(1)


def test_a_process_that_starts_later_counts_from_the_same_baseline(memory: Memory) -> None:
    budget_over(memory, mails=2).begin_day()
    given_mails(memory, "today-1", "today-2")

    with pytest.raises(BudgetSpent):
        budget_over(memory, mails=2).spend(1)


def test_the_counters_are_read_once_a_minute(memory: Memory) -> None:
    counted = Counted(memory)
    limits = DailyLimits(100, 0)
    budget = DailyBudget(memory.budgets, counted, limits, memory.clock)  # type: ignore[arg-type]

    for _ in range(10):
        budget.spend(1)
    memory.clock.advance(seconds=59)
    budget.spend(1)
    before = counted.tallies
    memory.clock.advance(seconds=1)
    budget.spend(1)

    assert (before, counted.tallies) == (1, 2)


def test_mails_over_the_budget_spend_no_inbox(memory: Memory) -> None:
    budget = budget_over(memory, mails=1, inboxes=10)
    budget.begin_day()
    given_mails(memory, "today-1")
    memory.clock.advance(seconds=60)

    with pytest.raises(BudgetSpent, match="mails"):
        budget.spend(1)

    assert memory.budgets.inboxes == {}


def test_what_is_refused_in_the_block_is_given_back_and_what_is_unclear_is_not(
    memory: Memory,
) -> None:
    budget = budget_over(memory, inboxes=10)
    for error, left in ((AddressTaken("taken"), 0), (TimeoutError(), 3)):
        with pytest.raises(type(error)), budget.spending(3):
            raise error

        assert list(memory.budgets.inboxes.values()) == [left]


def test_of_many_inboxes_those_that_were_not_made_are_given_back(memory: Memory) -> None:
    budget = budget_over(memory, inboxes=10)

    with budget.spending(8) as give_back:
        give_back(3)

    assert list(memory.budgets.inboxes.values()) == [5]


def test_both_kinds_of_inboxes_are_spent_one_each_and_a_refused_wish_none(memory: Memory) -> None:
    budget = budget_over(memory, inboxes=2)
    domains = DomainRegister(memory.domains, ("mayfly.example",), memory.clock)
    service = InboxService(memory.inboxes, domains, TERMS, memory.clock, bytes, budget.spending)

    with pytest.raises(UnknownDomain):
        service.make("elsewhere.example")
    service.make()
    service.make_private()
    with pytest.raises(BudgetSpent):
        service.make_private()

    assert list(memory.budgets.inboxes.values()) == [2]
    assert len(memory.rows.inboxes) == 2
