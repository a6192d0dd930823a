"""The domains of accounts: whose they are, and what may be done with them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mayfly.domains.models import Cause, Claim, MailDomain, Status
from mayfly.domains.register import DomainRegister
from mayfly.domains.service import DomainService
from mayfly.errors import DomainNotFound, NotPermitted
from tests.memory import Memory

ANN, BOB = "0f0f0f0f-0000-8000-8000-00000000000a", "0f0f0f0f-0000-8000-8000-00000000000b"


class House:
    """A host over memory, with a domain in any status."""

    def __init__(self, *deployed: str) -> None:
        self.memory = Memory()
        register = DomainRegister(self.memory.domains, deployed, self.memory.clock)
        self.host = DomainService(self.memory.claims, register, self.memory.clock)

    def domain(
        self, status: Status, owner: str = ANN, name: str = "shop.example", is_on: bool = True
    ) -> MailDomain:
        now = self.memory.clock()
        domain = MailDomain(name, now, now, is_on, owner=owner, status=Status.PENDING)
        domain = replace(domain, claim=Claim("a token", now))
        self.memory.claims.add(domain)
        for cause in WAYS[status]:
            moved = domain.after(cause, now)
            self.memory.claims.change(moved, domain)
            domain = moved
        return domain


WAYS = {
    Status.PENDING: [],
    Status.ACTIVE: [Cause.VERIFIED],
    Status.SUSPENDED: [Cause.VERIFIED, Cause.LOST],
    Status.EXPIRED: [Cause.LAPSED],
}


@pytest.mark.parametrize("status", Status)
def test_an_account_finds_its_own_domain_in_any_status(status: Status) -> None:
    house = House()
    domain = house.domain(status)

    assert house.host.owned(ANN, domain.id) == domain
    assert house.host.listed(ANN) == [domain]


def test_anothers_domain_is_as_absent_as_one_that_never_was() -> None:
    house = House()
    domain = house.domain(Status.ACTIVE)

    refusals = []
    for domain_id in (domain.id, MailDomain("never.example", owner=BOB).id, "no id", ""):
        with pytest.raises(DomainNotFound) as refused:
            house.host.owned(BOB, domain_id)
        refusals.append(type(refused.value))

    assert set(refusals) == {DomainNotFound}
    assert house.host.listed(BOB) == []


def test_a_claim_lapses_when_its_time_is_over_whoever_looks() -> None:
    house = House()
    domain = house.domain(Status.PENDING)

    house.memory.clock.advance(days=7, seconds=-1)
    before = house.host.owned(ANN, domain.id)
    house.memory.clock.advance(seconds=1)

    assert before.status is Status.PENDING
    assert house.host.owned(ANN, domain.id).status is Status.EXPIRED


def test_mail_goes_out_from_an_active_domain_of_ones_own() -> None:
    house = House()
    domain = house.domain(Status.ACTIVE)

    assert house.host.sendable(ANN, "Shop.Example.") == domain


@pytest.mark.parametrize("status", [each for each in Status if each is not Status.ACTIVE])
def test_no_mail_goes_out_from_a_domain_in_another_status(status: Status) -> None:
    house = House()
    house.domain(status)

    with pytest.raises(NotPermitted):
        house.host.sendable(ANN, "shop.example")


@pytest.mark.parametrize(
    "name",
    ["shop.example", "off.example", "taken.example", "admins.example", "sub.mine.example", "no"],
)
def test_no_mail_goes_out_from_domains_of_others(name: str) -> None:
    house = House("taken.example")
    house.domain(Status.ACTIVE, BOB)
    house.domain(Status.ACTIVE, name="off.example", is_on=False)
    house.domain(Status.ACTIVE, name="taken.example")
    house.domain(Status.ACTIVE, name="mine.example")
    house.host.register.add("admins.example")

    with pytest.raises(NotPermitted):
        house.host.sendable(ANN, name)


def test_a_verified_domain_does_not_lapse() -> None:
    house = House()
    domain = house.domain(Status.ACTIVE)

    house.memory.clock.advance(seconds=timedelta(days=400).total_seconds())

    assert house.host.owned(ANN, domain.id).status is Status.ACTIVE


def test_domains_of_everybody_are_counted_by_what_they_are_now() -> None:
    house = House("taken.example")
    house.domain(Status.ACTIVE, BOB)
    house.domain(Status.PENDING)
    house.domain(Status.PENDING, name="off.example", is_on=False)
    before = house.host.count_by_status(100)
    house.memory.clock.advance(days=7)
    house.host.register.add("admins.example")

    assert before == {"pending": 1, "active": 2, "suspended": 0, "expired": 0, "off": 1}
    assert house.host.count_by_status(100) == {
        **before,
        "pending": 0,
        "expired": 1,
        "active": 3,
    }
    assert sum(house.host.count_by_status(1).values()) == 3
