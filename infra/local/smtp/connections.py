"""The connections of a server: so many at once, and none that only keeps a place.

A client that sends its request byte by byte (slowloris), or does not take its answer, is cut off,
and so nobody is kept out for long. API Gateway does the same for the functions in the cloud.
"""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web

from infra.local.smtp.places import Places, peer_of

MAX_CONNECTIONS = 1000
PATIENCE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many connections there may be, and how long one may keep the server waiting.

    `patience` is the time for a whole request head from the first byte or from the answer before,
    and as much again for the body; the answer has to be taken in it, too. `share` is how many
    percent of the connections one address may have.
    """

    connections: int = MAX_CONNECTIONS
    patience: timedelta = PATIENCE
    share: int = 100


BOUNDS = Bounds()


class _Unquoted(logging.Filter):
    """Says what kind of error it was: aiohttp quotes malformed requests, tokens and all."""

    def filter(self, record: logging.LogRecord) -> bool:
        kind = record.exc_info[0] if record.exc_info else None
        record.msg, record.args = "request failed: %s", (kind.__name__ if kind else "unknown",)
        record.exc_info = record.exc_text = None
        return True


logging.getLogger("aiohttp.server").addFilter(_Unquoted())


class Visitors:
    """The open connections of one server."""

    def __init__(self, bounds: Bounds) -> None:
        self.bounds = bounds
        self._places = Places(bounds.connections, bounds.share)
        self._open: dict[asyncio.BaseTransport, tuple[_Visit, str]] = {}

    @asynccontextmanager
    async def received(
        self, listener: socket.socket, server: Callable[[], asyncio.Protocol]
    ) -> AsyncIterator[None]:
        """Pass connections on to the server's protocols until the block ends."""
        loop = asyncio.get_running_loop()
        listening = await loop.create_server(lambda: _Visit(server(), self), sock=listener)
        try:
            yield
        finally:
            listening.close()

    @asynccontextmanager
    async def served(
        self, listener: socket.socket, server: web.Server, patience: float
    ) -> AsyncIterator[None]:
        """Have the server answer until the block ends; then what is under way has so many seconds.

        What it answers with is to be inside of `attended`.
        """
        runner = web.ServerRunner(server, shutdown_timeout=patience)
        await runner.setup()
        try:
            async with self.received(listener, server):
                yield
        finally:
            await runner.cleanup()

    @contextmanager
    def attended(self, transport: asyncio.BaseTransport | None) -> Iterator[None]:
        """While a request is being answered it is not the client who is waited for."""
        visit, _ = self._open.get(transport, (None, "")) if transport else (None, "")
        if visit is None:
            yield
            return
        visit.attend()
        try:
            yield
        finally:
            visit.wait()

    def enter(self, visit: "_Visit", transport: asyncio.Transport) -> bool:
        """Whether there was a place for it, and for its peer."""
        peer = peer_of(transport)
        if not self._places.take(peer):
            return False
        self._open[transport] = visit, peer
        return True

    def leave(self, transport: asyncio.BaseTransport) -> None:
        """Its place is free again."""
        _, peer = self._open.pop(transport)
        self._places.leave(peer)


class _Visit(asyncio.Protocol):
    """One connection: passes everything on, and ends it when the client is too slow."""

    def __init__(self, inner: asyncio.Protocol, visitors: Visitors) -> None:
        self._inner = inner
        self._visitors = visitors
        self._transport: asyncio.Transport | None = None
        self._impatience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        if not self._visitors.enter(self, transport):
            transport.abort()
            return
        self._transport = transport
        self.wait()
        self._inner.connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self._transport is None:
            return
        self.attend()
        self._visitors.leave(self._transport)
        self._transport = None
        self._inner.connection_lost(error)

    def data_received(self, data: bytes) -> None:
        self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        return self._inner.eof_received()

    def pause_writing(self) -> None:
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        self._inner.resume_writing()

    def wait(self) -> None:
        """From now on the client has so long."""
        self.attend()
        if self._transport is not None:
            seconds = self._visitors.bounds.patience.total_seconds()
            loop = asyncio.get_running_loop()
            self._impatience = loop.call_later(seconds, self._transport.abort)

    def attend(self) -> None:
        """The client is not waited for."""
        if self._impatience is not None:
            self._impatience.cancel()
            self._impatience = None
