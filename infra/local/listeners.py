"""The ports: taken first of all, so that one that is not free is named at once."""

import errno
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Self

from bridge.server import Listener
from infra.local import mail_clients
from infra.local.apigateway.own_names import HOST
from infra.local.profile import OFF
from infra.local.settings import LaptopSettings
from mayfly.errors import InvalidInput

_BACKLOG = 256


class PortTaken(Exception):
    """Another program listens there; the message says what to set."""


@dataclass(frozen=True, slots=True)
class Listeners:
    """The sockets that the servers listen on."""

    smtp: socket.socket
    http: socket.socket
    websocket: socket.socket
    bucket: socket.socket
    mail_clients: tuple[Listener, ...] = ()
    https: socket.socket | None = None
    https_bucket: socket.socket | None = None

    @classmethod
    def open(cls, settings: LaptopSettings) -> Self:
        """Listen on all ports, or on none: PortTaken names the one that is not free."""
        with ExitStack() as opened:
            smtp, http, websocket, bucket = [
                opened.enter_context(_listening(host, port, variable))
                for host, port, variable in (
                    (settings.smtp_server_host, settings.smtp_server_port, "SMTP_SERVER_PORT"),
                    (HOST, settings.http_port, "HTTP_PORT"),
                    (HOST, settings.ws_port, "WS_PORT"),
                    (HOST, 0, "bucket"),
                )
            ]
            clients = mail_clients.opened(settings, _listening)
            secure: list[socket.socket] = []
            if settings.https_port not in ("", OFF):
                port = int(settings.https_port)
                secure.append(opened.enter_context(_listening(HOST, port, "HTTPS_PORT")))
                if not settings.files_url:
                    secure.append(opened.enter_context(_listening(HOST, 0, "bucket")))
            opened.pop_all()
            return cls(smtp, http, websocket, bucket, tuple(clients), *secure)

    def close(self) -> None:
        """Give the ports back; those that were given back are no error."""
        clients = (each.socket for each in self.mail_clients)
        secure = filter(None, (self.https, self.https_bucket))
        for each in (self.smtp, self.http, self.websocket, self.bucket, *clients, *secure):
            each.close()


def port_of(listener: socket.socket) -> int:
    """The port, also if any free one was asked for."""
    port: int = listener.getsockname()[1]
    return port


@contextmanager
def free_port_for(variable: str, port: int, host: str = HOST) -> Iterator[None]:
    """PortTaken or InvalidInput for the system's refusals to listen there in the block."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(
                f"Port {port} is taken. Set {variable} to another one, or to 0 for any that is free"
            ) from error
        raise InvalidInput(f"{variable}: cannot listen on {host}:{port} ({error})") from error


def _listening(host: str, port: int, variable: str) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    except socket.gaierror as error:
        setting = "SMTP_SERVER_HOST" if variable.startswith("SMTP") else "IMAP_HOST"
        raise InvalidInput(f"{setting}: {host!r} is no address here") from error
    with free_port_for(variable, port, host):
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
