"""Counting by day: what counters told comes again, in other batches, and the call fails at it."""

from functions.sweep.handler import follow
from infra.local.dynamodb.stream_filters import matches_any
from mayfly.assembly import Assembly
from mayfly.kit.dynamodb.keys import COUNT_FILTERS
from mayfly.stats.models import GroupBy, Period
from tests.faults.scenario import Scenario, given_inboxes
from tests.faults.world import World, received
from tests.samples import NOW

_PARTS = ((0, 3), (1, 4), (2, 6))
"""How Lambda cuts the changes, and what it hands over again."""


def counting() -> Scenario:
    def arrange(world: World) -> None:
        given_inboxes(world, "ann", "bob")
        for name in ("one", "two", "three"):
            world.put_raw(name)
            to = ("ann@mayfly.example", "nobody@mayfly.example")
            assert received(name, *to)(world, world.process())

    def act(world: World, process: Assembly) -> bool:
        told = [each for each in world.changes.first(1000) if matches_any(COUNT_FILTERS, each)]
        try:
            for start, end in _PARTS:
                follow({"Records": told[start:end]}, process)
        except Exception:
            return False
        return True

    def check(world: World) -> None:
        service = world.process().stats.service
        lines, total = service.history("", Period(NOW.date(), NOW.date()), GroupBy.OUTCOME)
        assert {each.key: each.counts["received"] for each in lines} == {
            "stored": 3,
            "dropped:unknown_recipient": 3,
        }
        assert total.counts["received"] == world.process().adapters.deliveries.tally().accepted

    return Scenario(act, arrange, check)


STATS: dict[str, Scenario] = {"counting by day": counting()}
