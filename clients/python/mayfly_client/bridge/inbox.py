"""An inbox as all mail clients of one login see it: its messages, flags, and who waits for more."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import replace

from mayfly_client.bridge import limits
from mayfly_client.bridge.boxes import Box, Line
from mayfly_client.bridge.errors import BridgeError, Gone, LoginRefused
from mayfly_client.bridge.raws import Raw, Raws


class Inbox:
    """What is known of one inbox. `version` changes with whatever a client may have to hear.

    `deleted` are the numbers that clients have flagged: Mayfly has no such flag, so it lasts until
    they are expunged or the bridge ends. Numbers up to `recent` were told to some client.
    `is_heard` while a WebSocket tells what comes in: then lists need not be asked for it.
    """

    def __init__(self, box: Box, raws: Raws) -> None:
        self.box = box
        self.lines: dict[int, Line] = {}
        self.deleted: set[int] = set()
        self.last = 0
        self.recent = 0
        self.version = 0
        self.failure: BridgeError | None = None
        self.is_heard = False
        self._raws = raws
        self._listed_at = self._looked_at = self._fetched_at = float("-inf")
        self._fetching: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()
        self._waiting: set[asyncio.Event] = set()

    async def open(self) -> None:
        """Read the whole list, as others may have changed messages; not if it was read just now.

        With what could be fetched from elsewhere in a few seconds.
        """
        await self.fetch()
        async with self._asking():
            await (self._look() if self._age() < limits.FRESH_SECONDS else self._list())

    @asynccontextmanager
    async def _asking(self) -> AsyncIterator[None]:
        """One at a time; an inbox that is not there any more is so for all who have it open."""
        async with self._turn:
            try:
                yield
            except (Gone, LoginRefused) as error:
                self.failure = error
                self.tell()
                raise

    async def fetch(self) -> None:
        """Have fetched what lies elsewhere, now and then; waits for it a little.

        What cannot be fetched now is told nobody: what is there already can still be read.
        """
        now = time.monotonic()
        if self._fetching is None or (
            self._fetching.done() and now - self._fetched_at >= limits.FETCH_SECONDS
        ):
            self._fetched_at = now
            self._fetching = asyncio.ensure_future(self._fetch())
        await asyncio.wait({self._fetching}, timeout=limits.FETCH_WAIT_SECONDS)

    async def _fetch(self) -> None:
        with suppress(BridgeError):
            await self.box.fetch(self.last)

    def _age(self) -> float:
        return time.monotonic() - self._listed_at

    async def look(self) -> None:
        """See what is new; the whole list again if messages are missing, or after a while."""
        async with self._asking():
            await self._look()

    async def _look(self) -> None:
        if self._age() > limits.RELIST_SECONDS:
            return await self._list()
        if self.is_heard and await self._is_complete():
            return
        await self._take_in()
        if not await self._is_complete():
            await self._list()

    async def _is_complete(self) -> bool:
        is_complete = await self.box.held() == len(self.lines)
        self._looked_at = time.monotonic()
        return is_complete

    async def hear(self) -> None:
        """See what is new."""
        async with self._asking():
            await self._take_in()

    async def _take_in(self) -> None:
        found = await self.box.lines(self.last)
        self.lines.update((each.number, each) for each in found)
        self._note(self.lines, changed=bool(found))

    async def _list(self) -> None:
        found = {each.number: each for each in await self.box.lines(0)}
        self._listed_at = self._looked_at = time.monotonic()
        changed = found != self.lines
        self.lines = found
        self.deleted &= found.keys()
        self._note(found, changed=changed)

    def _note(self, lines: dict[int, Line], *, changed: bool) -> None:
        self.last = max(self.last, next(reversed(lines), 0))
        if changed:
            self.tell()

    async def raw(self, number: int) -> Raw:
        """The message's bytes; Gone if it is not there any more.

        What is deleted or has expired is not shown from memory: Mayfly is asked every few seconds.
        """
        if self.failure is not None:
            raise self.failure
        if time.monotonic() - self._looked_at > limits.FRESH_SECONDS:
            async with self._asking():
                if time.monotonic() - self._looked_at > limits.FRESH_SECONDS:
                    await self._look()
        line = self.lines.get(number)
        if line is None:
            raise Gone("there is no such message")
        return await self._raws.get((self.box.id, number), lambda: self.box.raw(line))

    async def mark(self, numbers: Iterable[int], is_read: bool) -> None:
        """Mark them as read or not."""
        lines = [each for each in self._known(numbers) if each.is_read != is_read]
        if lines:
            await self.box.mark(lines, is_read)
            self.lines.update((each.number, replace(each, is_read=is_read)) for each in lines)
            self.tell()

    def flag(self, numbers: Iterable[int], is_deleted: bool) -> None:
        """Flag them as deleted, or take that back."""
        known = {each.number for each in self._known(numbers)}
        self.deleted = self.deleted | known if is_deleted else self.deleted - known
        self.tell()

    async def move(self, numbers: Iterable[int], folder: str) -> list[int]:
        """Put them into this folder; which those are that were there."""
        lines = self._known(numbers)
        if lines:
            await self.box.move(lines, folder)
            self.lines.update((each.number, replace(each, folder=folder)) for each in lines)
            self.tell()
        return [each.number for each in lines]

    async def delete(self, numbers: Iterable[int]) -> None:
        """Delete them for good."""
        lines = self._known(numbers)
        if not lines:
            return
        await self.box.delete(lines)
        for each in lines:
            self.lines.pop(each.number, None)
            self.deleted.discard(each.number)
        self.tell()

    def _known(self, numbers: Iterable[int]) -> Sequence[Line]:
        return [self.lines[each] for each in numbers if each in self.lines]

    def tell(self) -> None:
        """Wake everybody who waits."""
        self.version += 1
        for each in self._waiting:
            each.set()

    @contextmanager
    def watched(self) -> Iterator[asyncio.Event]:
        """Set at each change, until the block ends; the one who waits clears it."""
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            yield event
        finally:
            self._waiting.discard(event)
