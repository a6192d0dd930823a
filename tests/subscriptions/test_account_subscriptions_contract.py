"""What every AccountSubscriptions must do, and what it shares with Subscriptions."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mayfly import limits
from mayfly.accounts.models import AccountId
from mayfly.errors import ConnectionGone, LimitReached
from mayfly.filters.fields import filter_of
from mayfly.mail.address import Address
from mayfly.subscriptions.models import AccountSubscription, Connection, Subscription
from tests import samples
from tests.worlds import World

LATER = samples.NOW + timedelta(hours=1)
ANN = AccountId.make(Address.parse("ann@elsewhere.example"), b"ann-ann-")
HEIR = AccountId.make(Address.parse("ann@elsewhere.example"), b"heirheir")
BOB = AccountId.make(Address.parse("bob@elsewhere.example"), b"bob-bob-")


def connect(world: World, *names: str) -> None:
    for name in names:
        world.watching.connect(Connection(name, LATER))


def wish(
    connection: str = "c1", account: AccountId = ANN, session: str = "s1"
) -> AccountSubscription:
    return AccountSubscription(connection, account, session, LATER)


def test_a_subscription_is_found_as_it_was_made(world: World) -> None:
    connect(world, "c1=/x#y", "c2")

    world.account_watching.watch(wish("c1=/x#y"), world.clock())
    world.account_watching.watch(wish("c2", session="s2"), world.clock())
    world.account_watching.watch(wish("c2", BOB), world.clock())

    found = world.account_watching.watchers(ANN, world.clock())
    assert sorted(found, key=lambda each: each.connection_id) == [
        wish("c1=/x#y"),
        wish("c2", session="s2"),
    ]
    assert set(world.account_watching.watched("c2")) == {ANN, BOB}


def test_a_filter_is_kept_with_its_subscription(world: World) -> None:
    connect(world, "c1")
    only = filter_of({"from": "shop", "q": "-text:news"})

    world.account_watching.watch(replace(wish(), wanted=only), world.clock())

    (found,) = world.account_watching.watchers(ANN, world.clock())
    assert found.wanted == only


def test_an_account_that_was_made_anew_is_watched_by_nobody(world: World) -> None:
    connect(world, "c1")

    world.account_watching.watch(wish(), world.clock())

    assert world.account_watching.watchers(HEIR, world.clock()) == []


def test_a_connection_that_is_not_open_cannot_subscribe(world: World) -> None:
    with pytest.raises(ConnectionGone):
        world.account_watching.watch(wish(), world.clock())

    assert world.account_watching.watchers(ANN, world.clock()) == []
    assert world.account_watching.watched("c1") == []


def test_subscribing_again_replaces(world: World) -> None:
    connect(world, "c1")
    world.account_watching.watch(wish(), world.clock())

    world.account_watching.watch(wish(session="s2"), world.clock())

    assert world.account_watching.watchers(ANN, world.clock()) == [wish(session="s2")]


def test_unsubscribing_ends_one_subscription(world: World) -> None:
    connect(world, "c1")
    for account in (ANN, BOB):
        world.account_watching.watch(wish(account=account), world.clock())

    world.account_watching.unwatch("c1", ANN)
    world.account_watching.unwatch("c1", ANN)

    assert world.account_watching.watchers(ANN, world.clock()) == []
    assert world.account_watching.watched("c1") == [BOB]


def test_disconnecting_ends_those_to_accounts_and_to_inboxes(world: World) -> None:
    connect(world, "c1", "c2")
    inbox = samples.inbox()
    world.watching.subscribe(Subscription("c1", inbox.id, inbox.address, LATER), world.clock())
    for connection in ("c1", "c2"):
        world.account_watching.watch(wish(connection), world.clock())

    world.watching.disconnect("c1")

    assert world.watching.subscribers(inbox.id, world.clock()) == []
    assert world.account_watching.watchers(ANN, world.clock()) == [wish("c2")]
    assert world.account_watching.watched("c1") == []


def test_a_subscription_that_is_over_is_not_found(world: World) -> None:
    connect(world, "c1")
    world.account_watching.watch(wish(), world.clock())

    world.clock.advance(hours=1)

    assert world.account_watching.watchers(ANN, world.clock()) == []


def test_accounts_and_inboxes_share_the_cap_of_a_connection(world: World) -> None:
    connect(world, "c1")
    for number in range(limits.SUBSCRIPTIONS_PER_CONNECTION - 1):
        inbox = samples.inbox(f"user{number}@mayfly.example")
        world.watching.subscribe(Subscription("c1", inbox.id, inbox.address, LATER), world.clock())
    world.account_watching.watch(wish(), world.clock())

    last = samples.inbox("last@mayfly.example")
    with pytest.raises(LimitReached, match="20 addresses per connection"):
        world.watching.subscribe(Subscription("c1", last.id, last.address, LATER), world.clock())
    with pytest.raises(LimitReached, match="20 addresses per connection"):
        world.account_watching.watch(wish(account=BOB), world.clock())
    world.account_watching.watch(wish(session="s2"), world.clock())

    assert world.account_watching.watched("c1") == [ANN]


def test_an_account_has_only_so_many_connections(world: World) -> None:
    names = [f"c{number}" for number in range(limits.CONNECTIONS_PER_INBOX + 1)]
    connect(world, *names)
    for name in names[:-1]:
        world.account_watching.watch(wish(name), world.clock())

    with pytest.raises(LimitReached, match="50 connections"):
        world.account_watching.watch(wish(names[-1]), world.clock())
    world.account_watching.watch(wish(names[0], session="s2"), world.clock())
    world.account_watching.unwatch(names[1], ANN)
    world.account_watching.watch(wish(names[-1]), world.clock())

    assert len(world.account_watching.watchers(ANN, world.clock())) == len(names) - 1
