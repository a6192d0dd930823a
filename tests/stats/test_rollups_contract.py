"""Counts by day: each occasion once, however often and in whatever batches it is told of."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from mayfly import limits
from mayfly.settings import Settings
from mayfly.stats.dynamodb import DynamoRollups
from mayfly.stats.errors import TooManyRollups
from mayfly.stats.models import Cell, Entry, Kind, Occasion, Rollup
from mayfly.stats.ports import Rollups
from tests.aws import SIDES, on_side
from tests.stats.fakes import FakeRollups

DAY = date(2026, 1, 1)
MANY = 100_000


@pytest.fixture(params=SIDES)
def rollups(request: pytest.FixtureRequest) -> Iterator[Rollups]:
    if request.param == "fake":
        yield FakeRollups()
        return
    from mayfly.kit.dynamodb.table import Table

    settings = Settings()
    with on_side(settings) as clients:
        yield DynamoRollups(Table(clients["dynamodb"], settings.table_name, lambda _: None))


def entry(serial: int, source: str = "d1", outcome: str = "stored", **more: object) -> Entry:
    given: dict[str, object] = {"day": DAY, "domain": "mayfly.example", "kind": Kind.PUBLIC}
    return Entry(source, serial, Occasion(**given | {"outcomes": (outcome,)} | more))  # type: ignore[arg-type]


def counted(rollups: Rollups, owner: str = "", last: date = DAY) -> Counter[str]:
    found: Counter[str] = Counter()
    for each in rollups.read(owner, DAY, last, MANY):
        found.update({cell.outcome: number for cell, number in each.cells.items()})
    return found


def test_what_is_told_twice_counts_once(rollups: Rollups) -> None:
    entries = [entry(1), entry(2), entry(1, source="d2", outcome="dropped:inbox_full")]

    rollups.add(entries)
    rollups.add(entries)

    assert counted(rollups) == {"stored": 2, "dropped:inbox_full": 1}


def test_a_batch_that_was_counted_in_part_counts_the_rest(rollups: Rollups) -> None:
    rollups.add([entry(1), entry(2)])
    rollups.add([entry(2), entry(3), entry(1, source="d2")])

    assert counted(rollups) == {"stored": 4}


@pytest.mark.parametrize("seed", range(2))
def test_however_a_stream_is_cut_and_repeated_all_counts_once(rollups: Rollups, seed: int) -> None:
    chance = random.Random(seed)
    sources = [f"d{n}" for n in range(60)]  # more than one write takes
    serials: Counter[str] = Counter()
    told = []
    for _ in range(200):
        source = chance.choice(sources)
        serials[source] += 1
        domain = chance.choice(["mayfly.example", "other.example"])
        owner = chance.choice(["", "ann-1"])
        told.append(entry(serials[source], source, domain=domain, owner=owner))

    start = 0
    while start < len(told):
        end = min(len(told), start + chance.randrange(1, 150))
        rollups.add(told[start:end])
        start = max(start + 1, end - chance.randrange(0, 60))  # comes again from somewhere before

    assert counted(rollups) == {"stored": 200}
    of_ann = sum(each.occasion.owner == "ann-1" for each in told)
    assert counted(rollups, "ann-1") == {"stored": of_ann}


def test_an_account_sees_its_own(rollups: Rollups) -> None:
    rollups.add([entry(1, owner="ann-1"), entry(2, owner="bob-1"), entry(3)])

    assert counted(rollups) == {"stored": 3}
    assert counted(rollups, "ann-1") == {"stored": 1}
    assert counted(rollups, "ann-2") == {}


def test_days_domains_kinds_and_verdicts_are_kept_apart(rollups: Rollups) -> None:
    next_day = DAY + timedelta(days=1)
    rollups.add(
        [
            entry(1, verdict="FAIL"),
            entry(2, domain="other.example"),
            entry(3, day=next_day, kind=Kind.PRIVATE),
        ]
    )

    found = rollups.read("", DAY, next_day, MANY)
    assert sorted(found, key=lambda each: (each.day, each.domain)) == [
        Rollup(DAY, "mayfly.example", {Cell("public", "stored", "FAIL"): 1}),
        Rollup(DAY, "other.example", {Cell("public", "stored", ""): 1}),
        Rollup(next_day, "mayfly.example", {Cell("private", "stored", ""): 1}),
    ]
    assert counted(rollups) == {"stored": 2}


def test_one_occasion_may_have_two_outcomes(rollups: Rollups) -> None:
    rollups.add([entry(1, outcomes=("sent", "delivered"), kind=Kind.SENDING)])

    assert counted(rollups) == {"sent": 1, "delivered": 1}


def test_no_more_is_read_than_asked_for(rollups: Rollups) -> None:
    rollups.add([entry(n, domain=f"d{n}.example") for n in (1, 2, 3)])

    with pytest.raises(TooManyRollups):
        rollups.read("", DAY, DAY, 2)


def test_the_rows_of_a_day_end_after_thirteen_months() -> None:
    from mayfly.stats.rows import kept_until

    assert timedelta(days=31 + 365) <= limits.STATS_KEPT
    (seconds,) = kept_until(DAY).values()
    assert seconds == 1767225600 + limits.STATS_KEPT.total_seconds()
