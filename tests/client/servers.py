"""Small servers that answer as they are told, and remember what they were asked."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from tests.local.conftest import DEADLINE

PONG = b'{"message":"pong","timestamp":"2026-01-01T12:00:00.000Z"}'


def answer(content: bytes, status: str = "200 OK", *headers: str) -> bytes:
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(content)}", *headers, "", ""]
    return "\r\n".join(head).encode() + content


@dataclass
class Server:
    """`says` gives the answer to the request of this number; None ends the connection instead."""

    says: Callable[[int], bytes | None]
    ends: bool = False  # whether it ends each connection after its first answer
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    gone: threading.Event = field(default_factory=threading.Event)
    port: int = 0

    def talk(self, connection: socket.socket) -> None:
        self.connections += 1
        with connection, suppress(OSError):
            while head := self._head(connection):
                self.requests.append(head)
                said = self.says(len(self.requests))
                if said is None:
                    break
                connection.sendall(said)
                if self.ends:
                    break
        self.gone.set()

    def _head(self, connection: socket.socket) -> bytes:
        found = b""
        while b"\r\n\r\n" not in found:
            part = connection.recv(4096)
            if not part:
                return b""
            found += part
        return found


@contextmanager
def serving(server: Server, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """At its port, until the block ends."""
    threads: list[threading.Thread] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server.port = listening.getsockname()[1]

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    connection.settimeout(DEADLINE)
                    with suppress(ssl.SSLError):
                        wrapped = tls.wrap_socket(connection, server_side=True) if tls else None
                        thread = threading.Thread(
                            target=server.talk, args=(wrapped or connection,), daemon=True
                        )
                        thread.start()
                        threads.append(thread)

        accepting = threading.Thread(target=accept, daemon=True)
        accepting.start()
        try:
            yield server
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            accepting.join(DEADLINE)
            for each in threads:
                each.join(DEADLINE)
