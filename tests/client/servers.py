"""Small servers that answer as they are told, and remember what they were asked."""

import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from tests.local.conftest import DEADLINE

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
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
            while request := self._request(connection):
                self.requests.append(request)
                said = self.says(len(self.requests))
                if said is None:
                    break
                connection.sendall(said)
                if self.ends:
                    break
        self.gone.set()

    def _request(self, connection: socket.socket) -> bytes:
        """Head and body; nothing once the connection is over."""
        found, wanted = b"", 1
        while len(found) < wanted:
            part = connection.recv(65536)
            if not part:
                return b""
            found += part
            head, end, _ = found.partition(b"\r\n\r\n")
            length = _LENGTH.search(head)
            more = int(length[1]) if length else 0
            wanted = len(head) + len(end) + more if end else len(found) + 1
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
