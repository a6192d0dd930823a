"""The service with something of each kind in it, in memory."""

import logging
from collections.abc import Iterator

import pytest

from tests.project.test_every_caller import scene

__all__ = ["scene"]


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Writing the log takes longer than the requests."""
    logging.disable(logging.INFO)
    yield
    logging.disable(logging.NOTSET)
