"""What a bridge knows of an inbox, and when it asks again."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from mayfly_client.bridge import limits
from mayfly_client.bridge.boxes import Line
from mayfly_client.bridge.errors import BridgeError, Gone, LoginRefused
from mayfly_client.bridge.inbox import Inbox
from mayfly_client.bridge.raws import Raws


class Kept:
    """A box of two messages, which `failure` ends."""

    name, id, validity, has_folders = "ann@mayfly.example", "1", 1, False

    def __init__(self) -> None:
        self.kept = {n: line(n) for n in (1, 2)}
        self.failure: BridgeError | None = None

    async def fetch(self, after: int) -> None: ...

    async def lines(self, after: int) -> list[Line]:
        await self.held()
        return [each for number, each in self.kept.items() if number > after]

    async def held(self) -> int:
        if self.failure is not None:
            raise self.failure
        return len(self.kept)

    async def raw(self, line: Line) -> bytes:
        return b"text"

    async def mark(self, lines: Sequence[Line], is_read: bool) -> None: ...

    async def move(self, lines: Sequence[Line], folder: str) -> None: ...

    async def delete(self, lines: Sequence[Line]) -> None: ...

    async def subscription(self, after: int) -> dict[str, Any]:
        return {}


def line(number: int) -> Line:
    return Line(number, str(number), 4, False, datetime.now(UTC), "subject", "sender")


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing counts as fresh."""
    monkeypatch.setattr(limits, "FRESH_SECONDS", -1.0)


@pytest.mark.usefixtures("at_once")
def test_what_was_deleted_is_not_shown_from_memory() -> None:
    async def run() -> None:
        box = Kept()
        inbox = Inbox(box, Raws(100))
        await inbox.open()
        assert (await inbox.raw(1)).octets == b"text"
        del box.kept[1]
        with pytest.raises(Gone):
            await inbox.raw(1)
        assert (await inbox.raw(2)).octets == b"text"

    asyncio.run(run())


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("failure", [Gone("gone"), LoginRefused("expired")])
def test_an_inbox_that_has_ended_shows_nothing_from_memory(failure: BridgeError) -> None:
    async def run() -> None:
        box = Kept()
        inbox = Inbox(box, Raws(100))
        await inbox.open()
        await inbox.raw(1)
        box.failure = failure
        with pytest.raises(type(failure)):
            await inbox.raw(1)
        assert inbox.failure is failure

    asyncio.run(run())
