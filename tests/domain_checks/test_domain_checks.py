"""The hourly look at the domains of accounts."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from mayfly import limits
from mayfly.domain_checks.notify import OwnerNotifier
from mayfly.domain_checks.service import DomainChecker, DomainCheckResults
from mayfly.domains.claims import ClaimService, IdentityService
from mayfly.domains.dns_plan import MailHosts, proof
from mayfly.domains.models import ClaimLimits, DomainTaken, IdentityStatus, MailDomain, Status
from mayfly.domains.register import DomainRegister
from mayfly.domains.service import DomainService
from mayfly.domains.verify import DomainVerifier
from mayfly.email_auth.dkim import KeyState, KeyType
from mayfly.email_auth.keys import DkimKeyService
from mayfly.kit.dns.records import Record, RecordType
from mayfly.relays.models import RelayConfig
from mayfly.subscriptions.models import AccountSubscription, Connection
from mayfly.subscriptions.push import PushQueues
from tests import samples
from tests.accounts.test_accounts_contract import an_account
from tests.domains.fakes_dns import FakeResolver
from tests.memory import Memory


class Estate:
    """Two accounts, their domains, and who looks at them."""

    def __init__(self) -> None:
        self.memory = Memory()
        memory = self.memory
        register = DomainRegister(memory.domains, ("mayfly.example",), memory.clock)
        memory.claims.limits = ClaimLimits(each=500, pending=500, proven=500)
        self.host = DomainService(memory.claims, register, memory.clock)
        enroller = IdentityService(self.host, memory.identities)
        self.claimer = ClaimService(
            self.host,
            enroller,
            memory.zones,
            True,
            bytes,
            memory.keyrings.remove,
        )
        prover = DomainVerifier(self.host, memory.resolver, enroller, MailHosts("mx", "fb"))
        self.keys = DkimKeyService(
            self.host.owned,
            memory.relay_configs,
            memory.keyrings,
            memory.domain_secrets,
            memory.resolver.ask,
            memory.clock,
        )
        lanes = PushQueues(memory.sockets)
        informer = OwnerNotifier(
            memory.account_watching, lanes, memory.clock, memory.service_mails()
        )
        self.inspector = DomainChecker(self.claimer, prover, memory.accounts, self.keys, informer)
        self.accounts = []
        for name in ("ann", "bob"):
            account = an_account(f"{name}@home.example")
            account = account.with_session("s", samples.NOW + timedelta(days=30), samples.NOW, 5)
            memory.accounts.add(account)
            self.accounts.append(account)
        self.owners = [str(each.id) for each in self.accounts]

    def brought(self, name: str = "shop.example", owner: int = 0) -> MailDomain:
        return self.claimer.claim(self.owners[owner], name)

    def active(self, name: str = "shop.example", owner: int = 0) -> MailDomain:
        domain = self.brought(name, owner)
        self.memory.resolver.publish(proof(domain))
        return self.inspector.verifier.verify(domain.owner, domain.id).domain

    def now(self, domain: MailDomain) -> MailDomain:
        return self.memory.claims.get(domain.owner, domain.id)

    def after(self, **time: float) -> DomainCheckResults:
        self.memory.clock.advance(**time)
        return self.inspector.inspect()

    def subjects(self) -> list[str]:
        return [each.subject for each in self.memory.postman.sent]

    def frames(self) -> list[dict[str, Any]]:
        return [json.loads(frame) for _, frame in self.memory.sockets.frames]

    def watched(self, session: str = "s") -> None:
        """The first account's WebSocket, in this session."""
        ends = self.memory.clock() + timedelta(days=30)
        self.memory.watching.connect(Connection("c1", ends))
        watch = AccountSubscription("c1", self.accounts[0].id, session, ends)
        self.memory.account_watching.watch(watch, self.memory.clock())

    def lose(self, domain: MailDomain) -> None:
        self.memory.resolver.answers.pop((domain.name, "TXT"), None)


@pytest.fixture
def estate() -> Estate:
    return Estate()


def events(domain: MailDomain) -> list[str]:
    return [each.what for each in domain.claim.events]


