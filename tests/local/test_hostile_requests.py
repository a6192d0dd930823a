"""Requests that no client of good faith sends: bounded, refused whole, and never two in one."""

import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from infra.local.apigateway.rest import HttpGateway
from infra.local.connections import Bounds
from tests.local.conftest import DEADLINE, Loop, listener

BRIEF = Bounds(patience=timedelta(milliseconds=500))  # then the server ends the connection
HOST = "Host: localhost\r\n"
POST = f"POST /api/emails HTTP/1.1\r\n{HOST}"
SMUGGLED = "DELETE /api/emails/victim HTTP/1.1\r\nHost: localhost\r\n\r\n"


class Server:
    """A server whose function remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.port = 0

    def handle(self, event: dict[str, Any]) -> Any:
        self.asked.append(event["httpMethod"])
        return {"statusCode": 200, "body": "ok"}

    def answers(self, text: str) -> list[int]:
        """The statuses of all answers, until the server ends the connection."""
        said = self.said(text)
        return [int(part[:3]) for part in said.decode("latin-1").split("HTTP/1.1 ")[1:]]

    def said(self, text: str) -> bytes:
        with socket.create_connection(("127.0.0.1", self.port), DEADLINE) as connection:
            said = b""
            try:
                connection.sendall(text.encode("latin-1"))
                while block := connection.recv(65536):
                    said += block
            except ConnectionError:
                pass  # it did not take all of it
            return said


@pytest.fixture
def server(loop: Loop) -> Iterator[Server]:
    where, server = listener(), Server()
    server.port = where.getsockname()[1]
    with ThreadPoolExecutor(2) as threads:
        gateway = HttpGateway(server.handle, threads, bounds=BRIEF)
        with loop.inside(gateway.serving(where)):
            yield server


@pytest.mark.parametrize(
    "request_",
    [
        f"{POST}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{SMUGGLED}",
        f"{POST}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n{SMUGGLED}",
        f"{POST}Content-Length: 0\r\nContent-Length: 5\r\n\r\nabcde{SMUGGLED}",
        f"{POST}Content-Length: 0, 5\r\n\r\nabcde{SMUGGLED}",
        f"{POST}Content-Length: +5\r\n\r\nabcde{SMUGGLED}",
        f"{POST}Content-Length: 0x5\r\n\r\nabcde{SMUGGLED}",
        f"{POST}Content-Length: -1\r\n\r\n{SMUGGLED}",
        f"{POST}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{SMUGGLED}",
        f"{POST}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n{SMUGGLED}",
        f"{POST}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n{SMUGGLED}",
        f"{POST}Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n{SMUGGLED}",
        f"{POST}Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n{SMUGGLED}",
        f"{POST}Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n{SMUGGLED}",
        f"{POST}X: a\r\n\tTransfer-Encoding: chunked\r\n\r\n{SMUGGLED}",
        f"{POST}X: a\x00b\r\n\r\n{SMUGGLED}",
        f"{POST}X: a\rContent-Length: 5\r\n\r\n{SMUGGLED}",
        f"{POST}X y: a\r\n\r\n{SMUGGLED}",
        f"{POST}: a\r\n\r\n{SMUGGLED}",
        f"POST /api/emails HTTP/1.1 x\r\n{HOST}\r\n{SMUGGLED}",
        f"POST /api/emails HTTP/9.9\r\n{HOST}\r\n{SMUGGLED}",
    ],
)
def test_a_request_whose_end_is_not_clear_hides_no_other(server: Server, request_: str) -> None:
    statuses = server.answers(request_)

    assert statuses in ([400], [200, 400], [])
    assert "DELETE" not in server.asked


@pytest.mark.parametrize(
    "request_",
    [
        f"GET /api/emails/{'x' * 9000} HTTP/1.1\r\n{HOST}\r\n",
        f"{POST}X: {'x' * 9000}\r\n\r\n",
        f"{POST}{'x' * 9000}: x\r\n\r\n",
        POST + "".join(f"X-{number}: x\r\n" for number in range(200)) + "\r\n",
        f"POST /api/emails HTTP/1.1\r\n{'X: y' * 100_000}",
    ],
    ids=["target", "value", "name", "headers", "no end"],
)
def test_a_head_is_bounded(server: Server, request_: str) -> None:
    statuses = server.answers(request_)

    assert statuses in ([400], [])
    assert server.asked == []


@pytest.mark.parametrize("size", [100, 65536])
def test_a_body_in_chunks_is_one_body(server: Server, size: int) -> None:
    chunk = f"{size:x};a=b\r\n{'x' * size}\r\n"

    statuses = server.answers(
        f"{POST}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n{chunk * 3}0\r\n\r\n"
    )

    assert statuses == [200]


def test_a_body_in_chunks_is_bounded_though_nobody_said_how_long_it_is(server: Server) -> None:
    chunk = f"100000\r\n{'x' * 0x100000}\r\n"

    statuses = server.answers(f"{POST}Transfer-Encoding: chunked\r\n\r\n{chunk * 12}0\r\n\r\n")

    assert statuses in ([413], [])
    assert server.asked == []


def test_a_body_that_is_said_to_be_too_large_is_refused_before_it_comes(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), DEADLINE) as connection:
        connection.sendall(f"{POST}Content-Length: 1000000000000\r\n\r\n".encode())
        said = connection.recv(65536)

    assert said.startswith(b"HTTP/1.1 413 ")
    assert server.asked == []


def test_what_is_no_http_is_refused_in_the_envelope_without_a_part_of_it(server: Server) -> None:
    head, _, body = server.said(f"{POST}secret token: a\r\n\r\n").partition(b"\r\n\r\n")

    assert json.loads(body)["error"]["code"] == "VALIDATION_ERROR"
    assert b"secret" not in body
    assert b"X-Frame-Options" in head
