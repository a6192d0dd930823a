"""When SES is told of domains that accounts bring, and when it is told to forget them."""

from contextlib import nullcontext
from dataclasses import replace

import pytest

from mayfly.domains.claims import IdentityService
from mayfly.domains.models import REFUSED, IdentitiesUnavailable, IdentityStatus, MailDomain, Status
from mayfly.errors import DomainNotFound
from mayfly.relays.models import Relay
from mayfly.sending.errors import MailDeferred
from mayfly.sending.transport import TransportSelector
from tests.domains.test_own_domains import ANN, BOB, House


class Office(House):
    """An enroller over memory."""

    def __init__(self, *deployed: str) -> None:
        super().__init__(*deployed)
        self.ses = self.memory.identities
        self.enroller = IdentityService(self.host, self.ses)

    def now(self, domain: MailDomain) -> MailDomain:
        return self.host.owned(domain.owner, domain.id)


def test_what_ses_says_is_written_down_when_it_is_new() -> None:
    office = Office()
    domain = office.domain(Status.ACTIVE)

    first = office.enroller.enroll(domain)
    again = office.enroller.enroll(first)
    office.ses.verify("shop.example")
    verified = office.enroller.enroll(again)

    assert first.claim.identity is not None and again is first
    assert verified.claim.identity is not None
    assert verified.claim.identity.status is IdentityStatus.VERIFIED
    assert office.now(domain) == verified


def test_without_an_answer_of_ses_the_domain_stays_as_it_was() -> None:
    office = Office()
    domain = office.domain(Status.ACTIVE)
    office.ses.is_down = True

    assert office.enroller.enroll(domain) == domain == office.now(domain)


@pytest.mark.parametrize("deployed", ["shop.example", "example", "sub.shop.example"])
def test_the_deployments_names_are_never_asked_for(deployed: str) -> None:
    office = Office(deployed)
    domain = office.domain(Status.ACTIVE)

    office.enroller.enroll(domain)
    office.enroller.withdraw(domain)

    assert office.ses.asked == []


def test_a_domain_that_is_removed_meanwhile_leaves_no_identity() -> None:
    office = Office()
    domain = office.domain(Status.ACTIVE)
    office.memory.claims.remove(domain)

    with pytest.raises(DomainNotFound):
        office.enroller.enroll(domain)

    assert office.ses.kept == {}


@pytest.mark.parametrize("status", [Status.PENDING, Status.EXPIRED])
def test_a_name_that_was_never_proven_is_not_asked_for(status: Status) -> None:
    office = Office()

    office.enroller.withdraw(office.domain(status))

    assert office.ses.asked == []


def test_an_identity_goes_unless_another_account_holds_the_name() -> None:
    office = Office()
    lost = office.enroller.enroll(office.domain(Status.SUSPENDED))
    held = office.domain(Status.ACTIVE, owner=BOB)

    office.enroller.withdraw(lost)
    kept = list(office.ses.kept)
    office.enroller.withdraw(held)

    assert (kept, office.ses.kept) == (["shop.example"], {})


def test_ses_that_does_not_forget_is_told_of() -> None:
    office = Office()
    domain = office.domain(Status.ACTIVE, owner=ANN)
    office.ses.is_down = True

    with pytest.raises(IdentitiesUnavailable):
        office.enroller.withdraw(domain)


@pytest.mark.parametrize("has_relay", [True, False])
def test_a_refused_domain_sends_by_its_relay_alone(has_relay: bool) -> None:
    office = Office()
    domain = office.domain(Status.ACTIVE)
    refused = replace(domain, claim=replace(domain.claim, identity=REFUSED))
    memory = office.memory
    relay = Relay("relay.example", 587, False, "", "") if has_relay else None
    carrier = TransportSelector(memory.mailer, memory.relays, lambda _: relay, lambda _, raw: raw)

    assert (carrier.select(refused, b"a mail") is not None) is has_relay
    assert carrier.select(office.enroller.enroll(domain), b"a mail") is not None


@pytest.mark.parametrize("has_relay", [True, False])
def test_a_domain_that_ses_has_not_heard_of_yet_waits_unless_it_has_a_relay(
    has_relay: bool,
) -> None:
    office = Office()
    office.ses.is_down = True
    domain = office.enroller.enroll(office.domain(Status.ACTIVE))
    memory = office.memory
    relay = Relay("relay.example", 587, False, "", "") if has_relay else None
    carrier = TransportSelector(memory.mailer, memory.relays, lambda _: relay, lambda _, raw: raw)

    with nullcontext() if has_relay else pytest.raises(MailDeferred):
        carrier.select(domain, b"a mail")