def test_a_domain_whose_proof_is_there_is_looked_at_every_six_hours(estate: Estate) -> None:
    domain = estate.active()

    looked = [estate.after(hours=1).looked_at for _ in range(12)]

    assert sum(looked) == 2
    assert estate.now(domain).status is Status.ACTIVE
    assert events(estate.now(domain)) == ["claimed", "verified"]


def test_a_domain_is_suspended_once_its_proof_has_been_missing_for_three_days(
    estate: Estate,
) -> None:
    domain = estate.active()
    estate.lose(domain)

    estate.after(hours=6)
    noticed = estate.now(domain)
    hours = [estate.after(hours=1).suspended for _ in range(71)]
    last = estate.after(hours=1)

    assert (noticed.status, noticed.claim.missing_since) == (
        Status.ACTIVE,
        samples.NOW + timedelta(hours=6),
    )
    assert sum(hours) == 0
    assert last.suspended == 1
    suspended = estate.now(domain)
    assert (suspended.status, suspended.is_active) == (Status.SUSPENDED, False)
    assert events(suspended) == ["claimed", "verified", "records-missing", "records-lost"]


def test_a_proof_that_comes_back_in_time_begins_the_grace_anew(estate: Estate) -> None:
    domain = estate.active()
    estate.lose(domain)
    estate.after(hours=6)
    estate.memory.resolver.publish(proof(domain))

    estate.after(hours=1)
    back = estate.now(domain).claim.missing_since
    estate.lose(domain)
    estate.after(hours=6)
    found = estate.after(hours=71)

    assert back is None
    assert found.suspended == 0


def test_dns_that_does_not_answer_says_nothing_against_a_domain(estate: Estate) -> None:
    domain = estate.active()
    estate.memory.resolver.is_down = True

    for _ in range(100):
        estate.after(hours=6)

    assert estate.now(domain).status is Status.ACTIVE
    assert estate.now(domain).claim.missing_since is None


def suspended(estate: Estate) -> MailDomain:
    domain = estate.active()
    estate.lose(domain)
    estate.after(hours=6)
    assert estate.after(hours=72).suspended == 1
    return domain


def test_a_suspended_domain_is_restored_when_its_proof_is_back(estate: Estate) -> None:
    domain = suspended(estate)
    estate.memory.resolver.publish(proof(domain))

    found = estate.after(hours=1)

    assert found.restored == 1
    assert estate.now(domain).is_active
    assert estate.host.sendable(domain.owner, domain.name).id == domain.id


def test_a_suspended_domain_that_somebody_else_verified_is_theirs(estate: Estate) -> None:
    domain = suspended(estate)
    heir = estate.active(owner=1)
    estate.memory.resolver.publish(proof(domain))

    found = estate.after(hours=1)

    assert (found.restored, found.failed) == (0, 0)
    assert estate.now(domain).status is Status.SUSPENDED
    assert estate.memory.claims.holder("shop.example").owner == heir.owner
    with pytest.raises(DomainTaken):
        estate.inspector.verifier.verify(domain.owner, domain.id)


def test_a_claim_nobody_proved_lapses_and_goes_a_month_later(estate: Estate) -> None:
    domain = estate.brought()

    early = estate.after(days=6)
    late = estate.after(days=1)
    lapsed = estate.now(domain)
    kept = estate.after(days=29)
    gone = estate.after(days=1)

    assert (early.looked_at, late.lapsed, kept.looked_at, gone.removed) == (0, 1, 0, 1)
    assert (lapsed.status, lapsed.claim.identity) == (Status.EXPIRED, None)
    assert estate.memory.identities.asked == []
    assert estate.memory.claims.kept == {}


def test_a_pending_claim_is_not_verified_by_the_look(estate: Estate) -> None:
    domain = estate.brought()
    estate.memory.resolver.publish(proof(domain))

    estate.after(days=1)

    assert estate.now(domain).status is Status.PENDING


def test_the_domains_of_an_account_that_is_gone_go(estate: Estate) -> None:
    domain, other = estate.active(), estate.active("other.example", owner=1)
    (mine,) = [
        each for each in estate.memory.rows.accounts.values() if str(each.id) == domain.owner
    ]
    estate.memory.accounts.remove(mine)

    found = estate.after(hours=6)

    assert (found.removed, found.looked_at) == (1, 2)
    assert [each.id for each in estate.memory.claims.all()] == [other.id]
    assert list(estate.memory.identities.kept) == ["other.example"]


