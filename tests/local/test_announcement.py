"""What is printed when there is no address to try."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from infra.local.announcement import Addresses, announcement
from infra.local.configuration import Configuration
from mayfly.errors import MayflyError, NotPermitted, RateLimited, envelope, kind_of
from mayfly.proof_of_work.models import ProofRequired


@contextmanager
def answering(error: Exception) -> Iterator[str]:
    """An API that answers every POST with this error."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(kind_of(error).status)
            self.end_headers()
            self.wfile.write(json.dumps(envelope(error)).encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        thread.join()


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (NotPermitted("off"), "PUBLIC_INBOXES"),
        (ProofRequired("work"), "PROOF_OF_WORK"),
        (RateLimited("spent", 9), "budget"),
    ],
)
def test_without_an_address_to_try_it_says_why(error: MayflyError, says: str) -> None:
    with answering(error) as http:
        told = announcement(
            Addresses("127.0.0.1", 2525, http, "ws://127.0.0.1:1", "key"),
            Configuration.read({}),
        )

    assert says in told
    assert "there is no address to try" in told
    assert "An address to try" not in told
