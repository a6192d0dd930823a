"""What every Rounds must do."""

from datetime import timedelta

import pytest

from mayfly.kit.dynamodb.table import Table
from mayfly.retention.dynamodb import DynamoRounds
from mayfly.retention.ports import Round, Rounds
from tests import samples
from tests.retention.fakes import FakeRounds

FIRST = Round(samples.NOW - timedelta(days=14), samples.NOW)


@pytest.fixture(params=["fake", "moto"])
def rounds(request: pytest.FixtureRequest) -> Rounds:
    if request.param == "fake":
        return FakeRounds()
    table: Table = request.getfixturevalue("table")
    return DynamoRounds(table)


def test_before_any_was_kept_there_is_the_first(rounds: Rounds) -> None:
    assert rounds.last(FIRST) == FIRST


def test_what_was_kept_last_is_there(rounds: Rounds) -> None:
    half = FIRST.at("raw/m")
    rounds.keep(FIRST.at("raw/c"))
    rounds.keep(half)

    assert rounds.last(FIRST) == half

    rounds.keep(half.next(timedelta(hours=1)))
    assert rounds.last(FIRST) == Round(samples.NOW - timedelta(hours=1), samples.NOW)
