"""The whole laptop, for clients of others."""

from collections.abc import Iterator

import pytest

from tests.local.mayfly import Mayfly, mayfly


@pytest.fixture(scope="module")
def laptop() -> Iterator[Mayfly]:
    """Without the limits of requests, which have tests of their own."""
    with mayfly(RATE_LIMIT_REQUESTS="0", RATE_LIMIT_CREATE="0", RATE_LIMIT_FETCH="0") as running:
        yield running
