"""Raw messages that were read lately, so that a client that asks for parts asks Mayfly once."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from mayfly_client.bridge import limits
from mayfly_client.bridge.mime.structure import Part, structure

Key = tuple[str, int]
_PARSED_IN_PLACE = 1 * limits.MIB


@dataclass(slots=True)
class Raw:
    """The bytes of a message, and its structure once somebody has asked for it."""

    octets: bytes
    _structure: Part | None = None

    async def structure(self) -> Part:
        """See `bridge.mime`; a large message does not keep others waiting."""
        if self._structure is None:
            if len(self.octets) > _PARSED_IN_PLACE:
                self._structure = await asyncio.to_thread(structure, self.octets)
            else:
                self._structure = structure(self.octets)
        return self._structure


class Raws:
    """At most so many bytes, and so one large message at least, which clients take in pieces.

    What was used longest ago goes first. Messages never change.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._kept: OrderedDict[Key, Raw] = OrderedDict()
        self._coming: dict[Key, asyncio.Task[Raw]] = {}

    async def get(self, key: Key, fetch: Callable[[], Awaitable[bytes]]) -> Raw:
        """The message; two who want them at once ask once."""
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        if key not in self._coming:
            task = asyncio.ensure_future(self._fetched(key, fetch))
            self._coming[key] = task
            task.add_done_callback(lambda done: self._arrived(key, done))
        return await asyncio.shield(self._coming[key])

    async def _fetched(self, key: Key, fetch: Callable[[], Awaitable[bytes]]) -> Raw:
        raw = Raw(await fetch())
        if len(raw.octets) <= self._max_bytes:
            self._kept[key] = raw
            self._bytes += len(raw.octets)
            while self._bytes > self._max_bytes:
                self._bytes -= len(self._kept.popitem(last=False)[1].octets)
        return raw

    def _arrived(self, key: Key, done: "asyncio.Task[Raw]") -> None:
        del self._coming[key]
        if not done.cancelled():
            done.exception()  # whoever waited has it; nobody may be left
