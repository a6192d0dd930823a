"""Bounds of the servers: how many connections and calls at once, and how many of one peer."""

import asyncio
import ipaddress
import logging
import socket
import ssl
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import takewhile
from typing import Any, Self

from aiohttp import web
from aiohttp.web_protocol import RequestHandler
from aiohttp.web_request import BaseRequest

_NETWORK = 64  # bits of an IPv6 address that one household or machine has for itself
_UNKNOWN_PEER = ""
_WAITS = 75  # percent of the requests: short ones have the rest for themselves
_LARGE_BODIES = 50  # at once: some 220 MB
_SMALL_BODY = 64 * 1024  # bytes
_ALL_BUSY = "Too many requests are being answered; try again after the time in Retry-After"
_PEER_BUSY = "Too many requests of this address are being answered at once (PEER_SHARE)"
MAX_CONNECTIONS = 1000
PATIENCE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Places:
    """So many places, of which one peer may have `share` percent, and always one."""

    total: int
    share: int = 100
    _taken: Counter[str] = field(default_factory=Counter)

    def is_full(self) -> bool:
        """Whether all are taken."""
        return self._taken.total() >= self.total

    def is_full_for(self, peer: str) -> bool:
        """Whether this peer has its share."""
        return self._taken[peer] >= max(1, self.total * self.share // 100)

    def take(self, peer: str) -> bool:
        """Whether there was one for this peer; it is given back with `leave`."""
        if self.is_full() or self.is_full_for(peer):
            return False
        self._taken[peer] += 1
        return True

    def leave(self, peer: str) -> None:
        """Its place is free again."""
        self._taken[peer] -= 1
        if self._taken[peer] <= 0:
            del self._taken[peer]


class NoPlace(Exception):
    """As many requests are being answered as may be; the message says whose."""


@dataclass(frozen=True, slots=True)
class Calls:
    """The requests that are being answered, those of them that wait for mail, and large bodies."""

    all: Places
    waits: Places
    bodies: Places

    @classmethod
    def of(cls, total: int, share: int) -> Self:
        """So many at once; those that wait leave some to those that do not."""
        waits = max(1, total * _WAITS // 100)
        return cls(Places(total, share), Places(waits, share), Places(_LARGE_BODIES, share))

    @contextmanager
    def place(self, peer: str, *, waits: bool) -> Iterator[None]:
        """A place for one; NoPlace if there is none for this peer."""
        with _taken([self.all, self.waits] if waits else [self.all], peer):
            yield

    @contextmanager
    def reading(self, peer: str, length: int | None) -> Iterator[None]:
        """Memory for its body, if that is large or of unknown length; NoPlace likewise."""
        with _taken([self.bodies] if length is None or length > _SMALL_BODY else [], peer):
            yield


@contextmanager
def _taken(kinds: Sequence[Places], peer: str) -> Iterator[None]:
    """One of each kind, or none at all."""
    taken = list(takewhile(lambda places: places.take(peer), kinds))
    try:
        if len(taken) < len(kinds):
            full = kinds[len(taken)].is_full()
            raise NoPlace(_ALL_BUSY if full else _PEER_BUSY)
        yield
    finally:
        for each in taken:
            each.leave(peer)


def peer_of(transport: Any) -> str:
    """The other end: the address, or the network of one that is IPv6."""
    name = transport.get_extra_info("peername") if transport is not None else None
    return network_of(str(name[0])) if isinstance(name, tuple) else _UNKNOWN_PEER


def network_of(text: str) -> str:
    """The address, or the network of one that is IPv6; "" for what is none."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return _UNKNOWN_PEER
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, _NETWORK), strict=False))
    return str(address)


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
    async def serving(
        self, listener: socket.socket, patience: float, tls: ssl.SSLContext | None = None
    ) -> AsyncIterator[None]:
        """Answer until the block ends; then what is under way has so many seconds."""
        runner = web.ServerRunner(self, shutdown_timeout=patience)
        await runner.setup()
        try:
            await web.SockSite(runner, listener, ssl_context=tls).start()
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
