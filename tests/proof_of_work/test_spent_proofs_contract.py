"""What every SpentProofs must do."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from mayfly.kit.dynamodb.table import Table
from mayfly.proof_of_work.dynamodb import DynamoSpentProofs
from mayfly.proof_of_work.service import SpentProofs
from mayfly.settings import Settings
from tests.aws import SIDES, on_side
from tests.memory import FakeClock
from tests.proof_of_work.fakes import FakeSpentProofs
from tests.samples import NOW

SOON = NOW + timedelta(minutes=10)


@pytest.fixture(params=SIDES)
def spent(request: pytest.FixtureRequest) -> Iterator[SpentProofs]:
    if request.param == "fake":
        yield FakeSpentProofs()
        return
    settings = Settings()
    with on_side(settings) as clients:
        yield DynamoSpentProofs(Table(clients["dynamodb"], settings.table_name, FakeClock().pause))


def test_a_proof_counts_once(spent: SpentProofs) -> None:
    assert [spent.spend(nonce, SOON) for nonce in ("a", "b", "a", "b")] == [
        True,
        True,
        False,
        False,
    ]


def test_of_many_at_once_one_counts(spent: SpentProofs) -> None:
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda _: spent.spend("a", SOON), range(8)))

    assert sorted(told) == [False] * 7 + [True]
