"""Connections, and which addresses they watch."""

from datetime import datetime, timedelta

import pytest

from mayfly import limits
from mayfly.errors import (
    ConnectionGone,
    InboxNotFound,
    InvalidAddress,
    LimitReached,
    Unauthenticated,
)
from mayfly.inboxes.models import Access, Inbox
from mayfly.kit.tokens.models import TokenClaims
from mayfly.subscriptions.models import Subscription
from tests import samples
from tests.memory import FakeSubscriptions, Memory
from tests.watchers import watcher_over

ALICE = "alice@mayfly.example"


@pytest.fixture
def memory() -> Memory:
    return Memory()


def given_inbox(memory: Memory, address: str = ALICE, **changes: object) -> Inbox:
    inbox = samples.inbox(address, **changes)
    memory.inboxes.create(inbox, memory.clock())
    return inbox


def given_mails(memory: Memory, inbox: Inbox, count: int) -> None:
    for number in range(count):
        mail = samples.accepted(f"{inbox.address}-{number}")
        memory.deliveries.deliver(mail, samples.summary(), inbox, memory.clock())


def watches(memory: Memory, inbox: Inbox) -> list[Subscription]:
    return memory.watching.subscribers(inbox.id, memory.clock())


def test_a_subscription_without_after_is_owed_nothing_of_the_past(memory: Memory) -> None:
    inbox = given_inbox(memory)
    given_mails(memory, inbox, 2)
    watcher = watcher_over(memory)
    watcher.connect("c1")

    answered = watcher.subscribe("c1", ALICE)

    (watch,) = watches(memory, inbox)
    assert (watch.connection_id, watch.replay_after, watch.sent) == ("c1", None, 2)
    assert answered.sequence == 2


@pytest.mark.parametrize(("after", "owed_after"), [(0, 0), (1, 1), (2, 2), (99, 2)])
def test_after_is_kept_as_what_is_owed(memory: Memory, after: int, owed_after: int) -> None:
    inbox = given_inbox(memory)
    given_mails(memory, inbox, 2)
    watcher = watcher_over(memory)
    watcher.connect("c1")

    watcher.subscribe("c1", ALICE, after)

    (watch,) = watches(memory, inbox)
    assert (watch.replay_after, watch.sent) == (owed_after, 0)


def test_subscribing_twice_replaces(memory: Memory) -> None:
    inbox = given_inbox(memory)
    watcher = watcher_over(memory)
    watcher.connect("c1")

    watcher.subscribe("c1", ALICE, after=0)
    watcher.subscribe("c1", "ALICE@MAYFLY.example")

    (watch,) = watches(memory, inbox)
    assert watch.replay_after is None


def test_many_connections_watch_one_address_and_one_connection_many(memory: Memory) -> None:
    alice, bob = given_inbox(memory), given_inbox(memory, "bob@mayfly.example")
    watcher = watcher_over(memory)
    for connection_id in ("c1", "c2"):
        watcher.connect(connection_id)
        watcher.subscribe(connection_id, str(alice.address))
        watcher.subscribe(connection_id, str(bob.address))

    assert [watch.connection_id for watch in watches(memory, alice)] == ["c1", "c2"]
    assert [watch.connection_id for watch in watches(memory, bob)] == ["c1", "c2"]


def test_one_address_too_many_is_refused_until_another_is_left(memory: Memory) -> None:
    watcher = watcher_over(memory)
    watcher.connect("c1")
    addresses = [f"box{n}@mayfly.example" for n in range(limits.SUBSCRIPTIONS_PER_CONNECTION + 1)]
    for address in addresses:
        given_inbox(memory, address)
    for address in addresses[:-1]:
        watcher.subscribe("c1", address)

    with pytest.raises(LimitReached):
        watcher.subscribe("c1", addresses[-1])
    watcher.unsubscribe("c1", addresses[0])
    watcher.subscribe("c1", addresses[-1])


def test_one_connection_too_many_for_an_address_is_refused(memory: Memory) -> None:
    given_inbox(memory)
    watcher = watcher_over(memory)
    for number in range(limits.CONNECTIONS_PER_INBOX):
        watcher.connect(f"c{number}")
        watcher.subscribe(f"c{number}", ALICE)
    watcher.connect("late")

    with pytest.raises(LimitReached):
        watcher.subscribe("late", ALICE)


def test_unknown_expired_deleted_and_private_look_the_same(memory: Memory) -> None:
    given_inbox(memory, "expired@mayfly.example", expires_at=samples.NOW)
    deleted = given_inbox(memory, "deleted@mayfly.example")
    memory.inboxes.close(deleted.id, memory.clock())
    given_inbox(memory, "token@mayfly.example", access=Access.TOKEN)
    given_inbox(memory, "owner@mayfly.example", access=Access.OWNER)
    watcher = watcher_over(memory)
    watcher.connect("c1")

    said = set()
    for name in ("unknown", "expired", "deleted", "token", "owner"):
        with pytest.raises(InboxNotFound) as refused:
            watcher.subscribe("c1", f"{name}@mayfly.example")
        said.add(str(refused.value))

    assert len(said) == 1
    assert memory.rows.watches == {}


def test_an_address_that_is_none_is_named_as_such(memory: Memory) -> None:
    with pytest.raises(InvalidAddress):
        watcher_over(memory).subscribe("c1", "nobody")
    with pytest.raises(InvalidAddress):
        watcher_over(memory).unsubscribe("c1", "nobody")


def test_who_is_not_connected_cannot_subscribe(memory: Memory) -> None:
    given_inbox(memory)

    with pytest.raises(ConnectionGone):
        watcher_over(memory).subscribe("never-seen", ALICE)


