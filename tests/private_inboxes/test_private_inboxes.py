"""Private inboxes: made with friendly names, opened by tokens, rotated and closed."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from mayfly import limits
from mayfly.domains.models import UnknownDomain
from mayfly.domains.register import DomainRegister
from mayfly.errors import (
    AddressTaken,
    InboxNotFound,
    NotPermitted,
    SigningKeysUnavailable,
    Unauthenticated,
)
from mayfly.inboxes.access import Bearer
from mayfly.inboxes.models import Access
from mayfly.inboxes.service import InboxPolicy, InboxService
from mayfly.private_inboxes.service import InboxWithToken, PrivateInboxService
from mayfly.private_inboxes.tokens import Tokens
from tests.memory import Memory

TERMS = InboxPolicy(timedelta(hours=24), timedelta(hours=72), is_public=False)
DOMAINS = ("mayfly.example", "second.example")
TEN_MINUTES = timedelta(minutes=10)


class Entropy:
    """Different bytes at each call, or always the same."""

    def __init__(self, is_stuck: bool = False) -> None:
        self.calls = 0
        self.is_stuck = is_stuck

    def __call__(self, length: int) -> bytes:
        self.calls += not self.is_stuck
        return (self.calls * 7919).to_bytes(length, "big")


@pytest.fixture
def memory() -> Memory:
    return Memory()


def service_over(
    memory: Memory, terms: InboxPolicy = TERMS, entropy: Callable[[int], bytes] | None = None
) -> PrivateInboxService:
    entropy = entropy or Entropy()
    domains = DomainRegister(memory.domains, DOMAINS, memory.clock)
    inboxes = InboxService(memory.inboxes, domains, terms, memory.clock, entropy)
    tokens = Tokens(memory.signing_keys, memory.clock, entropy)
    return PrivateInboxService(inboxes, memory.inboxes, tokens, memory.clock)


def bearer(service: PrivateInboxService, opened: InboxWithToken) -> Bearer:
    return Bearer(str(opened.inbox.id), service.tokens.read(opened.token.text))


def test_a_private_inbox_has_a_friendly_name_and_opens_with_its_token(memory: Memory) -> None:
    service = service_over(memory)

    made = service.make(None, TEN_MINUTES)

    assert re.fullmatch(r"[a-z]+\.[a-z]+[0-9]{2}", made.inbox.address.local)
    assert made.inbox.address.domain == "mayfly.example"
    assert made.inbox.access is Access.TOKEN
    assert made.token.expires_at == memory.clock() + TEN_MINUTES
    assert service.show(bearer(service, made)) == made.inbox


def test_the_inbox_lives_as_long_as_an_address_unless_told_otherwise(memory: Memory) -> None:
    longer = replace(TERMS, private_lifetime=timedelta(days=3))

    usual = service_over(memory).make(None, TEN_MINUTES).inbox
    chosen = service_over(memory, longer).make("second.example", TEN_MINUTES).inbox

    assert usual.expires_at - memory.clock() == timedelta(hours=24)
    assert chosen.expires_at - memory.clock() == timedelta(days=3)


def test_no_token_is_kept_and_the_hash_of_none_opens_nothing(memory: Memory) -> None:
    made = service_over(memory).make(None, TEN_MINUTES)

    (kept,) = memory.rows.inboxes.values()
    assert made.token.text not in repr(kept)
    assert not kept.opens_with("")
    assert not kept.opens_with(made.token.text)


def test_the_domain_can_be_chosen_among_ours(memory: Memory) -> None:
    service = service_over(memory)

    assert service.make("second.example", TEN_MINUTES).inbox.address.domain == "second.example"
    with pytest.raises(UnknownDomain):
        service.make("elsewhere.example", TEN_MINUTES)


def test_a_name_that_is_taken_is_followed_by_another(memory: Memory) -> None:
    stuck = Entropy(is_stuck=True)

    first = service_over(memory, entropy=stuck).make(None, TEN_MINUTES).inbox
    second = service_over(memory, entropy=stuck).make(None, TEN_MINUTES).inbox

    assert first.address != second.address
    with pytest.raises(AddressTaken, match="no free name"):
        service_over(memory, entropy=stuck).make(None, TEN_MINUTES)
    assert len(memory.rows.inboxes) == 2
    assert limits.NAME_ATTEMPTS > 2


def test_where_private_inboxes_are_off_nobody_makes_one(memory: Memory) -> None:
    with pytest.raises(NotPermitted, match="PRIVATE_INBOXES"):
        service_over(memory, replace(TERMS, is_private=False)).make(None, TEN_MINUTES)


def test_a_rotation_kills_the_old_token_and_gives_a_new_one(memory: Memory) -> None:
    service = service_over(memory)
    made = service.make(None, TEN_MINUTES)
    old = bearer(service, made)

    rotated = service.rotate(old, timedelta(minutes=15))

    assert rotated.token.expires_at == memory.clock() + timedelta(minutes=15)
    assert service.show(bearer(service, rotated)).id == made.inbox.id
    for call in (service.show, service.close, lambda who: service.rotate(who, TEN_MINUTES)):
        with pytest.raises(Unauthenticated, match="revoked"):
            call(old)


def test_without_a_key_nothing_is_made_and_nothing_revoked(memory: Memory) -> None:
    service = service_over(memory)
    made = service.make(None, TEN_MINUTES)
    holder, keys = bearer(service, made), memory.signing_keys.keys
    memory.signing_keys.keys = []

    with pytest.raises(SigningKeysUnavailable):
        service.make(None, TEN_MINUTES)
    with pytest.raises(SigningKeysUnavailable):
        service.rotate(holder, TEN_MINUTES)
    memory.signing_keys.keys = keys

    assert len(memory.rows.inboxes) == 1
    assert service.show(holder)


def test_a_closed_inbox_is_gone_for_its_token_too(memory: Memory) -> None:
    service = service_over(memory)
    holder = bearer(service, service.make(None, timedelta(hours=1)))

    service.close(holder)

    for call in (service.show, service.close, lambda who: service.rotate(who, TEN_MINUTES)):
        with pytest.raises(InboxNotFound):
            call(holder)


def test_an_expired_inbox_can_still_be_closed(memory: Memory) -> None:
    short = replace(TERMS, private_lifetime=timedelta(minutes=5))
    service = service_over(memory, short)
    holder = bearer(service, service.make(None, timedelta(hours=1)))
    memory.clock.advance(minutes=5)

    with pytest.raises(InboxNotFound):
        service.show(holder)
    with pytest.raises(InboxNotFound):
        service.rotate(holder, TEN_MINUTES)
    closed = service.close(holder)

    assert memory.inboxes.get(closed.id).deleted_at == memory.clock()
