"""Making, showing and closing public addresses."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from mayfly.domains.models import MailDomain, UnknownDomain
from mayfly.domains.register import DomainRegister
from mayfly.errors import AddressTaken, InboxNotFound, InvalidAddress, NotPermitted, Unauthenticated
from mayfly.inboxes.models import Access
from mayfly.inboxes.service import InboxPolicy, InboxService
from mayfly.mail.address import Address
from tests import samples
from tests.memory import Memory

TERMS = InboxPolicy(timedelta(hours=24), timedelta(hours=72), is_public=True)
DOMAINS = ("mayfly.example", "second.example")


class CountingEntropy:
    """Bytes that are all different, and how many were asked for."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def __call__(self, length: int) -> bytes:
        self.asked.append(length)
        return bytes((len(self.asked) * 7 + n) % 256 for n in range(length))


def service_over(memory: Memory, terms: InboxPolicy = TERMS) -> InboxService:
    domains = DomainRegister(memory.domains, DOMAINS, memory.clock)
    return InboxService(memory.inboxes, domains, terms, memory.clock, CountingEntropy())


def test_a_new_address_is_random_and_lives_for_a_day() -> None:
    memory = Memory()

    made = service_over(memory).make()

    assert re.fullmatch("[a-z2-7]{16}", made.inbox.address.local)
    assert made.inbox.address.domain == "mayfly.example"
    assert made.inbox.access is Access.ADDRESS
    assert made.inbox.expires_at - memory.clock() == timedelta(hours=24)
    assert made.inbox.message_lifetime == timedelta(hours=72)


def test_the_name_has_80_random_bits_and_the_token_256() -> None:
    entropy = CountingEntropy()

    replace(service_over(Memory()), entropy=entropy).make()

    assert entropy.asked[:2] == [10, 32]


def test_of_the_access_token_only_a_hash_is_kept() -> None:
    memory = Memory()

    made = service_over(memory).make()

    (kept,) = memory.rows.inboxes.values()
    assert re.fullmatch("[A-Za-z0-9_-]{43}", made.access_token)
    assert made.access_token not in repr(kept)
    assert kept.opens_with(made.access_token)


def test_every_address_is_another() -> None:
    service = service_over(Memory())

    addresses = {service.make().inbox.address for _ in range(20)}

    assert len(addresses) == 20


def test_the_domain_can_be_chosen_among_ours() -> None:
    service = service_over(Memory())

    assert service.make("Second.Example.").inbox.address.domain == "second.example"
    with pytest.raises(UnknownDomain, match=r"elsewhere\.example"):
        service.make("elsewhere.example")
    with pytest.raises(InvalidAddress):
        service.make("no domain")


def test_no_inbox_is_made_at_an_inactive_domain() -> None:
    memory = Memory()
    service = service_over(memory)
    service.domains.change(MailDomain("mayfly.example").id, is_active=False)

    made = service.make()

    assert made.inbox.address.domain == "second.example"
    with pytest.raises(UnknownDomain, match=r"mayfly\.example"):
        service.make("mayfly.example")


def test_where_public_inboxes_are_off_nobody_makes_one() -> None:
    terms = InboxPolicy(TERMS.address_lifetime, TERMS.message_lifetime, is_public=False)

    with pytest.raises(NotPermitted, match="PUBLIC_INBOXES"):
        service_over(Memory(), terms).make()


def test_an_address_is_shown_until_it_expires() -> None:
    memory = Memory()
    service = service_over(memory)
    email = str(service.make().inbox.address)

    assert str(service.show(email.upper()).address) == email
    memory.clock.advance(hours=24)
    with pytest.raises(InboxNotFound):
        service.show(email)


def test_an_unknown_an_expired_a_deleted_and_a_private_address_look_the_same() -> None:
    memory = Memory()
    service = service_over(memory)
    deleted = service.make()
    service.close(str(deleted.inbox.address), deleted.access_token)
    memory.inboxes.create(
        samples.inbox("expired@mayfly.example", expires_at=samples.NOW), samples.NOW
    )
    memory.inboxes.create(samples.inbox("p@mayfly.example", access=Access.TOKEN), samples.NOW)
    emails = ["never@mayfly.example", "never@elsewhere.example", "expired@mayfly.example"]

    said = set()
    for email in [*emails, "p@mayfly.example", str(deleted.inbox.address)]:
        with pytest.raises(InboxNotFound) as raised:
            service.show(email)
        said.add(str(raised.value))

    assert len(said) == 1


def test_closing_needs_the_access_token() -> None:
    memory = Memory()
    service = service_over(memory)
    made = service.make()
    email = str(made.inbox.address)

    with pytest.raises(Unauthenticated):
        service.close(email, service.make().access_token)
    assert service.show(email)

    service.close(email, made.access_token)
    with pytest.raises(InboxNotFound):
        service.show(email)
    with pytest.raises(InboxNotFound):
        service.close(email, made.access_token)


def test_the_token_closes_an_expired_address_and_others_do_not_see_it() -> None:
    memory = Memory()
    service = service_over(memory)
    made = service.make()
    email = str(made.inbox.address)
    memory.clock.advance(hours=25)

    with pytest.raises(InboxNotFound):
        service.close(email, "another-token")
    service.close(email, made.access_token)

    assert memory.inboxes.get(made.inbox.id).deleted_at == memory.clock()


def test_a_token_closes_nobody_elses_private_inbox() -> None:
    memory = Memory()
    memory.inboxes.create(samples.inbox("p@mayfly.example", access=Access.OWNER), samples.NOW)

    with pytest.raises(InboxNotFound):
        service_over(memory).close("p@mayfly.example", samples.TOKEN)


def test_an_address_that_is_taken_is_not_given_twice() -> None:
    memory = Memory()
    made = service_over(memory).make()

    with pytest.raises(AddressTaken):
        service_over(memory).make()
    assert memory.inboxes.find([made.inbox.address]) == {made.inbox.address: made.inbox}
    assert Address.parse(str(made.inbox.address)) == made.inbox.address
