"""The SMTP server: listens, bounds the number of connections, ends without losing a mail."""

import asyncio
import logging
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from infra.local.acceptance import Submission
from infra.local.intake import Intake
from infra.local.mail_policy import MailPolicy
from infra.local.mail_session import PATIENCE, MailSession, Patience
from mayfly.domain.address import Address
from mayfly.domain.errors import InvalidInput

logger = logging.getLogger("mayfly.smtp")

MAX_CONNECTIONS = 200
DRAIN_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class MailServer:
    """An SMTP server on a socket that listens already."""

    domains: Sequence[str]
    is_known: Callable[[Address], bool]
    accept: Callable[[Submission], str]
    max_bytes: int
    banner: str
    tls: ssl.SSLContext | None = None
    patience: Patience = PATIENCE
    intake: Intake = field(default_factory=Intake)

    @asynccontextmanager
    async def serving(
        self,
        listener: socket.socket,
        max_connections: int = MAX_CONNECTIONS,
        drain_seconds: float = DRAIN_SECONDS,
    ) -> AsyncIterator[None]:
        """Take mail until the block ends; then mails under way have so long to come in.

        Those that wait for room then are refused, for their senders to try again.
        """
        sessions: set[MailSession] = set()
        ended = asyncio.Event()

        def remember(session: MailSession) -> None:
            sessions.add(session)
            ended.clear()

        def forget(session: MailSession) -> None:
            sessions.discard(session)
            if not sessions:
                ended.set()

        def connect() -> asyncio.Protocol:
            if len(sessions) >= max_connections:
                return _Refusal("421 4.3.2 Too many connections")
            return self._session(remember, forget)

        server = await asyncio.get_running_loop().create_server(connect, sock=listener)
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
        policy = MailPolicy(self.domains, self.is_known, self.accept, self.intake, remember, forget)
        return MailSession(
            policy,
            max_bytes=self.max_bytes,
            banner=self.banner,
            tls=self.tls,
            loop=asyncio.get_running_loop(),
            patience=self.patience,
        )


class _Refusal(asyncio.Protocol):
    """A connection that is told why it is not served."""

    def __init__(self, answer: str) -> None:
        self._answer = answer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        transport.write(f"{self._answer}\r\n".encode())
        transport.close()


def tls_context(certificate: str, key: str) -> ssl.SSLContext | None:
    """What STARTTLS is offered with; None without a certificate. InvalidInput names a bad file."""
    if not certificate:
        return None
    for name, file in (("SMTP_TLS_CERT", certificate), ("SMTP_TLS_KEY", key)):
        if file and not Path(file).is_file():
            raise InvalidInput(f"{name}: there is no file {file!r}")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(certificate, key or None)
    except (ssl.SSLError, OSError) as error:
        raise InvalidInput(f"SMTP_TLS_CERT and SMTP_TLS_KEY do not fit: {error}") from error
    return context


async def _within(seconds: float, event: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        logger.warning("clients did not finish within %d s", seconds)
