"""Places: one peer cannot take them all, and who waits for mail keeps none from short requests."""

import asyncio
import http.client
import json
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import Any

import pytest

from infra.local.apigateway.rest import HttpGateway
from infra.local.apigateway.websocket import SocketGateway
from infra.local.connections import Bounds, Places, peer_of
from infra.local.smtp.policy import Post
from infra.local.smtp.server import MailServer
from tests.local.conftest import DEADLINE, Loop, listener, until

GREEDY, OTHER = "127.0.0.2", "127.0.0.3"
BOUNDS = Bounds(connections=10, patience=timedelta(seconds=DEADLINE), share=50)
ANYBODY = Post(lambda _: True, lambda _: "id")


class Function:
    """Answers what waits only when it may."""

    def __init__(self) -> None:
        self.waiting: list[Any] = []
        self.proceed = threading.Event()

    def handle(self, event: dict[str, Any]) -> Any:
        query = event.get("queryStringParameters") or {}
        if query.get("wait", "0") != "0" or query.get("slow"):
            self.waiting.append(event)
            self.proceed.wait(DEADLINE)
        return {"statusCode": 200, "body": "ok"}


@contextmanager
def connected(port: int, peer: str) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), DEADLINE, (peer, 0)) as connection:
        yield connection


def is_ended(connection: socket.socket) -> bool:
    try:
        return connection.recv(1) == b""
    except ConnectionError:
        return True


def asked(port: int, peer: str, path: str = "/health") -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(
        "127.0.0.1", port, timeout=DEADLINE, source_address=(peer, 0)
    )
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@pytest.fixture
def function() -> Function:
    return Function()


Serve = Callable[..., Any]


@pytest.fixture
def serve(loop: Loop, function: Function) -> Serve:
    @contextmanager
    def serving(**options: Any) -> Iterator[int]:
        where = listener()
        with ThreadPoolExecutor(16) as threads:
            gateway = HttpGateway(function.handle, threads, **({"bounds": BOUNDS} | options))
            with loop.inside(gateway.serving(where)):
                try:
                    yield where.getsockname()[1]
                finally:
                    function.proceed.set()

    return serving


def test_one_address_cannot_take_all_connections_of_http(serve: Serve) -> None:
    with serve() as port, ExitStack() as held:
        for _ in range(5):
            held.enter_context(connected(port, GREEDY))
        one_more = held.enter_context(connected(port, GREEDY))

        assert is_ended(one_more)
        assert asked(port, OTHER) == (200, b"ok")


def test_connections_that_end_give_their_places_back(serve: Serve) -> None:
    with serve() as port:
        for _ in range(30):
            assert asked(port, GREEDY) == (200, b"ok")


def test_one_address_cannot_take_all_connections_of_websocket(loop: Loop) -> None:
    where = listener()
    with ThreadPoolExecutor(4) as threads:
        gateway = SocketGateway(Function().handle, threads, bounds=BOUNDS)
        with loop.inside(gateway.serving(where)), ExitStack() as held:
            port = where.getsockname()[1]
            for _ in range(5):
                held.enter_context(connected(port, GREEDY))

            assert is_ended(held.enter_context(connected(port, GREEDY)))
            assert asked(port, OTHER, "/")[0] == 426


def test_one_address_cannot_take_all_connections_of_smtp(loop: Loop) -> None:
    where = listener()
    server = MailServer(
        ("a.example",), Post(lambda _: True, lambda _: "id"), 1000, "hello", share=50
    )
    with loop.inside(server.serving(where, max_connections=10)), ExitStack() as held:
        port = where.getsockname()[1]
        for _ in range(5):
            assert first_line(held.enter_context(connected(port, GREEDY))).startswith("220 ")
        refused = first_line(held.enter_context(connected(port, GREEDY)))
        others = [first_line(held.enter_context(connected(port, OTHER))) for _ in range(5)]
        full = first_line(held.enter_context(connected(port, "127.0.0.4")))

    assert refused == "421 4.7.0 Too many connections from your address (PEER_SHARE)"
    assert all(each.startswith("220 ") for each in others)
    assert full == "421 4.3.2 Too many connections"


