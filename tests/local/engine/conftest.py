"""Clients of moto and of the engine: what the one says of AWS, the other says, too."""

from collections.abc import Iterator
from typing import Any

import pytest

from mayfly.settings import Settings
from tests.aws import AWS_SIDES, on_side

MOTO_DIFFERS = pytest.mark.parametrize("clients", ["engine"], indirect=True)
"""AWS does as the test says; moto does not."""


@pytest.fixture(params=AWS_SIDES)
def clients(request: pytest.FixtureRequest) -> Iterator[dict[str, Any]]:
    """By service name, with the blueprint's bucket and no queue."""
    with on_side(Settings()) as made:
        yield made
