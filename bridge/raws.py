"""Raw messages that were read lately, so that a client that asks for parts asks Mayfly once."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable

Key = tuple[str, int]


class Raws:
    """At most so many bytes; what was used longest ago goes first. Messages never change."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._kept: OrderedDict[Key, bytes] = OrderedDict()
        self._coming: dict[Key, asyncio.Task[bytes]] = {}

    async def get(self, key: Key, size: int, fetch: Callable[[], Awaitable[bytes]]) -> bytes:
        """The bytes; two who want them at once ask once."""
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        if key not in self._coming:
            task = asyncio.ensure_future(self._fetched(key, fetch))
            self._coming[key] = task
            task.add_done_callback(lambda done: self._arrived(key, done))
        return await asyncio.shield(self._coming[key])

    async def _fetched(self, key: Key, fetch: Callable[[], Awaitable[bytes]]) -> bytes:
        raw = await fetch()
        if len(raw) <= self._max_bytes // 2:
            self._kept[key] = raw
            self._bytes += len(raw)
            while self._bytes > self._max_bytes:
                self._bytes -= len(self._kept.popitem(last=False)[1])
        return raw

    def _arrived(self, key: Key, done: "asyncio.Task[bytes]") -> None:
        del self._coming[key]
        if not done.cancelled():
            done.exception()  # whoever waited has it; nobody may be left
