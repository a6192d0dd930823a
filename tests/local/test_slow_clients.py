"""Clients that send no whole request: each is sent away, and others are served meanwhile."""

import asyncio
import http.client
import socket
import threading
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from infra.local.apigateway.rest import HttpGateway
from infra.local.apigateway.websocket import SocketGateway
from infra.local.connections import Bounds
from mayfly.limits import MAX_FRAME_BYTES
from tests.local.conftest import DEADLINE, Loop, listener

BRIEF = Bounds(connections=3, patience=timedelta(milliseconds=300))
PAUSE = 0.05
HEAD = b"GET /api/emails/x HTTP/1.1\r\nHost: localhost\r\n"


def drip(connection: socket.socket, octets: bytes) -> bytes:
    """Send byte by byte until it is refused; what was answered."""
    rest = threading.Event()
    try:
        for number in range(int(DEADLINE / PAUSE)):
            connection.sendall(octets[number % len(octets) :][:1])
            rest.wait(PAUSE)
    except OSError:
        return answered(connection)
    raise AssertionError("the server waits for as long as one likes")


def answered(connection: socket.socket) -> bytes:
    """All that comes until the server ends the connection."""
    said = b""
    try:
        while block := connection.recv(65536):
            said += block
    except ConnectionError:
        pass
    return said


@contextmanager
def connected(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), DEADLINE) as connection:
        yield connection


@pytest.fixture
def http_port(loop: Loop) -> Iterator[int]:
    def answer(event: dict[str, Any]) -> Any:
        return {"statusCode": 200, "body": "ok"}

    where = listener()
    with ThreadPoolExecutor(4) as threads:
        gateway = HttpGateway(answer, threads, bounds=BRIEF)
        with loop.inside(gateway.serving(where)):
            yield where.getsockname()[1]


def served(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE)
    try:
        connection.request("POST", "/api/emails", b"{}")
        return connection.getresponse().read() == b"ok"
    finally:
        connection.close()


@pytest.mark.parametrize("sent", [b"", HEAD], ids=["nothing", "one line"])
def test_a_request_head_that_does_not_end_is_cut_off(http_port: int, sent: bytes) -> None:
    with connected(http_port) as slow:
        slow.sendall(sent)

        assert served(http_port)
        assert answered(slow) == b""


def test_a_request_head_in_single_bytes_is_cut_off(http_port: int) -> None:
    with connected(http_port) as slow:
        slow.sendall(HEAD)

        assert drip(slow, b"X-A: b\r\n") == b""


def test_a_body_that_does_not_end_is_answered_408(http_port: int) -> None:
    head = b"POST /api/emails HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n"

    with connected(http_port) as slow:
        slow.sendall(head)
        said = drip(slow, b"{")

    assert said == b"" or said.startswith(b"HTTP/1.1 408 ")


def test_places_taken_by_silent_clients_become_free(http_port: int) -> None:
    silent = [socket.create_connection(("127.0.0.1", http_port), DEADLINE) for _ in range(3)]

    with connected(http_port) as one_too_many:
        assert answered(one_too_many) == b""
    for each in silent:
        assert answered(each) == b""
        each.close()

    assert served(http_port)


class Sockets:
    """A WebSocket function that answers each frame with one as large."""

    def handle(self, event: dict[str, Any]) -> Any:
        return {"statusCode": 200, "body": event.get("body")}


@asynccontextmanager
async def sockets(bounds: Bounds) -> Any:
    where = listener()
    with ThreadPoolExecutor(4) as threads:
        gateway = SocketGateway(Sockets().handle, threads, bounds=bounds)
        async with gateway.serving(where), aiohttp.ClientSession() as http:
            yield f"http://127.0.0.1:{where.getsockname()[1]}", http


def run(test: Any) -> None:
    async def bounded() -> None:
        await asyncio.wait_for(test, DEADLINE)

    asyncio.run(bounded())


def test_a_flood_of_frames_costs_little_memory_and_keeps_nobody_waiting() -> None:
    frame, count = "x" * (MAX_FRAME_BYTES - 1), 1500

    async def talk() -> None:
        async with sockets(BRIEF) as (url, http):
            flooding = await http.ws_connect(url)
            flood = asyncio.create_task(_flood(flooding, frame, count))
            quiet = await http.ws_connect(url)
            tracemalloc.start()
            for number in range(50):
                await quiet.send_str(f"hello {number}")
                assert await quiet.receive_str() == f"hello {number}"
            await flood
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            assert peak < 10_000_000  # the flood is five times as much, and as much is answered
            transport = flooding._response.connection.transport
            transport.abort()
            await quiet.close()

    run(talk())


async def _flood(socket_: aiohttp.ClientWebSocketResponse, frame: str, count: int) -> None:
    """Frames without taking an answer, for as long as the server takes them."""
    socket_._response.connection.transport.pause_reading()  # type: ignore[union-attr]
    for _ in range(count):
        try:
            await asyncio.wait_for(socket_.send_str(frame), 2.0)
        except (TimeoutError, ConnectionError, aiohttp.ClientError):
            return


def test_a_handshake_that_does_not_end_is_cut_off_and_a_socket_stays() -> None:
    async def talk() -> None:
        async with sockets(BRIEF) as (url, http):
            port = int(url.rpartition(":")[2])
            socket_ = await http.ws_connect(url)
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET / HTTP/1.1\r\n")
            assert await reader.read() == b""
            writer.close()
            await asyncio.sleep(2 * BRIEF.patience.total_seconds())
            await socket_.send_str("still there")
            assert await socket_.receive_str() == "still there"
            await socket_.close()

    run(talk())
