"""The register of mail domains: the deployment's and the admins' together."""

from datetime import datetime, timedelta

import pytest

from mayfly import limits
from mayfly.domains.models import DomainDeployed, DomainTaken, MailDomain, MailServer, UnknownDomain
from mayfly.domains.register import DomainRegister
from mayfly.errors import Contended, DomainNotFound, InvalidAddress, LimitReached, NotPermitted
from tests.admin.fakes import FakeDomains
from tests.memory import FakeClock, Memory

FIRST, SECOND = MailDomain("z.example").id, MailDomain("y.example").id


@pytest.fixture
def memory() -> Memory:
    return Memory()


def register_over(memory: Memory, *deployed: str) -> DomainRegister:
    return DomainRegister(memory.domains, deployed or ("z.example", "y.example"), memory.clock)


def names(register: DomainRegister) -> list[str]:
    return [each.name for each in register.all()]


def test_the_deployed_ones_come_first_in_their_order_then_the_added_by_name(
    memory: Memory,
) -> None:
    register = register_over(memory)

    for name in ("c.example", "a.example", "b.example"):
        register.add(name)

    assert names(register) == ["z.example", "y.example", "a.example", "b.example", "c.example"]
    assert [each.is_deployed for each in register.all()] == [True, True, False, False, False]
    assert register.active() == register.names() == names(register)


def test_the_default_is_the_first_active_one(memory: Memory) -> None:
    register = register_over(memory)
    register.add("a.example")

    chosen = [register.chosen(None)]
    for domain in (FIRST, SECOND):
        register.change(domain, is_active=False)
        chosen.append(register.chosen(None))

    assert chosen == ["z.example", "y.example", "a.example"]
    register.change(MailDomain("a.example").id, is_active=False)
    with pytest.raises(NotPermitted, match="active"):
        register.chosen(None)


def test_a_domain_is_chosen_in_any_spelling_if_it_is_active(memory: Memory) -> None:
    register = register_over(memory)
    register.change(FIRST, is_active=False)

    assert register.chosen("Y.Example.") == "y.example"
    for other in ("z.example", "elsewhere.example"):
        with pytest.raises(UnknownDomain, match=other):
            register.chosen(other)
    with pytest.raises(InvalidAddress):
        register.chosen("no domain")


def test_an_inactive_domain_is_still_ours(memory: Memory) -> None:
    register = register_over(memory)

    register.change(FIRST, is_active=False)

    assert "z.example" in register.names()
    assert "z.example" not in register.active()


def test_making_inboxes_reads_the_domains_every_ten_seconds_at_most(memory: Memory) -> None:
    register = register_over(memory)

    for _ in range(100):
        register.chosen(None)
        memory.clock.advance(milliseconds=99)
    early = memory.domains.reads
    memory.clock.advance(seconds=1)
    register.chosen(None)

    assert (early, memory.domains.reads) == (1, 2)


def test_what_another_instance_changed_counts_within_ten_seconds(memory: Memory) -> None:
    here, there = register_over(memory), register_over(memory)
    here.chosen(None)

    there.change(FIRST, is_active=False)
    there.add("a.example")

    assert [each.is_active for each in here.all()] == [False, True, True]
    memory.clock.advance(seconds=10)
    assert here.chosen(None) == "y.example"
    assert here.chosen("a.example") == "a.example"


def test_a_deployed_domain_has_no_times_until_it_is_changed(memory: Memory) -> None:
    register = register_over(memory)

    before = register.all()[0]
    after = register.change(FIRST, pop3=lambda _: MailServer("pop.example", 995, tls=True))

    assert (before.created_at, before.updated_at) == (None, None)
    assert (after.created_at, after.updated_at) == (None, memory.clock())
    assert register.all()[0] == after


def test_a_change_keeps_what_it_does_not_name(memory: Memory) -> None:
    register = register_over(memory)
    server = MailServer("pop.example", 995, tls=True)
    domain = register.add("a.example", server)

    inactive = register.change(domain.id, is_active=False)
    forgotten = register.change(domain.id, pop3=lambda _: None)

    assert (inactive.pop3, inactive.is_active) == (server, False)
    assert (forgotten.pop3, forgotten.is_active) == (None, False)
    assert forgotten.created_at == domain.created_at


