"""What every Resets must do."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from mayfly.accounts.dynamodb import DynamoResets
from mayfly.accounts.ports import Resets
from mayfly.kit.dynamodb.table import Table
from tests import samples
from tests.accounts.fakes import FakeResets
from tests.aws import SIDES

SOON = samples.NOW + timedelta(minutes=30)


@pytest.fixture(params=SIDES)
def resets(request: pytest.FixtureRequest) -> Iterator[Resets]:
    if request.param == "fake":
        yield FakeResets()
    else:
        yield DynamoResets(request.getfixturevalue("table"))


def test_only_the_reset_that_was_begun_last_counts(resets: Resets) -> None:
    resets.begin("ann", "first", SOON)
    resets.begin("bob", "his", SOON)
    resets.begin("ann", "second", SOON)

    assert not resets.is_last("ann", "first")
    assert resets.is_last("ann", "second")
    assert not resets.is_last("ann", "his")


def test_for_an_address_without_one_none_counts(resets: Resets) -> None:
    assert not resets.is_last("ann", "first")


def test_its_row_says_when_it_ends_in_seconds(table: Table) -> None:
    DynamoResets(table).begin("ann", "first", SOON)

    (row,) = table.query("account#ann")
    assert row["ttl"] == SOON.timestamp()
