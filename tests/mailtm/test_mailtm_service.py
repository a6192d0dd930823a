"""Logins with passwords that were chosen or generated, and the work that each attempt costs."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from mayfly.accounts.passwords import PasswordHashes
from mayfly.errors import Unauthenticated
from mayfly.inboxes.models import Access
from mayfly.mail.address import Address
from mayfly.mailtm.service import NO_LOGIN, MailTmService
from mayfly.private_inboxes.service import InboxWithToken
from tests import samples
from tests.functions.http import MemoryAssembly
from tests.memory import Memory

ADDRESS = Address("chosen.name", "mayfly.example")
PASSWORD = "k2Vq8z"


@dataclass(frozen=True, slots=True)
class Counted(PasswordHashes):
    """Cheap hashes that count how often they are verified."""

    verified: list[str] = field(default_factory=list)

    def verify(self, kept: str, password: str) -> bool:
        self.verified.append(kept)
        return PasswordHashes.verify(self, kept, password)


@pytest.fixture
def hashes() -> Counted:
    return Counted(8, 1, 1)


@pytest.fixture
def flows(memory: Memory, hashes: Counted) -> MemoryAssembly:
    return MemoryAssembly(memory, hashes=hashes)


@pytest.fixture
def service(flows: MemoryAssembly) -> MailTmService:
    return flows.mailtm.service


def test_a_chosen_password_opens_the_inbox_for_as_long_as_it_lives(
    service: MailTmService, memory: Memory
) -> None:
    made = service.make(str(ADDRESS), PASSWORD)
    memory.clock.advance(minutes=90)

    opened = service.login(ADDRESS, PASSWORD)

    assert opened.inbox == made
    assert opened.token.expires_at == made.expires_at


def test_a_generated_password_opens_its_inbox(
    service: MailTmService, flows: MemoryAssembly
) -> None:
    domains = flows.domains.register.active()
    batch = flows.batches.service.generate(domains, 2, timedelta(minutes=10))
    first, second = batch.inboxes

    opened = service.login(first.inbox.address, first.password)

    assert isinstance(opened, InboxWithToken)
    assert opened.inbox.id == first.inbox.id
    with pytest.raises(Unauthenticated):
        service.login(second.inbox.address, first.password)


def test_every_attempt_costs_one_hash_and_says_the_same(
    service: MailTmService, memory: Memory, hashes: Counted, flows: MemoryAssembly
) -> None:
    service.make(str(ADDRESS), PASSWORD)
    ended = service.make("another.name@mayfly.example", PASSWORD)
    memory.inboxes.close(ended.id, memory.clock())
    memory.inboxes.create(samples.inbox("public@mayfly.example"), memory.clock())
    owned = samples.inbox("owned@mayfly.example", access=Access.OWNER, owner="somebody")
    memory.inboxes.create(owned, memory.clock())
    plain = flows.private_inboxes.service.make(None, timedelta(minutes=10)).inbox.address

    for address, password in (
        (ADDRESS, "wrong!"),
        (ended.address, PASSWORD),
        (Address("nobody", "mayfly.example"), PASSWORD),
        (Address("public", "mayfly.example"), samples.TOKEN),
        (Address("owned", "mayfly.example"), samples.TOKEN),
        (plain, ""),
    ):
        hashes.verified.clear()
        with pytest.raises(Unauthenticated) as refused:
            service.login(address, password)
        assert str(refused.value) == NO_LOGIN
        assert len(hashes.verified) == 1


def test_an_inbox_that_has_expired_is_not_opened(service: MailTmService, memory: Memory) -> None:
    made = service.make(str(ADDRESS), PASSWORD)
    memory.clock.now = made.expires_at

    with pytest.raises(Unauthenticated):
        service.login(ADDRESS, PASSWORD)
