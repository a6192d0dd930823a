"""The ports, and who is on them. What speaks IMAP and POP3 is imported with the first client."""

import asyncio
import logging
import socket
import ssl
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mayfly_client.bridge import limits
from mayfly_client.bridge.settings import Settings
from mayfly_client.bridge.stream import Ended, Stream
from mayfly_client.bridge.tls import Tls

if TYPE_CHECKING:
    from mayfly_client.bridge.hub import Hub

logger = logging.getLogger("mayfly.bridge")

IMAP, POP3, IMAPS, POP3S = "IMAP", "POP3", "IMAPS", "POP3S"
_SECURE = frozenset({IMAPS, POP3S})
_BUSY = {IMAP: b"* BYE too many connections\r\n", POP3: b"-ERR too many connections\r\n"}


@dataclass(frozen=True, slots=True)
class Listener:
    """A socket that listens, and what is spoken there."""

    kind: str
    socket: socket.socket

    @property
    def port(self) -> int:
        """The port, also if any free one was asked for."""
        port: int = self.socket.getsockname()[1]
        return port


def ports(settings: Settings) -> Mapping[str, int]:
    """The ports that are to be opened, by what is spoken there."""
    wanted = {
        IMAP: settings.imap_port,
        POP3: settings.pop3_port,
        IMAPS: settings.imaps_port,
        POP3S: settings.pop3s_port,
    }
    return {kind: port for kind, port in wanted.items() if port is not None}


class Bridge:
    """Serves mail clients over what Mayfly answers at `settings.url`."""

    def __init__(self, settings: Settings, tls: Tls, trust: ssl.SSLContext | None = None) -> None:
        self._settings = settings
        self._tls = tls
        self._trust = trust
        self._hub: Hub | None = None
        self._peers: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def serving(self, listeners: list[Listener]) -> AsyncIterator[None]:
        """Until the block ends; then those who are connected are sent away."""
        servers = [await self._server(each) for each in listeners]
        try:
            yield
        finally:
            for each in servers:
                each.close()
            for task in self._tasks:
                task.cancel()
            if self._tasks:
                await asyncio.wait(self._tasks, timeout=limits.TLS_SECONDS)
            if self._hub is not None:
                await self._hub.close()

    async def _server(self, listener: Listener) -> asyncio.Server:
        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            # asyncio does so only for sockets that name their protocol; answers would wait 40 ms.
            writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            task = asyncio.current_task()
            assert task is not None
            self._tasks.add(task)
            try:
                await self._connected(listener.kind, Stream(reader, writer))
            except asyncio.CancelledError:
                writer.transport.abort()
            except Exception:
                logger.exception("a mail client's connection has failed")
                writer.transport.abort()
            finally:
                self._tasks.discard(task)

        return await asyncio.start_server(
            connected,
            sock=listener.socket,
            limit=limits.LINE_BYTES,
        )

    async def _connected(self, kind: str, stream: Stream) -> None:
        peer = stream.peer
        full = self._peers.total() >= limits.CONNECTIONS
        if full or self._peers[peer] >= limits.CONNECTIONS_OF_PEER:
            with suppress(Ended):
                await stream.send(_BUSY[kind.removesuffix("S")])
            return await stream.close()
        self._peers[peer] += 1
        try:
            await self._talk(kind, stream)
        finally:
            self._peers[peer] -= 1
            if not self._peers[peer]:
                del self._peers[peer]
        await stream.close()

    async def _talk(self, kind: str, stream: Stream) -> None:
        from mayfly_client.bridge.imap.session import ImapSession
        from mayfly_client.bridge.pop3.session import Pop3Session

        if kind in _SECURE and self._tls.context is not None:
            with suppress(Ended):
                await stream.secure(self._tls.context())
            if not stream.is_secure:
                return
        session = ImapSession if kind in (IMAP, IMAPS) else Pop3Session
        await session(stream, self._shared(), self._tls).run()

    def _shared(self) -> "Hub":
        """What connections share; made with the first one."""
        from mayfly_client.bridge.api.client import Client
        from mayfly_client.bridge.api.http import Http, Origin
        from mayfly_client.bridge.hub import Hub

        if self._hub is None:
            settings = self._settings
            client = Client(Http(Origin.of(settings.url), self._trust))
            self._hub = Hub(client, settings.socket, forwards=settings.forwards)
        return self._hub