def test_what_ses_says_is_written_down(estate: Estate) -> None:
    domain = estate.active()
    estate.memory.identities.verify("shop.example")

    estate.after(hours=6)

    identity = estate.now(domain).claim.identity
    assert identity is not None and identity.status is IdentityStatus.VERIFIED


def test_one_that_fails_keeps_no_other_from_its_turn(estate: Estate) -> None:
    estate.owners.append(str(an_account("gone@home.example").id))
    first, second = estate.active("a.example", owner=2), estate.active("b.example")
    estate.memory.clock.advance(days=7)
    estate.memory.identities.is_down = True

    found = estate.inspector.inspect()

    assert (found.failed, found.looked_at) == (1, 2)
    assert estate.now(first) == first
    assert estate.now(second).claim.checked_at == estate.memory.clock()


def test_a_bug_at_one_is_raised_after_the_others_had_their_turn(estate: Estate) -> None:
    estate.active("a.example")
    second = estate.active("b.example")

    class Broken(FakeResolver):
        def ask(self, name: str, kind: RecordType) -> tuple[str, ...]:
            if name == "a.example":
                raise RuntimeError("a bug")
            return ()

    estate.inspector = replace(
        estate.inspector, verifier=replace(estate.inspector.verifier, resolver=Broken())
    )

    with pytest.raises(RuntimeError):
        estate.after(hours=6)

    assert estate.now(second).claim.missing_since is not None


def test_one_look_takes_so_many_the_longest_unseen_first(estate: Estate) -> None:
    for number in range(limits.INSPECTED_DOMAINS + 5):
        estate.active(f"d{number}.example")

    first, second = estate.after(hours=6), estate.after(minutes=1)

    assert (first.looked_at, second.looked_at) == (limits.INSPECTED_DOMAINS, 5)


def test_an_owner_hears_once_of_each_change(estate: Estate) -> None:
    domain = estate.active()
    estate.lose(domain)
    for _ in range(100):
        estate.after(hours=1)
    estate.memory.resolver.publish(proof(domain))
    for _ in range(10):
        estate.after(hours=1)

    assert estate.subjects() == [
        "The verification record of shop.example is missing",
        "shop.example is suspended",
        "shop.example is no longer suspended",
    ]
    assert {str(each.recipient) for each in estate.memory.postman.sent} == {"ann@home.example"}


def test_the_mails_say_what_to_publish_and_until_when(estate: Estate) -> None:
    domain = estate.active()
    estate.lose(domain)
    estate.after(hours=6)
    estate.after(hours=72)

    missing, suspended = (each.text for each in estate.memory.postman.sent)
    record = f'shop.example TXT "{domain.claim.proof}"'
    assert record in missing and record in suspended
    assert "Until 2026-01-04 18:00 UTC" in missing
    assert "for 72 hours" in suspended
    assert f"POST /api/v1/domains/{domain.id}/verify" in suspended


def test_what_an_owner_has_asked_for_is_in_the_answer_and_in_no_mail(estate: Estate) -> None:
    domain = estate.active()
    estate.lose(domain)
    estate.memory.clock.advance(hours=1)
    verdict = estate.inspector.verifier.verify(domain.owner, domain.id)
    estate.after(hours=6)

    assert verdict.domain.claim.missing_since is not None
    assert estate.subjects() == []


def test_a_change_that_somebody_else_made_meanwhile_is_not_told_again(estate: Estate) -> None:
    domain = estate.active()
    estate.lose(domain)
    estate.memory.clock.advance(hours=6)

    seen = [estate.inspector.verifier.examine(domain).notice for _ in range(2)]

    assert [each and each.value for each in seen] == ["missing", None]


