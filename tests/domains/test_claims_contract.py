"""What every Claims must do, beside the Domains that admins add."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from mayfly.domains.dynamodb import DynamoDomains
from mayfly.domains.dynamodb_claims import DynamoClaims
from mayfly.domains.models import (
    Cause,
    Claim,
    ClaimLimits,
    DomainTaken,
    Event,
    IdentityStatus,
    MailDomain,
    MailIdentity,
    Status,
)
from mayfly.domains.ports import Claims, Domains
from mayfly.errors import Contended, DomainNotFound, LimitReached
from mayfly.kit.dns.records import Record, RecordType
from tests import samples
from tests.admin.fakes import FakeDomains
from tests.domains.fakes import FakeClaims

NOW = samples.NOW
ANN, BOB = "0f0f0f0f-0000-8000-8000-00000000000a", "0f0f0f0f-0000-8000-8000-00000000000b"
MOST = ClaimLimits(each=3, pending=2, proven=4)


@dataclass
class Registry:
    """Both kinds of domain, which share their names."""

    claims: Claims
    domains: Domains

    def claim(self, owner: str = ANN, name: str = "shop.example") -> MailDomain:
        domain = claimed(owner, name)
        self.claims.add(domain)
        return domain

    def move(self, domain: MailDomain, cause: Cause) -> MailDomain:
        assert domain.updated_at is not None
        later = domain.updated_at + timedelta(milliseconds=1)
        moved = replace(domain.after(cause, NOW), updated_at=later)
        self.claims.change(moved, domain)
        return moved


def claimed(owner: str, name: str) -> MailDomain:
    claim = Claim(token="a token", claimed_at=NOW)
    return MailDomain(name, NOW, NOW, owner=owner, status=Status.PENDING, claim=claim)


@pytest.fixture(params=["fake", "moto"])
def registry(request: pytest.FixtureRequest) -> Registry:
    if request.param == "fake":
        domains = FakeDomains()
        return Registry(FakeClaims(domains, MOST), domains)
    table = request.getfixturevalue("table")
    return Registry(DynamoClaims(table, MOST), DynamoDomains(table))


def test_a_claim_comes_back_as_it_was_put(registry: Registry) -> None:
    def at(hours: int) -> datetime:
        return NOW + timedelta(hours=hours)

    claim = Claim(
        "a token",
        *(at(1), at(2), at(3), at(4)),
        identity=MailIdentity(("a", "b", "c"), "dkim.example", IdentityStatus.VERIFIED),
        records=(
            Record(RecordType.MX, "shop.example", "mail.example", 300, priority=0),
            Record(RecordType.SRV, "_sip._tcp.shop.example", "x.example", 60, 1, 2, 3),
        ),
        zone="Z1",
        published=(("shop.example", "MX"),),
        events=(Event(at(1), "claimed"),),
    )
    domain = MailDomain("shop.example", NOW, NOW, False, owner=ANN, status=Status.EXPIRED)

    registry.claims.add(replace(domain, claim=claim))

    (found,) = registry.claims.of(ANN)
    assert found == replace(domain, claim=claim)
    assert found == registry.claims.get(ANN, domain.id)


def test_each_account_finds_its_own_by_name(registry: Registry) -> None:
    second, first = registry.claim(name="b.example"), registry.claim(name="a.example")
    foreign = registry.claim(BOB, "a.example")

    listed = registry.claims.of(ANN)

    assert listed == [first, second]
    assert {each.id for each in registry.claims.all()} == {first.id, second.id, foreign.id}
    with pytest.raises(DomainNotFound):
        registry.claims.get(ANN, foreign.id)


def test_an_account_claims_a_name_once_and_so_many_at_most(registry: Registry) -> None:
    first = registry.claim()

    with pytest.raises(DomainTaken):
        registry.claim()
    first = registry.move(first, Cause.VERIFIED)
    registry.claim(name="b.example")
    registry.claim(name="c.example")
    with pytest.raises(LimitReached, match="DOMAINS_PER_ACCOUNT"):
        registry.claim(name="d.example")
    registry.claims.remove(first)
    with pytest.raises(LimitReached, match="PENDING_DOMAINS_PER_ACCOUNT"):
        registry.claim(name="d.example")
    assert len(registry.claims.of(ANN)) == 2


@pytest.mark.parametrize("way", ["verified", "lapsed", "removed"])
def test_a_claim_that_is_no_longer_pending_makes_room_for_another(
    registry: Registry, way: str
) -> None:
    first, _ = registry.claim(name="a.example"), registry.claim(name="b.example")
    with pytest.raises(LimitReached, match="PENDING_DOMAINS_PER_ACCOUNT"):
        registry.claim(name="c.example")

    if way == "removed":
        registry.claims.remove(first)
    else:
        lapsed = registry.move(first, Cause.VERIFIED if way == "verified" else Cause.LAPSED)
    registry.claim(name="c.example")

    if way == "lapsed":
        with pytest.raises(LimitReached, match="PENDING_DOMAINS_PER_ACCOUNT"):
            registry.move(lapsed, Cause.CLAIMED)
        assert registry.claims.get(ANN, lapsed.id) == lapsed


def test_only_proven_domains_fill_the_deployments_share(registry: Registry) -> None:
    for number in range(3 * MOST.proven):
        registry.claim(f"{number:08}-0000-8000-8000-000000000000", f"{number}.example")
    proven = [
        registry.move(registry.claim(owner, f"{name}.example"), Cause.VERIFIED)
        for owner, name in [(ANN, "a"), (ANN, "b"), (BOB, "c"), (BOB, "d")]
    ]
    late = registry.claim(BOB, "e.example")

    with pytest.raises(LimitReached, match="CLAIMED_DOMAINS"):
        registry.move(late, Cause.VERIFIED)

    assert registry.claims.get(BOB, late.id) == late
    suspended = registry.move(proven[0], Cause.LOST)
    with pytest.raises(LimitReached, match="CLAIMED_DOMAINS"):
        registry.move(late, Cause.VERIFIED)
    registry.claims.remove(suspended)
    registry.move(late, Cause.VERIFIED)


def test_a_suspended_domain_comes_back_however_many_there_are(registry: Registry) -> None:
    proven = [
        registry.move(registry.claim(owner, f"{name}.example"), Cause.VERIFIED)
        for owner, name in [(ANN, "a"), (ANN, "b"), (BOB, "c"), (BOB, "d")]
    ]
    suspended = registry.move(proven[0], Cause.LOST)

    assert registry.move(suspended, Cause.VERIFIED).status is Status.ACTIVE


def test_of_two_claims_on_a_name_one_becomes_active(registry: Registry) -> None:
    anns, bobs = registry.claim(ANN), registry.claim(BOB)

    mine = registry.move(anns, Cause.VERIFIED)

    with pytest.raises(DomainTaken):
        registry.move(bobs, Cause.VERIFIED)
    assert registry.claims.holder("shop.example") == mine
    assert registry.claims.get(BOB, bobs.id) == bobs


def test_of_many_at_once_one_becomes_active(registry: Registry) -> None:
    owners = [f"0f0f0f0f-0000-8000-8000-0000000000{number:02}" for number in range(8)]
    claims = [registry.claim(owner) for owner in owners]

    def verified(domain: MailDomain) -> bool:
        try:
            registry.move(domain, Cause.VERIFIED)
        except (DomainTaken, Contended):
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        done = list(threads.map(verified, claims))

    assert sum(done) == 1
    assert registry.claims.holder("shop.example").owner == owners[done.index(True)]


@pytest.mark.parametrize("way", ["suspended", "removed"])
def test_who_loses_a_domain_gives_up_its_name(registry: Registry, way: str) -> None:
    active, other = registry.move(registry.claim(ANN), Cause.VERIFIED), registry.claim(BOB)

    if way == "suspended":
        suspended = registry.move(active, Cause.LOST)
    else:
        registry.claims.remove(active)

    with pytest.raises(DomainNotFound):
        registry.claims.holder("shop.example")
    heir = registry.move(other, Cause.VERIFIED)
    assert registry.claims.holder("shop.example") == heir
    if way == "suspended":
        with pytest.raises(DomainTaken):
            registry.move(suspended, Cause.VERIFIED)


def test_an_active_domain_stays_its_holders_when_it_is_changed(registry: Registry) -> None:
    active = registry.move(registry.claim(), Cause.VERIFIED)

    changed = replace(active, updated_at=NOW + timedelta(seconds=1), is_on=False)
    registry.claims.change(changed, active)

    assert registry.claims.holder("shop.example") == changed


def test_admins_and_accounts_share_their_names(registry: Registry) -> None:
    theirs = MailDomain("shop.example", NOW, NOW)
    registry.domains.add(theirs)
    pending = registry.claim()

    with pytest.raises(DomainTaken):
        registry.move(pending, Cause.VERIFIED)
    with pytest.raises(DomainNotFound):
        registry.claims.holder("shop.example")
    registry.domains.remove(theirs.id)
    registry.move(pending, Cause.VERIFIED)

    with pytest.raises(DomainTaken):
        registry.domains.add(theirs)
    assert registry.domains.all() == []


def test_a_name_that_the_settings_have_given_up_may_be_an_accounts_by_then(
    registry: Registry,
) -> None:
    left = MailDomain("shop.example", None, NOW, is_deployed=True)
    registry.domains.change(left, None)
    registry.move(registry.claim(), Cause.VERIFIED)

    with pytest.raises(DomainTaken):
        registry.domains.change(replace(left, is_deployed=False), left.updated_at)

    assert registry.domains.all() == [left]


def test_a_change_counts_if_nobody_else_made_one(registry: Registry) -> None:
    pending = registry.claim()
    changed = registry.move(pending, Cause.LAPSED)

    with pytest.raises(Contended):
        registry.move(pending, Cause.VERIFIED)
    with pytest.raises(Contended):
        registry.claims.remove(pending)
    registry.claims.remove(changed)

    for gone in (pending, changed):
        with pytest.raises(DomainNotFound):
            registry.claims.remove(gone)
    with pytest.raises(Contended):
        registry.move(changed, Cause.CLAIMED)
