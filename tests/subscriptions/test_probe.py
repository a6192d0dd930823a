"""Connections that left without a word give their places back."""

import pytest

from mayfly import limits
from mayfly.inboxes.models import Inbox
from mayfly.subscriptions.models import PlacesTaken
from mayfly.subscriptions.service import Subscriber, SubscriptionService
from tests import samples
from tests.memory import PLACES, Memory
from tests.watchers import watcher_over

ALICE = "alice@mayfly.example"
SHARE = PLACES.watchers_of_client
STRANGER = Subscriber("stranger")


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def inbox(memory: Memory) -> Inbox:
    inbox = samples.inbox(ALICE)
    memory.inboxes.create(inbox, memory.clock())
    return inbox


def given_watchers(
    watcher: SubscriptionService, count: int, visitor: Subscriber = STRANGER
) -> None:
    for n in range(count):
        watcher.connect(f"{visitor.client}{n}", visitor.client)
        watcher.subscribe(f"{visitor.client}{n}", ALICE, visitor=visitor)


def test_one_stranger_leaves_places_to_watch_an_inbox(memory: Memory, inbox: Inbox) -> None:
    watcher = watcher_over(memory)
    given_watchers(watcher, SHARE)
    watcher.connect("more", STRANGER.client)

    with pytest.raises(PlacesTaken, match="SOCKET_ADDRESS_WATCHERS"):
        watcher.subscribe("more", ALICE, visitor=STRANGER)

    given_watchers(watcher, 1, Subscriber("owner"))


def test_a_dead_connection_gives_its_place_back_when_it_is_missed(
    memory: Memory, inbox: Inbox
) -> None:
    watcher = watcher_over(memory)
    given_watchers(watcher, SHARE)
    memory.sockets.gone.add("stranger3")
    watcher.connect("new", STRANGER.client)

    watcher.subscribe("new", ALICE, visitor=STRANGER)

    there = {e.connection_id for e in memory.watching.subscribers(inbox.id, memory.clock())}
    assert "new" in there
    assert "stranger3" not in there


def test_connections_are_asked_for_seldom(memory: Memory, inbox: Inbox) -> None:
    watcher = watcher_over(memory)
    given_watchers(watcher, SHARE)
    watcher.connect("new", STRANGER.client)

    for _ in range(5):
        with pytest.raises(PlacesTaken):
            watcher.subscribe("new", ALICE, visitor=STRANGER)
    assert len(memory.sockets.asked) <= limits.PROBED_CONNECTIONS
    memory.clock.advance(minutes=1)
    memory.sockets.gone.add("stranger0")

    watcher.subscribe("new", ALICE, visitor=STRANGER)


def test_a_dead_connection_counts_no_more_for_its_address(memory: Memory) -> None:
    watcher = watcher_over(memory)
    for n in range(PLACES.connections_of_client):
        watcher.connect(f"c{n:02}", "stranger")
    with pytest.raises(PlacesTaken, match="SOCKET_ADDRESS_CONNECTIONS"):
        watcher.connect("late", "stranger")
    watcher.connect("owner", "owner")

    memory.clock.advance(minutes=1)
    memory.sockets.gone.add("c00")
    watcher.connect("late", "stranger")

    assert "c00" not in memory.rows.connections
