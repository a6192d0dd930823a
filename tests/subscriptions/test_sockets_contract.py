"""What every Sockets must do: the fake, and the adapter over HTTP as @connections speaks it."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

import boto3
import pytest
from botocore.config import Config

from mayfly.errors import ConnectionGone, PushFailed
from mayfly.kit.ports import SocketControl, Sockets
from mayfly.subscriptions.apigateway import PUSH_CONFIG, ApiGatewaySockets
from tests.memory import FakeSockets

STAGE = "/live"
DEADLINE = 10.0
IMPATIENT = Config(connect_timeout=0.5, read_timeout=0.2)


@dataclass
class Gateway:
    """Clients of a WebSocket API, and how the service behaves towards who posts to them."""

    frames: list[tuple[str, str]] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    requests: int = 0
    trouble: Callable[["Connections", int], bool] = lambda _, __: False
    over: threading.Event = field(default_factory=threading.Event)


class Connections(BaseHTTPRequestHandler):
    """`POST /<stage>/@connections/<id>` as API Gateway answers it."""

    protocol_version = "HTTP/1.1"
    gateway: Gateway

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.gateway.requests += 1
        if self.gateway.trouble(self, self.gateway.requests):
            return
        prefix, _, connection_id = unquote(self.path).rpartition("/")
        if prefix != f"{STAGE}/@connections":
            self.refuse(403, "ForbiddenException")
        elif connection_id in self.gateway.gone:
            self.refuse(410, "GoneException")
        else:
            self.gateway.frames.append((connection_id, body.decode()))
            self.respond(200, b"")

    def do_GET(self) -> None:
        connection_id = unquote(self.path).rpartition("/")[2]
        if connection_id in self.gateway.gone:
            self.refuse(410, "GoneException")
        else:
            described = {
                "connectedAt": "2026-01-01T12:00:00Z",
                "lastActiveAt": "2026-01-01T12:00:00Z",
            }
            self.respond(200, json.dumps(described).encode())

    def do_DELETE(self) -> None:
        connection_id = unquote(self.path).rpartition("/")[2]
        if connection_id in self.gateway.gone:
            self.refuse(410, "GoneException")
        else:
            self.gateway.gone.add(connection_id)
            self.respond(204, b"")

    def refuse(self, status: int, name: str) -> None:
        self.respond(status, json.dumps({"message": name}).encode(), name)

    def respond(self, status: int, body: bytes, name: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if name:
            self.send_header("x-amzn-ErrorType", name)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
def endpoint(gateway: Gateway) -> Iterator[str]:
    handler = type("Handler", (Connections,), {"gateway": gateway})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        serving.start()
        yield f"http://127.0.0.1:{server.server_port}{STAGE}"
        gateway.over.set()
        server.shutdown()
        serving.join(DEADLINE)


@pytest.fixture
def adapter(endpoint: str) -> Iterator[ApiGatewaySockets]:
    client: Any = boto3.client(
        "apigatewaymanagementapi", endpoint_url=endpoint, config=PUSH_CONFIG.merge(IMPATIENT)
    )
    with closing(client):
        yield ApiGatewaySockets(client)


@pytest.fixture(params=["fake", "http"])
def world(
    request: pytest.FixtureRequest, gateway: Gateway
) -> tuple[Sockets, list[tuple[str, str]], set[str]]:
    if request.param == "fake":
        fake = FakeSockets()
        return fake, fake.frames, fake.gone
    return request.getfixturevalue("adapter"), gateway.frames, gateway.gone


World = tuple[Sockets, list[tuple[str, str]], set[str]]


def test_frames_reach_the_connection_as_they_are_and_in_order(world: World) -> None:
    sockets, frames, _ = world

    sockets.post("L0SM9cOFvHcCIhw=", '{"type":"pong","id":"ü🦋"}')
    sockets.post("other", "{}")
    sockets.post("L0SM9cOFvHcCIhw=", "2")

    assert frames == [
        ("L0SM9cOFvHcCIhw=", '{"type":"pong","id":"ü🦋"}'),
        ("other", "{}"),
        ("L0SM9cOFvHcCIhw=", "2"),
    ]


def test_a_connection_that_is_closed_is_told_from_all_other_trouble(world: World) -> None:
    sockets, frames, gone = world
    gone.add("c1")

    with pytest.raises(ConnectionGone):
        sockets.post("c1", "1")
    sockets.post("c2", "2")

    assert frames == [("c2", "2")]


@pytest.mark.parametrize(
    ("status", "name", "attempts"),
    [
        (429, "LimitExceededException", 2),
        (500, "InternalServerErrorException", 2),
        (413, "PayloadTooLargeException", 1),
        (403, "ForbiddenException", 1),
    ],
)
def test_any_other_refusal_fails_the_frame_after_two_attempts_at_most(
    adapter: ApiGatewaySockets, gateway: Gateway, status: int, name: str, attempts: int
) -> None:
    def refuse(connection: Connections, _: int) -> bool:
        connection.refuse(status, name)
        return True

    gateway.trouble = refuse

    with pytest.raises(PushFailed):
        adapter.post("c1", "1")

    assert gateway.requests == attempts


def test_410_without_the_name_of_an_error_is_gone_too(
    adapter: ApiGatewaySockets, gateway: Gateway
) -> None:
    def answer_bare(connection: Connections, _: int) -> bool:
        connection.respond(410, b"")
        return True

    gateway.trouble = answer_bare

    with pytest.raises(ConnectionGone):
        adapter.post("c1", "1")


def test_a_kept_connection_that_broke_costs_no_frame(
    adapter: ApiGatewaySockets, gateway: Gateway
) -> None:
    def hang_up_on_the_second(connection: Connections, number: int) -> bool:
        connection.close_connection = number == 2
        return number == 2

    gateway.trouble = hang_up_on_the_second

    adapter.post("c1", "1")
    adapter.post("c1", "2")

    assert gateway.frames == [("c1", "1"), ("c1", "2")]
    assert gateway.requests == 3


def test_no_answer_at_all_fails_the_frame(adapter: ApiGatewaySockets, gateway: Gateway) -> None:
    def never_answer(connection: Connections, _: int) -> bool:
        connection.close_connection = True
        return gateway.over.wait(DEADLINE)

    gateway.trouble = never_answer

    with pytest.raises(PushFailed):
        adapter.post("c1", "1")


def test_nobody_listening_fails_the_frame() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Connections) as closed:
        port = closed.server_port
    client: Any = boto3.client(
        "apigatewaymanagementapi", endpoint_url=f"http://127.0.0.1:{port}", config=PUSH_CONFIG
    )

    with closing(client), pytest.raises(PushFailed):
        ApiGatewaySockets(client).post("c1", "1")


@pytest.fixture(params=["fake", "http"])
def control(request: pytest.FixtureRequest) -> SocketControl:
    if request.param == "fake":
        return FakeSockets()
    found: SocketControl = request.getfixturevalue("adapter")
    return found


def test_a_connection_is_there_until_it_is_ended(control: SocketControl) -> None:
    assert control.is_open("L0SM9cOFvHcCIhw=")

    control.close("L0SM9cOFvHcCIhw=")
    control.close("L0SM9cOFvHcCIhw=")

    assert not control.is_open("L0SM9cOFvHcCIhw=")
    assert control.is_open("other")


def test_whether_a_connection_is_there_may_be_unknown() -> None:
    closed = boto3.client(
        "apigatewaymanagementapi",
        endpoint_url="http://127.0.0.1:9",
        config=PUSH_CONFIG.merge(IMPATIENT),
    )
    with closing(closed), pytest.raises(PushFailed):
        ApiGatewaySockets(closed).is_open("c1")
