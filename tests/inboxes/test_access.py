"""Who may read what, decided in one place."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mayfly.errors import InboxNotFound, MessageNotFound, NotFound, Unauthenticated
from mayfly.inboxes.access import (
    Bearer,
    HoldersMessage,
    Owner,
    active_inbox,
    active_inbox_at,
    erasable_message,
    known_inbox,
    readable_message,
)
from mayfly.inboxes.models import Access, Inbox
from mayfly.kit.tokens.models import TokenClaims
from mayfly.mail.address import Address
from mayfly.receiving.models import Stored
from tests import samples
from tests.memory import Memory

SOON = samples.NOW + timedelta(minutes=10)


@pytest.fixture
def memory() -> Memory:
    return Memory()


def given_inbox(memory: Memory, address: str = "p@mayfly.example", **changes: object) -> Inbox:
    inbox = samples.inbox(address, **({"access": Access.TOKEN} | changes))
    memory.inboxes.create(inbox, memory.clock())
    return inbox


def bearer(inbox: Inbox, **changes: object) -> Bearer:
    grant = replace(TokenClaims(inbox.id, inbox.token_version, SOON), **changes)  # type: ignore[arg-type]
    return Bearer(str(inbox.id), grant)


def given_message(memory: Memory, inbox: Inbox) -> None:
    outcome = memory.deliveries.deliver(
        samples.accepted(str(inbox.id)), samples.summary(), inbox, memory.clock()
    )
    assert isinstance(outcome, Stored)


def test_a_private_inbox_opens_to_its_bearer(memory: Memory) -> None:
    inbox = given_inbox(memory)
    given_message(memory, inbox)

    held = active_inbox(memory.inboxes, bearer(inbox), memory.clock())
    _, message = readable_message(memory.messages, HoldersMessage(bearer(inbox), 1), memory.clock())

    assert held.id == inbox.id
    assert message.id.sequence == 1


def test_another_inboxes_token_and_an_unknown_inbox_look_the_same(memory: Memory) -> None:
    mine, other = given_inbox(memory), given_inbox(memory, "other@mayfly.example")
    public = given_inbox(memory, "public@mayfly.example", access=Access.ADDRESS)
    given_message(memory, other)
    unknown = samples.inbox("unknown@mayfly.example")

    said = set()
    for asked in (str(other.id), str(unknown.id), str(public.id), "no-id", ""):
        asker = Bearer(asked, bearer(mine).grant)
        for call in (
            lambda asker=asker: active_inbox(memory.inboxes, asker, memory.clock()),
            lambda asker=asker: known_inbox(memory.inboxes, asker, memory.clock()),
            lambda asker=asker: readable_message(
                memory.messages, HoldersMessage(asker, 1), memory.clock()
            ),
        ):
            with pytest.raises(InboxNotFound) as refused:
                call()
            said.add((type(refused.value), str(refused.value)))

    assert said == {(InboxNotFound, "no such inbox")}


@pytest.mark.parametrize("access", [Access.ADDRESS, Access.OWNER])
def test_a_grant_opens_no_inbox_of_another_kind(memory: Memory, access: Access) -> None:
    inbox = given_inbox(memory, access=access)
    given_message(memory, inbox)

    with pytest.raises(InboxNotFound, match="no such inbox"):
        active_inbox(memory.inboxes, bearer(inbox), memory.clock())
    with pytest.raises(InboxNotFound, match="no such inbox"):
        readable_message(memory.messages, HoldersMessage(bearer(inbox), 1), memory.clock())


def test_an_expired_token_is_told_so_before_anything_is_looked_up(memory: Memory) -> None:
    inbox = given_inbox(memory)
    memory.clock.now = SOON

    for asked in (str(inbox.id), str(samples.inbox("x@mayfly.example").id), "no-id"):
        with pytest.raises(Unauthenticated, match="expired"):
            active_inbox(memory.inboxes, Bearer(asked, bearer(inbox).grant), memory.clock())


def test_after_a_rotation_the_old_token_is_told_nothing_of_messages(memory: Memory) -> None:
    inbox = given_inbox(memory)
    given_message(memory, inbox)
    old = bearer(inbox)
    memory.inboxes.rotate(inbox.id, 0)

    with pytest.raises(Unauthenticated, match="revoked"):
        active_inbox(memory.inboxes, old, memory.clock())
    for sequence in (1, 2):
        with pytest.raises(Unauthenticated, match="revoked"):
            readable_message(memory.messages, HoldersMessage(old, sequence), memory.clock())
    assert active_inbox(memory.inboxes, bearer(inbox, version=1), memory.clock())


def test_a_token_of_a_deleted_inbox_opens_neither_it_nor_the_next(memory: Memory) -> None:
    first = given_inbox(memory)
    memory.inboxes.close(first.id, memory.clock())
    with pytest.raises(NotFound):
        known_inbox(memory.inboxes, bearer(first), memory.clock())
    second = samples.inbox("p@mayfly.example", access=Access.TOKEN)
    memory.rows.inboxes[second.id.partition] = second

    for asked in (str(first.id), str(second.id)):
        with pytest.raises(InboxNotFound):
            known_inbox(memory.inboxes, Bearer(asked, bearer(first).grant), memory.clock())


def test_an_expired_inbox_is_known_and_its_messages_are_readable(memory: Memory) -> None:
    inbox = given_inbox(memory, expires_at=samples.NOW + timedelta(minutes=1))
    given_message(memory, inbox)
    memory.clock.advance(minutes=2)

    assert known_inbox(memory.inboxes, bearer(inbox), memory.clock()).id == inbox.id
    assert readable_message(memory.messages, HoldersMessage(bearer(inbox), 1), memory.clock())
    with pytest.raises(InboxNotFound):
        active_inbox(memory.inboxes, bearer(inbox), memory.clock())


def test_an_address_goes_with_the_grant_of_its_own_inbox_only(memory: Memory) -> None:
    mine, other = given_inbox(memory), given_inbox(memory, "other@mayfly.example")
    public = given_inbox(memory, "public@mayfly.example", access=Access.ADDRESS)
    grant = bearer(mine).grant

    assert active_inbox_at(memory.inboxes, mine.address, grant, memory.clock()).id == mine.id
    for address in (other.address, public.address, Address.parse("nobody@mayfly.example")):
        with pytest.raises(InboxNotFound, match="no such inbox"):
            active_inbox_at(memory.inboxes, address, grant, memory.clock())
    with pytest.raises(InboxNotFound):
        active_inbox_at(memory.inboxes, mine.address, None, memory.clock())


def test_a_bearer_deletes_messages_without_another_credential(memory: Memory) -> None:
    inbox = given_inbox(memory)
    given_message(memory, inbox)

    message = erasable_message(
        memory.messages, HoldersMessage(bearer(inbox), 1), "", memory.clock()
    )

    assert message.id.sequence == 1
    with pytest.raises(MessageNotFound):
        erasable_message(memory.messages, HoldersMessage(bearer(inbox), 2), "", memory.clock())


def test_a_mailbox_opens_to_the_account_that_owns_it(memory: Memory) -> None:
    mailbox = given_inbox(memory, access=Access.OWNER, owner="ann")
    given_message(memory, mailbox)
    ann = Owner(str(mailbox.id), "ann")

    _, message = readable_message(memory.messages, HoldersMessage(ann, 1), memory.clock())

    assert active_inbox(memory.inboxes, ann, memory.clock()) == memory.inboxes.get(mailbox.id)
    assert message.id.inbox == mailbox.id


@pytest.mark.parametrize(
    ("access", "owner"),
    [(Access.OWNER, "bob"), (Access.OWNER, ""), (Access.TOKEN, "ann"), (Access.ADDRESS, "ann")],
)
def test_what_is_not_the_accounts_mailbox_looks_like_none(
    memory: Memory, access: Access, owner: str
) -> None:
    inbox = given_inbox(memory, access=access, owner=owner)
    ann = Owner(str(inbox.id), "ann")

    with pytest.raises(InboxNotFound, match=r"^no such inbox$"):
        known_inbox(memory.inboxes, ann, memory.clock())
    with pytest.raises(InboxNotFound, match=r"^no such inbox$"):
        readable_message(memory.messages, HoldersMessage(ann, 1), memory.clock())


def test_a_mailbox_opens_to_no_token(memory: Memory) -> None:
    mailbox = given_inbox(memory, access=Access.OWNER, owner="ann")

    with pytest.raises(InboxNotFound):
        known_inbox(memory.inboxes, bearer(mailbox), memory.clock())
    with pytest.raises(InboxNotFound):
        known_inbox(memory.inboxes, str(mailbox.address), memory.clock())


def test_a_plus_tag_is_folded_where_mail_is_read_as_where_it_comes_in(memory: Memory) -> None:
    public = given_inbox(memory, "open@mayfly.example", access=Access.ADDRESS)
    tagged = Address.parse("open+shop@mayfly.example")

    assert known_inbox(memory.inboxes, str(tagged), memory.clock()) == public
    assert active_inbox_at(memory.inboxes, tagged, None, memory.clock()) == public
    private = given_inbox(memory)
    asked = Address.parse("p+shop@mayfly.example")
    grant = bearer(private).grant
    assert active_inbox_at(memory.inboxes, asked, grant, memory.clock()) == private
    with pytest.raises(InboxNotFound):
        known_inbox(memory.inboxes, str(asked), memory.clock())
