"""What every Census must do, and what a Scan must do on top."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from mayfly.admin.dynamodb import DynamoCensus
from mayfly.admin.models import Counted, Headcount
from mayfly.inboxes.dynamodb import DynamoInboxes
from mayfly.inboxes.models import Access
from mayfly.inboxes.ports import Census, Inboxes
from mayfly.kit.dynamodb.table import Table
from tests import samples
from tests.aws import SIDES
from tests.memory import Memory

COOLDOWN = timedelta(days=30)


@dataclass
class Town:
    """The port under test, and what it counts."""

    census: Census
    inboxes: Inboxes


@pytest.fixture(params=SIDES)
def town(request: pytest.FixtureRequest) -> Town:
    if request.param == "fake":
        memory = Memory(cooldown=COOLDOWN)
        return Town(memory.census, memory.inboxes)
    table = request.getfixturevalue("table")
    return Town(DynamoCensus(table), DynamoInboxes(table, COOLDOWN))


def settle(inboxes: Inboxes, count: int, **changes: object) -> None:
    for number in range(count):
        inboxes.create(samples.inbox(f"i{number}-{len(changes)}@a.example", **changes), samples.NOW)


def test_nothing_is_counted_where_nothing_is(town: Town) -> None:
    assert town.census.count(samples.NOW) == Counted(Headcount(), is_complete=True)


def test_inboxes_are_counted_by_state_and_the_active_ones_by_kind(town: Town) -> None:
    over = samples.NOW - timedelta(hours=1)
    kinds: list[dict[str, Any]] = [
        {"access": Access.ADDRESS, "held_messages": 3},
        {"access": Access.ADDRESS, "expires_at": over, "held_messages": 2},
        {"access": Access.ADDRESS, "expires_at": over, "message_lifetime": timedelta(hours=1)},
        {"access": Access.TOKEN, "token_version": 4},
        {"access": Access.TOKEN, "token_version": 1, "expires_at": over},
        {"access": Access.OWNER, "owner": "somebody", "held_messages": 10},
    ]
    for number, kind in enumerate(kinds):
        town.inboxes.create(samples.inbox(f"i{number}@a.example", **kind), samples.NOW)
    deleted = samples.inbox("gone@a.example", held_messages=7)
    town.inboxes.create(deleted, samples.NOW)
    town.inboxes.close(deleted.id, samples.NOW)

    counted = town.census.count(samples.NOW)

    assert counted.is_complete
    assert counted.headcount == Headcount(
        active=3,
        expired=3,
        deleted=1,
        public=1,
        private=1,
        mailboxes=1,
        held_messages=15,
        rotations=5,
    )


def test_messages_that_are_all_over_are_not_held(town: Town) -> None:
    settle(town.inboxes, 2, held_messages=4, message_lifetime=timedelta(hours=72))
    expired = samples.NOW + timedelta(hours=24)

    held = [
        town.census.count(when).headcount.held_messages
        for when in (expired, expired + timedelta(hours=72))
    ]

    assert held == [8, 0]


class Client:
    """DynamoDB's client whose scans come in small pages, and can be held up or fail."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.pages = 0
        self.proceed = threading.Event()
        self.proceed.set()
        self.is_down = False
        self.lock = threading.Lock()

    def scan(self, **request: Any) -> Any:
        with self.lock:
            self.pages += 1
        assert self.proceed.wait(10)
        if self.is_down:
            raise ClientError({"Error": {"Code": "Throttled"}}, "Scan")
        return self.client.scan(**request, Limit=5)


@pytest.fixture
def client(table: Table) -> Client:
    return Client(table.client)


@pytest.fixture
def census(table: Table, client: Client) -> Callable[..., DynamoCensus]:
    settle(DynamoInboxes(table, COOLDOWN), 60)
    slow = replace(table, client=client)
    return lambda **bounds: DynamoCensus(slow, **bounds)


def test_every_page_of_every_segment_is_counted_once(
    census: Callable[..., DynamoCensus], client: Client
) -> None:
    for segments in (1, 3, 8):
        counted = census(segments=segments).count(samples.NOW)

        assert (counted.headcount.active, counted.is_complete) == (60, True)
    assert client.pages > 3 * 60 / 5


def test_other_rows_are_not_taken_for_inboxes(table: Table) -> None:
    table.put({"pk": "admin", "sk": "key", "hash": "x"})
    table.put({"pk": "account#x", "sk": "account"})

    assert DynamoCensus(table).count(samples.NOW).headcount == Headcount()


def test_too_large_a_table_is_counted_in_part_and_says_so(
    census: Callable[..., DynamoCensus], client: Client
) -> None:
    counted = census(pages=4).count(samples.NOW)

    assert client.pages == 4
    assert not counted.is_complete
    assert 0 < counted.headcount.active <= 20


def test_what_takes_too_long_is_not_waited_for(
    census: Callable[..., DynamoCensus], client: Client
) -> None:
    client.proceed.clear()

    counted = census(time=timedelta(milliseconds=50)).count(samples.NOW)
    client.is_down = True  # what still waits is not to outlive the test's AWS
    client.proceed.set()

    assert counted == Counted(Headcount(), is_complete=False)
    assert client.pages <= 8


def test_a_failure_is_not_taken_for_an_empty_table(
    census: Callable[..., DynamoCensus], client: Client
) -> None:
    client.is_down = True

    with pytest.raises(ClientError):
        census().count(samples.NOW)
