"""Readers who wait for mail, over the engine: how often they ask, and what wakes them."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra.local.dynamodb.long_poll import Arrivals, AwaitedMessages, woken
from infra.local.engine.cloud import EngineCloud
from mayfly.inboxes.dynamodb import DynamoInboxes
from mayfly.inboxes.models import Inbox
from mayfly.kit.dynamodb.table import Table
from mayfly.messages.dynamodb import DynamoMessages
from mayfly.messages.models import Message
from mayfly.messages.service import MessageService, Page
from mayfly.receiving.dynamodb import DynamoDeliveries
from mayfly.receiving.models import Stored
from mayfly.settings import Settings
from tests import samples
from tests.local.conftest import DEADLINE
from tests.memory import Memory


def now() -> datetime:
    return datetime.now(UTC)


class Asking:
    """The table, for a reader whose queries are counted."""

    def __init__(self, dynamodb: Any) -> None:
        self.queries = 0
        self.at_query: Callable[[], None] = lambda: None
        self._dynamodb = dynamodb

    def __getattr__(self, name: str) -> Any:
        return getattr(self._dynamodb, name)

    def query(self, **request: Any) -> Any:
        self.queries += 1
        answer = self._dynamodb.query(**request)
        self.at_query()
        return answer


class World:
    """A reader that waits for arrivals, and a count of what it asks the table."""

    def __init__(self, cloud: EngineCloud, settings: Settings) -> None:
        self.asking = Asking(cloud.client("dynamodb"))
        table = Table(cloud.client("dynamodb"), settings.table_name, time.sleep)
        self.inboxes = DynamoInboxes(table, settings.cooldown)
        self.deliveries = DynamoDeliveries(table, settings.quota, now)
        plain = DynamoMessages(Table(self.asking, settings.table_name, time.sleep))
        arrivals = Arrivals()
        cloud.changes.when_changed(arrivals.note)
        reader = MessageService(self.inboxes, plain, Memory().loader, now, time.sleep)
        self.reader = woken(reader, plain.table, arrivals)
        self.messages = self.reader.messages
        self.alice = self.inbox("alice@mayfly.example")

    def inbox(self, address: str) -> Inbox:
        made = samples.inbox(address, created_at=now(), expires_at=now() + timedelta(hours=1))
        self.inboxes.create(made, now())
        return made

    def deliver(self, inbox: Inbox, mail: str = "mail-1") -> None:
        summary = samples.summary(received_at=now())
        outcome = self.deliveries.deliver(samples.accepted(mail), summary, inbox, now())
        assert isinstance(outcome, Stored)

    def after(self, sequence: int = 0) -> list[Message]:
        return self.messages.after(self.alice.id, sequence, 20, now())


@pytest.fixture
def world(cloud: EngineCloud, settings: Settings) -> World:
    return World(cloud, settings)


def test_nobody_asks_again_while_nothing_has_changed(world: World) -> None:
    other = world.inbox("bob@mayfly.example")

    answers = [world.after(), world.after()]
    asked = world.asking.queries
    world.deliver(other)

    assert (answers, asked) == ([[], []], 1)


def test_mail_is_found_by_who_asked_for_it_in_vain(world: World) -> None:
    before = world.after()

    world.deliver(world.alice)

    assert before == []
    assert [each.id.sequence for each in world.after()] == [1]
    assert world.after(1) == []


def test_mail_is_found_as_often_as_it_is_asked_for(world: World) -> None:
    world.deliver(world.alice)

    assert [len(world.after()) for _ in range(2)] == [1, 1]


def test_mail_that_comes_while_somebody_asks_is_found_the_next_time(world: World) -> None:
    def deliver_once() -> None:
        world.asking.at_query = lambda: None
        world.deliver(world.alice)

    world.asking.at_query = deliver_once

    before, then = world.after(), world.after()

    assert (before, len(then)) == ([], 1)


def test_what_failed_is_asked_again(world: World) -> None:
    def fail_once() -> None:
        world.asking.at_query = lambda: None
        raise ConnectionError("out of order")

    world.deliver(world.alice)
    world.asking.at_query = fail_once

    with pytest.raises(ConnectionError):
        world.after()

    assert len(world.after()) == 1


def test_who_waits_is_woken_by_mail_and_has_asked_twice(world: World) -> None:
    pages: list[Page[Message]] = []
    answered = threading.Event()
    world.asking.at_query = answered.set

    def wait() -> None:
        pages.append(
            world.reader.since("alice@mayfly.example", 0, 20, timedelta(seconds=2 * DEADLINE))
        )

    waiting = threading.Thread(target=wait)
    waiting.start()
    in_vain = answered.wait(DEADLINE)
    world.deliver(world.alice)
    waiting.join(DEADLINE)

    assert in_vain
    assert [each.id.sequence for each in pages[0].messages] == [1]
    assert world.asking.queries == 2


def test_a_pause_ends_when_the_inbox_changes(world: World) -> None:
    assert isinstance(world.messages, AwaitedMessages)
    entered = threading.Event()

    def pause() -> None:
        world.after()
        entered.set()
        world.reader.pause(DEADLINE * 2)

    pausing = threading.Thread(target=pause, daemon=True)
    pausing.start()
    entered.wait(DEADLINE)
    world.deliver(world.alice)
    pausing.join(DEADLINE)

    assert not pausing.is_alive()
