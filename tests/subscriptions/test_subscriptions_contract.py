"""What every Subscriptions must do."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from mayfly import limits
from mayfly.errors import ConnectionGone, LimitReached
from mayfly.filters.fields import filter_of
from mayfly.inboxes.models import Inbox
from mayfly.subscriptions.models import Connection, PlacesTaken, Subscription
from tests import samples
from tests.memory import PLACES
from tests.worlds import World

LATER = samples.NOW + timedelta(hours=1)


def connect(world: World, *names: str) -> None:
    for name in names:
        world.watching.connect(Connection(name, LATER))


def wish(inbox: Inbox, connection: str = "c1", replay_after: int | None = None) -> Subscription:
    return Subscription(connection, inbox.id, inbox.address, LATER, replay_after)


def test_a_subscription_is_found_as_it_was_made(world: World) -> None:
    connect(world, "c1=/x")
    plain, owed = samples.inbox(), samples.inbox("bob@mayfly.example")

    world.watching.subscribe(wish(plain, "c1=/x"), world.clock())
    world.watching.subscribe(wish(owed, "c1=/x", replay_after=0), world.clock())

    assert world.watching.subscribers(plain.id, world.clock()) == [wish(plain, "c1=/x")]
    assert world.watching.subscribers(owed.id, world.clock()) == [wish(owed, "c1=/x", 0)]


def test_a_filter_is_kept_with_its_subscription(world: World) -> None:
    connect(world, "c1")
    inbox = samples.inbox()
    only = filter_of({"from": "~*@shop.example", "hasAttachment": True, "q": '-subject:"a b"'})

    world.watching.subscribe(replace(wish(inbox), wanted=only), world.clock())

    (found,) = world.watching.subscribers(inbox.id, world.clock())
    assert found.wanted == only


def test_a_connection_that_is_not_open_cannot_subscribe(world: World) -> None:
    inbox = samples.inbox()

    with pytest.raises(ConnectionGone):
        world.watching.subscribe(wish(inbox), world.clock())

    assert world.watching.subscribers(inbox.id, world.clock()) == []


def test_subscribing_again_replaces(world: World) -> None:
    connect(world, "c1")
    inbox = samples.inbox()
    world.watching.subscribe(wish(inbox), world.clock())

    world.watching.subscribe(wish(inbox, replay_after=7), world.clock())

    assert world.watching.subscribers(inbox.id, world.clock()) == [wish(inbox, replay_after=7)]


def test_disconnecting_ends_all_subscriptions_of_the_connection(world: World) -> None:
    connect(world, "c1", "c2")
    inboxes = [samples.inbox(f"user{n}@mayfly.example") for n in range(3)]
    for inbox in inboxes:
        world.watching.subscribe(wish(inbox, "c1"), world.clock())
    world.watching.subscribe(wish(inboxes[0], "c2"), world.clock())

    world.watching.disconnect("c1")
    world.watching.disconnect("c1")

    now = world.clock()
    left = [world.watching.subscribers(inbox.id, now) for inbox in inboxes]
    assert left == [[wish(inboxes[0], "c2")], [], []]
    assert world.watching.connections(now) == 1


def test_unsubscribing_ends_one_subscription(world: World) -> None:
    connect(world, "c1")
    inbox, other = samples.inbox(), samples.inbox("bob@mayfly.example")
    world.watching.subscribe(wish(inbox), world.clock())
    world.watching.subscribe(wish(other), world.clock())

    world.watching.unsubscribe("c1", inbox.id)
    world.watching.unsubscribe("c1", inbox.id)
    world.watching.unsubscribe("never-there", inbox.id)

    assert world.watching.subscribers(inbox.id, world.clock()) == []
    assert world.watching.subscribers(other.id, world.clock()) == [wish(other)]
    assert world.watching.connections(world.clock()) == 1


def test_a_connection_has_a_cap_on_addresses(world: World) -> None:
    connect(world, "c1")
    inboxes = [
        samples.inbox(f"user{n}@mayfly.example")
        for n in range(limits.SUBSCRIPTIONS_PER_CONNECTION + 1)
    ]
    for inbox in inboxes[:-1]:
        world.watching.subscribe(wish(inbox), world.clock())

    with pytest.raises(LimitReached, match=str(limits.SUBSCRIPTIONS_PER_CONNECTION)):
        world.watching.subscribe(wish(inboxes[-1]), world.clock())

    world.watching.subscribe(wish(inboxes[0]), world.clock())
    world.watching.unsubscribe("c1", inboxes[0].id)
    world.watching.subscribe(wish(inboxes[-1]), world.clock())


def test_an_address_that_was_erased_counts_no_more(world: World) -> None:
    connect(world, "c1")
    for n in range(limits.SUBSCRIPTIONS_PER_CONNECTION + 1):
        inbox = samples.inbox(f"user{n}@mayfly.example")
        world.watching.subscribe(wish(inbox), world.clock())

        world.inboxes.erase(inbox.id)

    assert world.watching.connections(world.clock()) == 1


def test_an_address_has_a_cap_on_connections(world: World) -> None:
    names = [f"c{n}" for n in range(limits.CONNECTIONS_PER_INBOX + 1)]
    connect(world, *names)
    inbox = samples.inbox()
    for name in names[:-1]:
        world.watching.subscribe(wish(inbox, name), world.clock())

    with pytest.raises(LimitReached, match=str(limits.CONNECTIONS_PER_INBOX)):
        world.watching.subscribe(wish(inbox, names[-1]), world.clock())

    world.watching.subscribe(wish(inbox, names[0]), world.clock())


def test_catching_up_ends_the_replay_and_remembers_how_far_it_went(world: World) -> None:
    connect(world, "c1")
    inbox = samples.inbox()
    owed = wish(inbox, replay_after=3)
    world.watching.subscribe(owed, world.clock())

    world.watching.caught_up(owed, 9)

    (found,) = world.watching.subscribers(inbox.id, world.clock())
    assert (found.replay_after, found.sent) == (None, 9)


def test_catching_up_does_not_revive_a_subscription(world: World) -> None:
    connect(world, "c1")
    inbox = samples.inbox()
    owed = wish(inbox, replay_after=3)
    world.watching.subscribe(owed, world.clock())
    world.watching.unsubscribe("c1", inbox.id)

    world.watching.caught_up(owed, 9)

    assert world.watching.subscribers(inbox.id, world.clock()) == []


def test_what_has_expired_watches_and_counts_no_more(world: World) -> None:
    connect(world, "c1")
    inbox = samples.inbox()
    world.watching.subscribe(wish(inbox), world.clock())
    world.clock.advance(hours=1)

    assert world.watching.subscribers(inbox.id, world.clock()) == []
    assert world.watching.connections(world.clock()) == 0


def test_a_subscription_keeps_the_version_of_its_token(world: World) -> None:
    connect(world, "c1")
    inbox = samples.inbox()
    made = replace(wish(inbox), token_version=4)

    world.watching.subscribe(made, world.clock())
    world.watching.caught_up(made, 7)

    assert world.watching.subscribers(inbox.id, world.clock()) == [replace(made, sent=7)]


def test_subscriptions_of_tokens_before_take_nobodys_place(world: World) -> None:
    inbox = samples.inbox()
    for number in range(limits.CONNECTIONS_PER_INBOX):
        connect(world, f"old{number}")
        world.watching.subscribe(wish(inbox, f"old{number}"), world.clock())
    connect(world, "new")

    with pytest.raises(LimitReached):
        world.watching.subscribe(wish(inbox, "new"), world.clock())
    world.watching.subscribe(replace(wish(inbox, "new"), token_version=1), world.clock())


SHARE = PLACES.watchers_of_client


def test_one_client_address_cannot_take_all_places_of_an_inbox(world: World) -> None:
    connect(world, *(f"greedy{n}" for n in range(SHARE + 1)), "honest")
    inbox = samples.inbox()
    for n in range(SHARE):
        world.watching.subscribe(replace(wish(inbox, f"greedy{n}"), client="a"), world.clock())

    with pytest.raises(PlacesTaken, match="SOCKET_ADDRESS_WATCHERS"):
        late = replace(wish(inbox, f"greedy{SHARE}"), client="a")
        world.watching.subscribe(late, world.clock())

    world.watching.subscribe(replace(wish(inbox, "honest"), client="b"), world.clock())
    world.watching.subscribe(replace(wish(inbox, "greedy0"), client="a"), world.clock())
    assert len(world.watching.subscribers(inbox.id, world.clock())) == SHARE + 1


def test_the_client_of_a_subscription_is_kept(world: World) -> None:
    connect(world, "c1")
    inbox = samples.inbox()
    mine = replace(wish(inbox), client="a")

    world.watching.subscribe(mine, world.clock())

    assert world.watching.subscribers(inbox.id, world.clock()) == [mine]


def test_those_who_subscribe_at_once_cannot_pass_the_cap(world: World) -> None:
    names = [f"c{n}" for n in range(SHARE + 6)]
    connect(world, *names)
    inbox = samples.inbox()

    def subscribe(name: str) -> bool:
        try:
            world.watching.subscribe(replace(wish(inbox, name), client="a"), world.clock())
        except PlacesTaken:
            return False
        return True

    with ThreadPoolExecutor(len(names)) as pool:
        taken = sum(pool.map(subscribe, names))

    assert taken <= SHARE
    assert len(world.watching.subscribers(inbox.id, world.clock())) == taken


def test_a_client_address_has_so_many_connections_at_once(world: World) -> None:
    most = PLACES.connections_of_client
    for n in range(most):
        world.watching.connect(Connection(f"c{n:02}", LATER, "a"))

    with pytest.raises(PlacesTaken, match="SOCKET_ADDRESS_CONNECTIONS"):
        world.watching.connect(Connection("late", LATER, "a"))

    assert world.watching.connections(world.clock()) == most
    assert len(world.watching.connections_of("a")) == most
    world.watching.connect(Connection("other", LATER, "b"))
    world.watching.disconnect("c00")
    world.watching.disconnect("c00")
    world.watching.connect(Connection("late", LATER, "a"))
    assert "late" in {each.id for each in world.watching.connections_of("a")}


def test_connections_that_come_at_once_cannot_pass_the_cap(world: World) -> None:
    def connect_one(n: int) -> bool:
        try:
            world.watching.connect(Connection(f"c{n}", LATER, "a"))
        except PlacesTaken:
            return False
        return True

    most = PLACES.connections_of_client
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(connect_one, range(most + 10))) == most
    assert world.watching.connections(world.clock()) == most
