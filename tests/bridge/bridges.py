"""The bridge by itself, in an event loop of the tests, before whatever answers as Mayfly."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from mayfly_client.bridge.server import IMAP, IMAPS, POP3, POP3S, Bridge, Listener
from mayfly_client.bridge.settings import Settings
from mayfly_client.bridge.tls import Tls
from tests.local.conftest import Loop


@dataclass(frozen=True)
class Running:
    """Its ports."""

    imap: int
    pop3: int
    imaps: int
    pop3s: int


@contextmanager
def bridge(
    loop: Loop,
    url: str,
    websocket: str = "",
    tls: Tls | None = None,
    trust: ssl.SSLContext | None = None,
) -> Iterator[Running]:
    """Served until the block ends."""
    with ExitStack() as stack:
        kinds = (IMAP, POP3, IMAPS, POP3S)
        sockets = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in kinds]
        listeners = [Listener(*each) for each in zip(kinds, sockets, strict=True)]
        served = loop.run(_made(Settings(url=url, socket=websocket), tls or Tls(), trust))
        with loop.inside(served.serving(listeners)):
            yield Running(*(each.port for each in listeners))


async def _made(settings: Settings, tls: Tls, trust: ssl.SSLContext | None) -> Bridge:
    return Bridge(settings, tls, trust)
