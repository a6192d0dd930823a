"""Readers who wait for mail, over moto: how often they ask, and what wakes them."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra.local.dynamodb.long_poll import Arrivals, AwaitedMessages, woken
from infra.local.dynamodb.stream_records import Changes
from infra.local.moto.guard import observed
from infra.local.moto.server import Cloud, client
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


class World:
    """A reader that waits for arrivals, and a count of what it asks the table."""

    def __init__(self, cloud: Cloud, settings: Settings, changes: Changes) -> None:
        self.queries: list[str] = []
        self.at_query: Callable[[], None] = lambda: None
        asking = client("dynamodb", cloud.endpoint)
        asking.meta.events.register("before-call.dynamodb.Query", self._asked)
        asking.meta.events.register("after-call.dynamodb.Query", lambda **_: self.at_query())
        self.table = Table(client("dynamodb", cloud.endpoint), settings.table_name, time.sleep)
        self.inboxes = DynamoInboxes(self.table, settings.cooldown)
        self.deliveries = DynamoDeliveries(self.table, settings.quota, now)
        plain = DynamoMessages(Table(asking, settings.table_name, time.sleep))
        arrivals = Arrivals()
        changes.when_changed(arrivals.note)
        reader = MessageService(self.inboxes, plain, Memory().loader, now, time.sleep)
        self.reader = woken(reader, plain.table, arrivals)
        self.messages = self.reader.messages
        self.alice = self.inbox("alice@mayfly.example")

    def _asked(self, model: Any, **_: Any) -> None:
        self.queries.append(model.name)

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
def world(cloud: Cloud, settings: Settings) -> Iterator[World]:
    changes = Changes(settings.table_name)
    with observed(lambda: (changes.collect(), None)[1]):
        yield World(cloud, settings, changes)


def test_nobody_asks_again_while_nothing_has_changed(world: World) -> None:
    other = world.inbox("bob@mayfly.example")

    answers = [world.after(), world.after()]
    asked = len(world.queries)
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
        world.at_query = lambda: None
        world.deliver(world.alice)

    world.at_query = deliver_once

    before, then = world.after(), world.after()

    assert (before, len(then)) == ([], 1)


def test_what_failed_is_asked_again(world: World) -> None:
    def fail_once() -> None:
        world.at_query = lambda: None
        raise ConnectionError("out of order")

    world.deliver(world.alice)
    world.at_query = fail_once

    with pytest.raises(ConnectionError):
        world.after()

    assert len(world.after()) == 1


def test_who_waits_is_woken_by_mail_and_has_asked_twice(world: World) -> None:
    pages: list[Page[Message]] = []
    answered = threading.Event()
    world.at_query = answered.set

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
    assert len(world.queries) == 2


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
