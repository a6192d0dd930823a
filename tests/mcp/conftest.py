"""The whole laptop, for clients of others."""

from collections.abc import Iterator

import pytest

from tests.local.mayfly import Mayfly, mayfly


@pytest.fixture(scope="module")
def laptop() -> Iterator[Mayfly]:
    """Without the limits of requests, which have tests of their own."""
    free = dict.fromkeys((f"RATE_LIMIT_{each}" for each in ("REQUESTS", "CREATE", "FETCH")), "0")
    with mayfly(**free) as running:
        yield running
