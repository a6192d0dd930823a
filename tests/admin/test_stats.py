"""How much of everything there is."""

from mayfly.admin.service import StatsService
from mayfly.domains.register import DomainRegister
from mayfly.domains.service import DomainService
from tests import samples
from tests.memory import Memory


def surveyor_over(memory: Memory) -> StatsService:
    domains = DomainRegister(memory.domains, ("a.example", "b.example"), memory.clock)
    host = DomainService(memory.claims, domains, memory.clock)
    return StatsService(memory.census, memory.deliveries, host, memory.clock)


def test_everything_is_counted_together() -> None:
    memory = Memory()
    surveyor = surveyor_over(memory)
    inbox = samples.inbox()
    memory.inboxes.create(inbox, memory.clock())
    memory.deliveries.deliver(samples.accepted(), samples.summary(), inbox, memory.clock())
    surveyor.domains.register.change(surveyor.domains.all()[0].id, is_active=False)

    survey = surveyor.survey()

    assert (survey.inboxes.headcount.active, survey.inboxes.headcount.held_messages) == (1, 1)
    assert (survey.deliveries.accepted, survey.deliveries.stored) == (1, 1)
    assert (survey.domains, survey.active_domains) == (2, 1)
    assert survey.counted_at == memory.clock()


def test_asking_again_and_again_counts_every_ten_seconds() -> None:
    memory = Memory()
    surveyor = surveyor_over(memory)

    first = [surveyor.survey() for _ in range(20)]
    memory.clock.advance(seconds=10)
    later = surveyor.survey()

    assert memory.census.counts == 2
    assert {each.counted_at for each in first} == {samples.NOW}
    assert later.counted_at == memory.clock()
