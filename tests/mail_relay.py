"""A real relay on loopback: aiosmtpd with AUTH and TLS, and servers that keep to no standard."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

HOST = "127.0.0.1"
USER, PASSWORD = "ann@relay.example", "pa$$ wörd"


@dataclass
class Taken:
    """What a relay was given, and what it answers to it."""

    mails: list[Envelope] = field(default_factory=list)
    refusals: dict[str, str] = field(default_factory=dict)
    """Its answer to a recipient, or to `DATA`, or to `MAIL`."""
    logins: list[str] = field(default_factory=list)

    async def handle_MAIL(
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "MAIL" in self.refusals:
            return self.refusals["MAIL"]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:
        if "DATA" in self.refusals:
            return self.refusals["DATA"]
        self.mails.append(envelope)
        return "250 queued as 1"

    def authenticate(
        self, server: Any, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        self.logins.append(mechanism)
        is_right = isinstance(data, LoginPassword) and (
            (data.login.decode(), data.password.decode()) == (USER, PASSWORD)
        )
        return AuthResult(success=is_right, handled=False)


@contextmanager
def relay(
    tls: ssl.SSLContext | None = None, *, at_once: bool = False, **options: Any
) -> Iterator[tuple[int, Taken]]:
    """A relay's port, and what it takes. With `at_once` TLS is there from the first byte."""
    taken, sessions = Taken(), list[SMTP]()
    loop = asyncio.new_event_loop()

    def connect() -> SMTP:
        session = SMTP(
            taken,
            authenticator=taken.authenticate,
            auth_require_tls=not at_once,
            tls_context=None if at_once else tls,
            loop=loop,
            hostname="relay.example",
            **options,
        )
        sessions.append(session)
        return session

    listening = socket.create_server((HOST, 0))
    server = loop.run_until_complete(
        loop.create_server(connect, sock=listening, ssl=tls if at_once else None)
    )
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield listening.getsockname()[1], taken
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        _end(loop, sessions)


def _end(loop: asyncio.AbstractEventLoop, sessions: list[SMTP]) -> None:
    async def ended() -> None:
        for session in sessions:  # clients that refused the certificate leave some half open
            for transport in (session.transport, getattr(session, "_original_transport", None)):
                if isinstance(transport, asyncio.Transport):
                    transport.abort()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for each in tasks:
            each.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for _ in range(5):  # an aborted transport closes its socket in one of the next turns
            await asyncio.sleep(0)

    loop.run_until_complete(ended())
    loop.close()


Says = Callable[[socket.socket], None]


@contextmanager
def server(says: Says) -> Iterator[int]:
    """The port of a server that does this to the one client it takes."""
    listening = socket.create_server((HOST, 0))

    def serve() -> None:
        with suppress(OSError), listening.accept()[0] as client:
            says(client)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()


def script(*lines: bytes) -> Says:
    """A server that answers each line with the next of these, and is silent after the last."""

    def says(client: socket.socket) -> None:
        heard = client.makefile("rb")
        for line in lines:
            client.sendall(line)
            if not heard.readline():
                return
        heard.read()  # until the client leaves

    return says