def test_a_subscription_ends_with_the_address_and_with_the_connection(memory: Memory) -> None:
    short = given_inbox(memory, expires_at=samples.NOW + timedelta(minutes=5))
    long = given_inbox(memory, "bob@mayfly.example")
    watcher = watcher_over(memory)
    watcher.connect("c1")
    watcher.subscribe("c1", str(short.address))
    watcher.subscribe("c1", str(long.address))

    memory.clock.advance(minutes=5)
    assert watches(memory, short) == []
    assert len(watches(memory, long)) == 1
    memory.clock.advance(hours=2)

    assert watches(memory, long) == []
    assert memory.watching.connections(memory.clock()) == 0


def test_unsubscribing_ends_one_subscription_and_may_be_repeated(memory: Memory) -> None:
    alice, bob = given_inbox(memory), given_inbox(memory, "bob@mayfly.example")
    watcher = watcher_over(memory)
    watcher.connect("c1")
    watcher.subscribe("c1", str(alice.address))
    watcher.subscribe("c1", str(bob.address))

    for _ in range(2):
        assert watcher.unsubscribe("c1", "Alice@Mayfly.example") == alice.address
    watcher.unsubscribe("c1", "unknown@mayfly.example")

    assert watches(memory, alice) == []
    assert len(watches(memory, bob)) == 1


def test_disconnecting_forgets_everything(memory: Memory) -> None:
    inbox = given_inbox(memory)
    watcher = watcher_over(memory)
    watcher.connect("c1")
    watcher.subscribe("c1", ALICE)

    for _ in range(2):
        watcher.disconnect("c1")

    assert watches(memory, inbox) == []
    assert memory.rows.connections == {}


class Interrupted(FakeSubscriptions):
    """Something else happens just before a subscription is written."""

    def __init__(self, memory: Memory, inbox: Inbox, event: str) -> None:
        super().__init__(memory.rows)
        self.memory = memory
        self.inbox = inbox
        self.event = event

    def subscribe(self, subscription: Subscription, now: datetime) -> None:
        if self.event == "mail":
            given_mails(self.memory, self.inbox, 1)
        elif self.event == "rotated":
            self.memory.inboxes.rotate(self.inbox.id, 0)
        else:
            self.memory.inboxes.close(self.inbox.id, now)
            self.memory.inboxes.erase(self.inbox.id)
            if self.event == "made anew":
                self.memory.rows.inboxes[self.inbox.id.partition] = samples.inbox()
        super().subscribe(subscription, now)


def test_the_answer_counts_mail_that_came_while_subscribing(memory: Memory) -> None:
    inbox = given_inbox(memory)
    watcher = watcher_over(memory, Interrupted(memory, inbox, "mail"))
    watcher.connect("c1")

    assert watcher.subscribe("c1", ALICE).sequence == 1


@pytest.mark.parametrize("event", ["deleted", "made anew"])
def test_an_inbox_deleted_while_subscribing_leaves_no_subscription(
    memory: Memory, event: str
) -> None:
    inbox = given_inbox(memory)
    watcher = watcher_over(memory, Interrupted(memory, inbox, event))
    watcher.connect("c1")

    with pytest.raises(InboxNotFound):
        watcher.subscribe("c1", ALICE)

    assert memory.rows.watches == {}


def test_a_private_inbox_is_watched_with_its_token_and_no_longer_than_it(memory: Memory) -> None:
    inbox = given_inbox(memory, access=Access.TOKEN, token_version=2)
    ends_at = memory.clock() + timedelta(minutes=10)
    watcher = watcher_over(memory)
    watcher.connect("c1")

    watcher.subscribe("c1", ALICE, grant=TokenClaims(inbox.id, 2, ends_at))

    (watch,) = watches(memory, inbox)
    assert (watch.token_version, watch.expires_at) == (2, ends_at)
    memory.clock.now = ends_at
    assert watches(memory, inbox) == []


def test_a_token_that_does_not_count_subscribes_nothing(memory: Memory) -> None:
    inbox = given_inbox(memory, access=Access.TOKEN, token_version=2)
    other = given_inbox(memory, "other@mayfly.example", access=Access.TOKEN)
    public = given_inbox(memory, "public@mayfly.example")
    later = memory.clock() + timedelta(minutes=10)
    watcher = watcher_over(memory)
    watcher.connect("c1")

    for address, grant, refusal in (
        (ALICE, TokenClaims(inbox.id, 1, later), Unauthenticated),
        (ALICE, TokenClaims(inbox.id, 2, memory.clock()), Unauthenticated),
        (ALICE, TokenClaims(other.id, 0, later), InboxNotFound),
        (str(public.address), TokenClaims(other.id, 0, later), InboxNotFound),
        ("nobody@mayfly.example", TokenClaims(other.id, 0, later), InboxNotFound),
    ):
        with pytest.raises(refusal):
            watcher.subscribe("c1", address, grant=grant)

    assert memory.rows.watches == {}


def test_a_token_rotated_while_subscribing_leaves_no_subscription(memory: Memory) -> None:
    inbox = given_inbox(memory, access=Access.TOKEN)
    watcher = watcher_over(memory, Interrupted(memory, inbox, "rotated"))
    watcher.connect("c1")

    with pytest.raises(InboxNotFound):
        grant = TokenClaims(inbox.id, 0, memory.clock() + timedelta(minutes=10))
        watcher.subscribe("c1", ALICE, grant=grant)

    assert memory.rows.watches == {}


def test_unsubscribing_from_a_tagged_address_ends_what_subscribing_to_it_began(
    memory: Memory,
) -> None:
    inbox = given_inbox(memory)
    watcher = watcher_over(memory)
    watcher.connect("c1")
    watcher.subscribe("c1", "alice+shop@mayfly.example")

    watcher.unsubscribe("c1", "alice+shop@mayfly.example")

    assert watches(memory, inbox) == []