class Interrupted(FakeDomains):
    """Before so many changes, somebody else changes the same domain."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    def change(self, domain: MailDomain, seen: datetime | None) -> None:
        if self.times:
            self.times -= 1
            there = self.kept[domain.id]
            assert there.updated_at is not None
            later = there.updated_at + timedelta(milliseconds=1)
            other = MailServer("other.example", 110 + self.times, tls=False)
            super().change(
                MailDomain(domain.name, there.created_at, later, there.is_active, pop3=other),
                there.updated_at,
            )
        super().change(domain, seen)


def test_no_change_is_lost_to_another(memory: Memory) -> None:
    memory.domains = Interrupted(times=3)
    register = register_over(memory)
    domain = register.add("a.example")

    changed = register.change(domain.id, is_active=False)

    assert changed.is_active is False
    assert changed.pop3 == MailServer("other.example", 110, tls=False)
    assert memory.domains.kept[domain.id] == changed


def test_who_never_gets_through_may_try_again(memory: Memory) -> None:
    memory.domains = Interrupted(times=1000)
    register = register_over(memory)
    domain = register.add("a.example")

    with pytest.raises(Contended):
        register.change(domain.id, is_active=False)


def test_a_domain_is_added_once(memory: Memory) -> None:
    register = register_over(memory)
    register.add("a.example")

    for name in ("a.example", "A.Example.", "z.example"):
        with pytest.raises(DomainTaken):
            register.add(name)


def test_an_added_domain_can_be_removed_and_come_back_under_its_id(memory: Memory) -> None:
    register = register_over(memory)
    first = register.add("a.example")

    register.remove(first.id)
    with pytest.raises(DomainNotFound):
        register.remove(first.id)
    with pytest.raises(DomainNotFound):
        register.change(first.id, is_active=True)

    assert names(register) == ["z.example", "y.example"]
    assert register.add("a.example").id == first.id


def test_a_deployed_domain_cannot_be_removed_changed_or_not(memory: Memory) -> None:
    register = register_over(memory)
    register.change(FIRST, is_active=False)

    for domain in (FIRST, SECOND):
        with pytest.raises(DomainDeployed, match="inactive"):
            register.remove(domain)


def test_a_domain_that_the_settings_name_no_more_is_gone_and_can_be_added(memory: Memory) -> None:
    register_over(memory).change(FIRST, is_active=False)
    later = register_over(memory, "y.example")

    assert names(later) == ["y.example"]
    with pytest.raises(DomainNotFound):
        later.change(FIRST, is_active=True)
    added = later.add("z.example")

    assert (added.is_active, added.is_deployed) == (True, False)
    assert names(later) == ["y.example", "z.example"]


def test_an_added_domain_that_the_settings_come_to_name_is_theirs(memory: Memory) -> None:
    added = register_over(memory, "y.example").add("z.example")
    later = register_over(memory, "z.example")

    (domain,) = later.all()

    assert (domain.id, domain.is_deployed) == (added.id, True)
    with pytest.raises(DomainDeployed):
        later.remove(added.id)


def test_there_is_a_cap(memory: Memory) -> None:
    register = register_over(memory)
    for number in range(limits.MAIL_DOMAINS):
        memory.domains.add(MailDomain(f"d{number}.example", memory.clock(), memory.clock()))

    with pytest.raises(LimitReached, match=str(limits.MAIL_DOMAINS)):
        register.add("one-more.example")


def test_versions_are_whole_milliseconds_and_never_the_same(memory: Memory) -> None:
    clock = FakeClock(memory.clock().replace(microsecond=123_456))
    register = DomainRegister(memory.domains, (), clock)

    domain = register.add("a.example")
    versions = [domain.updated_at]
    for _ in range(3):
        versions.append(register.change(domain.id, is_active=True).updated_at)

    assert len(set(versions)) == 4
    assert {each.microsecond % 1000 for each in versions if each} == {0}
