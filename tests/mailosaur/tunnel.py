"""A proxy that leads every connection to one port: for clients that know port 443 alone."""

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class _Connect(socketserver.StreamRequestHandler):
    """Answers CONNECT (RFC 9110 section 9.3.6), whatever it asks for, and passes on the bytes."""

    target: int

    def handle(self) -> None:
        while self.rfile.readline().strip():
            pass
        with socket.create_connection(("127.0.0.1", self.target)) as there:
            self.wfile.write(b"HTTP/1.1 200 Connected\r\n\r\n")
            back = threading.Thread(target=_passed, args=(there, self.connection))
            back.start()
            _passed(self.connection, there)
            back.join()


def _passed(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):  # the other side may be gone
        while some := source.recv(65_536):
            target.sendall(some)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


class _Proxy(socketserver.ThreadingTCPServer):
    daemon_threads = True


@contextmanager
def tunnel_to(port: int) -> Iterator[str]:
    """The proxy's URL, while the block runs."""
    handler = type("_To", (_Connect,), {"target": port})
    with _Proxy(("127.0.0.1", 0), handler) as proxy:
        serving = threading.Thread(target=proxy.serve_forever, args=(0.05,))
        serving.start()
        try:
            yield f"http://127.0.0.1:{proxy.server_address[1]}"
        finally:
            proxy.shutdown()
            serving.join()