def test_smtp_connections_that_end_give_their_places_back(loop: Loop) -> None:
    where = listener()
    server = MailServer(
        ("a.example",), Post(lambda _: True, lambda _: "id"), 1000, "hello", share=50
    )
    with loop.inside(server.serving(where, max_connections=4)):
        port = where.getsockname()[1]

        def is_served() -> bool:
            with connected(port, GREEDY) as connection:
                said = first_line(connection)
                connection.sendall(b"QUIT\r\n")
                while connection.recv(100):
                    pass
                return said.startswith("220 ")

        assert all(until(is_served) for _ in range(12))


def first_line(connection: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\r\n"):
        said += connection.recv(1)
    return said.decode().strip()


def test_long_polls_leave_places_to_short_requests(serve: Serve, function: Function) -> None:
    path = "/api/emails/a/messages?wait=25"
    with serve(concurrency=4, bounds=Bounds()) as port, ThreadPoolExecutor(4) as clients:
        waiting = [clients.submit(asked, port, GREEDY, path) for _ in range(3)]
        assert until(lambda: len(function.waiting) == 3)

        refused, body = asked(port, OTHER, path)
        short = [asked(port, OTHER), asked(port, GREEDY, "/api/emails/a/messages?wait=0")]
        function.proceed.set()

    assert (refused, json.loads(body)["error"]["code"]) == (429, "RATE_LIMIT_EXCEEDED")
    assert short == [(200, b"ok")] * 2
    assert [each.result() for each in waiting] == [(200, b"ok")] * 3


def test_one_address_cannot_have_all_requests_under_way(serve: Serve, function: Function) -> None:
    bounds = Bounds(share=50)
    with serve(concurrency=4, bounds=bounds) as port, ThreadPoolExecutor(4) as clients:
        slow = [clients.submit(asked, port, GREEDY, "/health?slow=1") for _ in range(2)]
        assert until(lambda: len(function.waiting) == 2)

        refused, body = asked(port, GREEDY)
        other = asked(port, OTHER)
        function.proceed.set()
        assert [each.result()[0] for each in slow] == [200, 200]
        after = asked(port, GREEDY)

    assert refused == 429
    assert "(PEER_SHARE)" in json.loads(body)["error"]["message"]
    assert (other, after) == ((200, b"ok"), (200, b"ok"))


def test_large_bodies_that_do_not_come_leave_memory_to_others(serve: Serve) -> None:
    head = "POST /api/emails HTTP/1.1\r\nHost: localhost\r\n"
    whole, small = "x" * 100_000, "{}"

    def posted(peer: str, body: str) -> bytes:
        with connected(port, peer) as client:
            client.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
            return client.recv(12)

    with serve(bounds=Bounds(share=50)) as port, ExitStack() as held:
        for number in range(25):
            begun = held.enter_context(connected(port, GREEDY))
            length = "Transfer-Encoding: chunked" if number % 2 else "Content-Length: 4000000"
            begun.sendall(f"{head}{length}\r\n\r\n".encode())

        assert until(lambda: posted(GREEDY, whole) == b"HTTP/1.1 429")
        assert posted(GREEDY, small) == b"HTTP/1.1 200"
        assert posted(OTHER, whole) == b"HTTP/1.1 200"


class Transport(asyncio.BaseTransport):
    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self._extra.get(name, default)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (("2001:db8::1", 1, 0, 0), ("2001:db8::ffff:1", 2, 0, 0), True),
        (("2001:db8::1", 1, 0, 0), ("2001:db8:0:1::1", 1, 0, 0), False),
        (("::ffff:127.0.0.1", 1, 0, 0), ("127.0.0.1", 1), True),
        (("127.0.0.1", 1), ("127.0.0.2", 1), False),
        (("fe80::1%eth0", 1, 0, 2), ("fe80::2%eth0", 1, 0, 2), True),
        ("", None, True),
    ],
)
def test_a_peer_is_an_address_or_a_network_of_ipv6(one: Any, other: Any, is_same: bool) -> None:
    peers = [peer_of(Transport({"peername": each})) for each in (one, other)]

    assert (peers[0] == peers[1]) is is_same


def test_there_is_always_one_place_for_a_peer() -> None:
    places = Places(total=1, share=1)

    assert places.take("a")
    assert not places.take("b")
    places.leave("a")
    assert places.take("b")
