"""What tests of the client share: a laptop, and a world in which flows run without one."""

from collections.abc import Iterator

import pytest

from mayfly_client import Mayfly as Client
from tests.local.mayfly import Mayfly, mayfly


@pytest.fixture(scope="session")
def laptop() -> Iterator[Mayfly]:
    with mayfly() as running:
        yield running


@pytest.fixture
def client(laptop: Mayfly) -> Iterator[Client]:
    with Client(laptop.http) as client:
        yield client
