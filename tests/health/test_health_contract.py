"""What every RequestTally and every Queues must do."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from bench.cost.units import item_bytes
from mayfly.api import ROUTES
from mayfly.health.dynamodb import DynamoRequestTally
from mayfly.health.models import CLASSES
from mayfly.health.ports import Depth, Queues, RequestTally
from mayfly.health.sqs import SqsQueues
from mayfly.kit.dynamodb.table import Table
from mayfly.settings import Settings
from tests.aws import AWS_SIDES, SIDES, on_side
from tests.health.fakes import FakeQueues, FakeRequestTally
from tests.memory import FakeClock


@dataclass
class World:
    """The ports under test, and what a test needs beside them."""

    requests: RequestTally
    queues: Queues
    clients: dict[str, Any] | None = None
    url: str = ""

    def hold(self, waiting: int, delayed: int, in_flight: int) -> None:
        """Have so many records in the queue."""
        if isinstance(self.queues, FakeQueues):
            self.queues.held["notices"] = Depth(waiting, delayed, in_flight)
            return
        assert self.clients is not None
        sqs = self.clients["sqs"]
        for _ in range(in_flight):
            sqs.send_message(QueueUrl=self.url, MessageBody="one")
            sqs.receive_message(QueueUrl=self.url)
        for _ in range(waiting):
            sqs.send_message(QueueUrl=self.url, MessageBody="one")
        for _ in range(delayed):
            sqs.send_message(QueueUrl=self.url, MessageBody="one", DelaySeconds=900)


@pytest.fixture(params=SIDES)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    if request.param == "fake":
        yield World(FakeRequestTally(), FakeQueues())
        return
    settings = Settings()
    with on_side(settings) as clients:
        url = clients["sqs"].create_queue(QueueName="notices")["QueueUrl"]
        table = Table(clients["dynamodb"], settings.table_name, FakeClock().pause)
        yield World(
            DynamoRequestTally(clients["dynamodb"], table),
            SqsQueues(lambda: clients["sqs"], {"notices": url}),
            clients,
            url,
        )


def test_nothing_is_counted_at_first(world: World) -> None:
    assert not any(world.requests.total().values())


def test_counters_rise_by_what_is_added_whoever_adds_it(world: World) -> None:
    for _ in range(20):  # over all rows
        world.requests.add({"create_key 2xx": 2, "create_key ms": 30})
    world.requests.add({"create_key 4xx": 1, "create_key ms": 0})

    assert dict(world.requests.total()) == {
        "create_key 2xx": 40,
        "create_key 4xx": 1,
        "create_key ms": 600,
    }


def test_nothing_is_lost_of_what_many_add_at_once(world: World) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: world.requests.add({"a 2xx": 1, "a ms": 2}), range(100)))

    assert dict(world.requests.total()) == {"a 2xx": 100, "a ms": 200}


def test_a_queue_tells_how_much_it_holds(world: World) -> None:
    empty = world.queues.depths()
    world.hold(3, 2, 1)

    assert empty == {"notices": Depth(0, 0, 0)}
    assert world.queues.depths() == {"notices": Depth(3, 2, 1)}


@pytest.mark.parametrize("world", AWS_SIDES, indirect=True)
def test_a_queue_that_is_gone_is_a_failure(world: World) -> None:
    assert world.clients is not None
    world.clients["sqs"].delete_queue(QueueUrl=world.url)

    with pytest.raises(ClientError):
        world.queues.depths()


@pytest.mark.parametrize("world", AWS_SIDES, indirect=True)
def test_a_row_with_everything_that_can_be_counted_stays_small(world: World) -> None:
    """A write costs a unit for each KB of the row; one is for many requests."""
    assert world.clients is not None
    for route in ROUTES:
        for kind in ("ms", *CLASSES):
            world.requests.add({f"{route.operation} {kind}": 10**9})

    rows = world.clients["dynamodb"].scan(TableName=Settings().table_name)["Items"]

    assert {row["pk"]["S"] for row in rows} == {f"requests#{shard}" for shard in range(4)}
    assert max(map(item_bytes, rows)) < 24 * 1024
