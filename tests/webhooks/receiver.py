"""A receiver of webhooks on this machine: what it was sent, and what it answers."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Told:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Answer:
    """What to answer."""

    status: int = 200
    body: bytes = b"thank you"
    headers: dict[str, str] = field(default_factory=dict)
    wait: threading.Event | None = None


class Receiver:
    """A server that keeps what it is sent; `answers` are given one after the other, then 200."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/hook"
        self.told: list[Told] = []
        self.answers: list[Answer] = []
        self._heard = threading.Condition()

    def take(self, told: Told) -> Answer:
        with self._heard:
            self.told.append(told)
            answer = self.answers.pop(0) if self.answers else Answer()
            self._heard.notify_all()
        return answer

    def wait_for(self, count: int, seconds: float = 60) -> list[Told]:
        """The first so many requests, once there are as many."""
        with self._heard:
            assert self._heard.wait_for(lambda: len(self.told) >= count, seconds), len(self.told)
            return self.told[:count]


@contextmanager
def receiver(before: Callable[[Any], None] = lambda server: None) -> Iterator[Receiver]:
    """One on a port that is free, until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = found.take(Told(self.path, headers, self.rfile.read(length)))
            if answer.wait is not None:
                answer.wait.wait(60)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *arguments: Any) -> None:
            """Nothing is printed."""

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:  # the client did not wait
                return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found = Receiver(server.server_port)
    before(server)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