@pytest.mark.parametrize("hours", [6, 72])
def test_a_mail_that_is_not_taken_keeps_no_domain_from_its_state(
    estate: Estate, hours: int
) -> None:
    domain = estate.active()
    estate.lose(domain)
    if hours > 6:
        estate.after(hours=6)
    estate.watched()
    estate.memory.postman.is_down = True

    found = estate.after(hours=hours)

    assert (found.untold, found.failed, found.looked_at) == (1, 0, 1)
    changed = estate.now(domain)
    assert changed.claim.missing_since is not None
    assert (changed.status is Status.SUSPENDED) == (found.suspended == 1) == (hours > 6)
    assert len(estate.frames()) == 1


def test_who_watches_the_account_is_told_of_its_domains(estate: Estate) -> None:
    domain = estate.active()
    other = estate.active("other.example", owner=1)
    estate.watched()
    estate.lose(domain)
    estate.lose(other)

    estate.after(hours=6)

    assert estate.frames() == [
        {
            "type": "domain_changed",
            "domain": {
                "id": domain.id,
                "name": "shop.example",
                "status": "active",
                "missingSince": "2026-01-01T18:00:00Z",
            },
        }
    ]


def test_a_session_that_has_ended_is_told_nothing(estate: Estate) -> None:
    domain = estate.active()
    estate.watched("another")
    estate.lose(domain)

    estate.after(hours=6)

    assert estate.frames() == []


def test_without_a_sender_nothing_is_mailed(estate: Estate) -> None:
    domain = estate.active()
    estate.lose(domain)
    notifier = replace(estate.inspector.notifier, service_mails=None)
    estate.inspector = replace(estate.inspector, notifier=notifier)

    assert estate.after(hours=6).untold == 0

    assert estate.subjects() == []


def published_key(estate: Estate, domain: MailDomain, rotate: bool = False) -> str:
    """A key that was made, and its record; the selector."""
    made = estate.keys.look(domain.owner, domain.id, KeyType.ED25519, rotate).keys[-1]
    record = Record(RecordType.TXT, made.published.record.name, made.published.record.value)
    estate.memory.resolver.publish(record)
    return made.key.selector


def signing(estate: Estate) -> MailDomain:
    domain, clock = estate.active(), estate.memory.clock
    config = RelayConfig(domain.id, "relay.example", 587, False, "", b"", clock())
    estate.memory.relay_configs.put(config)
    return domain


def uses(estate: Estate, domain: MailDomain) -> dict[str, KeyState]:
    return {each.selector: each.state for each in estate.memory.keyrings.get(domain.id).keys}


def test_a_key_signs_once_a_look_finds_its_record(estate: Estate) -> None:
    domain = signing(estate)
    made = estate.keys.look(domain.owner, domain.id, KeyType.ED25519).keys[0]

    estate.after(hours=6)
    before = uses(estate, domain)
    estate.memory.resolver.publish(made.published.record)
    estate.after(hours=6)

    selector = made.key.selector
    assert (before, uses(estate, domain)) == (
        {selector: KeyState.NEXT},
        {selector: KeyState.CURRENT},
    )
    assert b"DKIM-Signature" in estate.keys.sign(domain, b"From: a@shop.example\r\n\r\nHi\r\n")


def test_the_key_before_it_goes_after_a_week(estate: Estate) -> None:
    domain = signing(estate)
    first = published_key(estate, domain)
    estate.after(hours=6)
    second = published_key(estate, domain, rotate=True)

    estate.after(hours=6)
    overlapping = uses(estate, domain)
    estate.after(days=7)

    assert second != first
    assert overlapping == {first: KeyState.RETIRED, second: KeyState.CURRENT}
    assert uses(estate, domain) == {second: KeyState.CURRENT}


def test_a_look_makes_no_key_and_writes_none_where_nothing_changes(estate: Estate) -> None:
    bare = signing(estate)
    estate.after(hours=6)
    none = uses(estate, bare)
    published_key(estate, bare)
    estate.after(hours=6)
    revision = estate.memory.keyrings.get(bare.id).revision
    estate.after(hours=6)

    assert none == {}
    assert estate.memory.keyrings.get(bare.id).revision == revision


def test_keys_wait_while_dns_does_not_answer(estate: Estate) -> None:
    domain = signing(estate)
    selector = published_key(estate, domain)
    estate.memory.resolver.is_down = True

    estate.after(hours=6)

    assert uses(estate, domain) == {selector: KeyState.NEXT}
