"""The HTTP servers: so many connections at once, and a share of them for each address."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aiohttp import web
from aiohttp.web_protocol import RequestHandler
from aiohttp.web_request import BaseRequest

from infra.local.smtp.places import Places, peer_of

MAX_CONNECTIONS = 1000
PATIENCE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many connections there may be, and how long one may stay without a request.

    A body has `patience`, too. `share` is how many percent of the connections one address may have.
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


class BoundedServer(web.Server):
    """aiohttp's server with bounds. Who finds no place is sent away."""

    def __init__(
        self,
        answer: Callable[[BaseRequest], Awaitable[web.StreamResponse]],
        bounds: Bounds,
        **options: Any,
    ) -> None:
        seconds = bounds.patience.total_seconds()
        super().__init__(answer, access_log=None, keepalive_timeout=seconds, **options)
        self._places = Places(bounds.connections, bounds.share)
        self._peers: dict[RequestHandler, str] = {}

    @asynccontextmanager
    async def serving(self, listener: socket.socket, patience: float) -> AsyncIterator[None]:
        """Answer until the block ends; then what is under way has so many seconds."""
        runner = web.ServerRunner(self, shutdown_timeout=patience)
        await runner.setup()
        try:
            await web.SockSite(runner, listener).start()
            yield
        finally:
            await runner.cleanup()

    def connection_made(self, handler: RequestHandler, transport: asyncio.Transport) -> None:
        """Let it in, if there is a place for its peer."""
        super().connection_made(handler, transport)
        peer = peer_of(transport)
        if self._places.take(peer):
            self._peers[handler] = peer
        else:
            transport.abort()

    def connection_lost(self, handler: RequestHandler, exc: BaseException | None = None) -> None:
        """Its place is free again."""
        super().connection_lost(handler, exc)
        if handler in self._peers:
            self._places.leave(self._peers.pop(handler))
