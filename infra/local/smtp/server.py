"""The SMTP server: listens, bounds the number of connections, ends without losing a message."""

import asyncio
import logging
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from infra.local.connections import Places, peer_of
from infra.local.ses.backpressure import Intake
from infra.local.smtp.certificate import Certificate
from infra.local.smtp.certificate import tls_context as tls_context
from infra.local.smtp.policy import MailPolicy, Post
from infra.local.smtp.session import OWN_NAME, MailSession

logger = logging.getLogger("mayfly.smtp")

MAX_CONNECTIONS = 250
_FULL = "421 4.3.2 Too many connections"
_SHARE_TAKEN = "421 4.7.0 Too many connections from your address (PEER_SHARE)"
DRAIN_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class MailServer:
    """An SMTP server on a socket that listens already.

    `share` is how many percent of the connections one address may have, `name` what the server
    calls itself.
    """

    domains: Sequence[str]
    post: Post
    max_bytes: int
    banner: str
    tls: ssl.SSLContext | Certificate | None = None
    intake: Intake = field(default_factory=Intake)
    share: int = 100
    name: str = OWN_NAME

    @asynccontextmanager
    async def serving(
        self,
        listener: socket.socket,
        max_connections: int = MAX_CONNECTIONS,
        drain_seconds: float = DRAIN_SECONDS,
    ) -> AsyncIterator[None]:
        """Take mail until the block ends; then messages under way have so long to come in.

        Those that wait for room then are refused, for their senders to try again.
        """
        sessions: dict[MailSession, str] = {}
        places = Places(max_connections, self.share)
        ended = asyncio.Event()

        def remember(session: MailSession) -> None:
            sessions[session] = peer_of(session.transport)
            places.take(sessions[session])
            ended.clear()

        def forget(session: MailSession) -> None:
            places.leave(sessions.pop(session))
            if not sessions:
                ended.set()

        def entrance() -> asyncio.Protocol:
            return _Entrance(places, lambda: self._session(remember, forget))

        server = await asyncio.get_running_loop().create_server(entrance, sock=listener)
        try:
            yield
        finally:
            server.close()
            self.intake.end()
            for session in tuple(sessions):
                session.end()
            if sessions:
                await _within(drain_seconds, ended)
            for session in tuple(sessions):
                session.cut_off()

    def _session(
        self, remember: Callable[[MailSession], None], forget: Callable[[MailSession], None]
    ) -> MailSession:
        policy = MailPolicy(self.domains, self.post, self.intake, remember, forget)
        return MailSession(
            policy,
            max_bytes=self.max_bytes,
            banner=self.banner,
            tls=self.tls.context() if isinstance(self.tls, Certificate) else self.tls,
            name=self.name,
            loop=asyncio.get_running_loop(),
        )


class _Entrance(asyncio.Protocol):
    """Lets a connection in, or tells it why not: only once it is there is its peer known."""

    def __init__(self, places: Places, session: Callable[[], MailSession]) -> None:
        self._places = places
        self._session = session

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        full = self._places.is_full()
        if full or self._places.is_full_for(peer_of(transport)):
            transport.write(f"{_FULL if full else _SHARE_TAKEN}\r\n".encode())
            transport.close()
            return
        session = self._session()
        transport.set_protocol(session)
        session.connection_made(transport)


async def _within(seconds: float, event: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        logger.warning("clients did not finish within %d s", seconds)
