"""How many connections are open: known without reading them, as `/health` is open to all."""

from datetime import timedelta
from typing import Any

import pytest

from mayfly.limits import CONNECTION_LIFETIME
from mayfly.subscriptions.models import Connection, PlacesTaken
from tests.memory import PLACES
from tests.worlds import World

MOST_ROWS = CONNECTION_LIFETIME // timedelta(minutes=1) + 1


def connect(world: World, name: str, client: str = "") -> None:
    expires_at = world.clock() + CONNECTION_LIFETIME
    world.watching.connect(Connection(name, expires_at, client))


def test_connections_count_from_when_they_come_until_they_go(world: World) -> None:
    for number in range(5):
        connect(world, f"c{number}")
        world.clock.advance(minutes=7)

    world.watching.disconnect("c1")
    world.watching.disconnect("c1")
    world.watching.disconnect("never")

    assert world.watching.connections(world.clock()) == 4


def test_connections_that_nobody_ends_lapse_one_after_the_other(world: World) -> None:
    for number in range(3):
        connect(world, f"c{number}")
        world.clock.advance(minutes=30)
    counted = []
    for _ in range(4):
        counted.append(world.watching.connections(world.clock()))
        world.clock.advance(minutes=35)
        if len(counted) == 2:
            world.watching.disconnect("c0")  # heard of when it had lapsed already

    assert counted == [3, 2, 1, 0]


def test_a_connection_that_found_no_place_counts_not_at_all(world: World) -> None:
    for number in range(PLACES.connections_of_client):
        connect(world, f"c{number}", "a")
    with pytest.raises(PlacesTaken):
        connect(world, "late", "a")

    assert world.watching.connections(world.clock()) == PLACES.connections_of_client


@pytest.mark.parametrize("world", ["moto"], indirect=True)
def test_counting_reads_a_row_for_each_minute_at_most(world: World) -> None:
    assert world.table is not None
    for number in range(300):
        connect(world, f"c{number}")
        world.clock.advance(seconds=30)
    asked: list[dict[str, Any]] = []
    events = world.table.client.meta.events
    events.register("provide-client-params.dynamodb.*", lambda params, **_: asked.append(params))
    events.register(
        "after-call.dynamodb.Query", lambda parsed, **_: asked.append({"read": parsed["Count"]})
    )

    found = world.watching.connections(world.clock())

    assert 248 <= found <= 252  # those of the last 125 minutes
    assert len(asked) == 2
    assert asked[1]["read"] <= MOST_ROWS
