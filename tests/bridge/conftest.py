"""What tests of the bridge share: a laptop, whose IMAP and POP3 are the bridge, with mails."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bridge.filled import Filled
from tests.local.conftest import Loop
from tests.local.mayfly import Mayfly, mayfly

MAILS = Path(__file__).parents[1] / "mails"


@pytest.fixture(scope="session")
def laptop() -> Iterator[Mayfly]:
    with mayfly() as running:
        yield running


@pytest.fixture(scope="session")
def mails() -> list[bytes]:
    """Every mail that the parser's tests have, broken ones and all."""
    return [each.read_bytes() for each in sorted(MAILS.glob("**/*.eml"))]


@pytest.fixture(scope="session")
def filled(laptop: Mayfly, mails: list[bytes]) -> Filled:
    """A public address that holds all of them; nobody changes it."""
    return Filled.with_mails(laptop, mails)


@pytest.fixture
def loop() -> Iterator[Loop]:
    loop = Loop()
    yield loop
    loop.stop()
