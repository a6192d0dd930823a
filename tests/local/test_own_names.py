"""Names and origins: the laptop answers to its own, over HTTP and WebSocket, by raw requests."""

import json
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from infra.local.apigateway.own_names import OwnNames
from infra.local.apigateway.rest import HttpGateway
from infra.local.apigateway.websocket import SocketGateway
from tests.local.conftest import DEADLINE, Loop, listener

Event = dict[str, Any]
PAGE_PORT = 5000
NAMES = OwnNames(
    ("mayfly.localhost", "somebody.example"),
    ("box.lan", "tunnel.example:8443"),
    ("https://web.example", "https://other.example"),
    PAGE_PORT,
)
UPGRADE = (
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)


class Function:
    def __init__(self) -> None:
        self.events: list[Event] = []

    def handle(self, event: Event) -> Any:
        self.events.append(event)
        return {"statusCode": 200, "body": "ok"}


class Server:
    """A server and what raw requests to it are answered; `PORT` in them is its port."""

    def __init__(self, port: int, function: Function) -> None:
        self.port = port
        self.function = function

    def ask(self, request: str, *headers: str) -> tuple[int, Any]:
        """The status and the body; of an upgrade only the status."""
        text = "\r\n".join([request, *headers, "", ""]).replace("PORT", str(self.port))
        with socket.create_connection(("127.0.0.1", self.port), DEADLINE) as connection:
            connection.sendall(text.encode("latin-1"))
            head = b""
            while b"\r\n\r\n" not in head:
                head += connection.recv(1)
            length = 0
            for line in head.lower().split(b"\r\n"):
                if line.startswith(b"content-length:"):
                    length = int(line.partition(b":")[2])
            body = b""
            while len(body) < length:
                body += connection.recv(length - len(body))
        status = int(head.split()[1])
        return status, (json.loads(body)["error"] if body[:1] == b"{" else body)


@contextmanager
def served(loop: Loop, gateway: Any) -> Iterator[Server]:
    where, function = listener(), Function()
    with ThreadPoolExecutor(4) as threads:
        serving = gateway(function.handle, threads, names=NAMES).serving(where)
        with loop.inside(serving):
            yield Server(where.getsockname()[1], function)


@pytest.fixture
def http(loop: Loop) -> Iterator[Server]:
    with served(loop, HttpGateway) as server:
        yield server


@pytest.fixture
def websocket(loop: Loop) -> Iterator[Server]:
    with served(loop, SocketGateway) as server:
        yield server


Asking = Callable[..., tuple[int, Any]]


@pytest.fixture(params=["http", "websocket"])
def asking(request: pytest.FixtureRequest) -> Asking:
    """A request of each kind with these headers: 200 or 101 if it is let in."""
    server: Server = request.getfixturevalue(request.param)
    if request.param == "http":
        return lambda *headers: server.ask("POST /api/emails HTTP/1.1", *headers)
    return lambda *headers: server.ask(f"GET / HTTP/1.1\r\n{UPGRADE.rstrip()}", *headers)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1:PORT",
        "localhost:PORT",
        "LocalHost:PORT",
        "[::1]:PORT",
        "mayfly.localhost:PORT",
        "box.lan",
        "box.lan:PORT",
        "tunnel.example:8443",
    ],
)
def test_own_names_and_those_of_the_setting_are_answered(asking: Asking, host: str) -> None:
    status, _ = asking(f"Host: {host}")

    assert status in (200, 101)


@pytest.mark.parametrize(
    "host",
    [
        "elsewhere.example",
        "elsewhere.example:PORT",
        "somebody.example:PORT",  # a mail domain, which may be anybody's
        "127.0.0.1:1",
        "127.0.0.1:PORT@elsewhere.example",
        "127.0.0.1.elsewhere.example:PORT",
        "localhost.:PORT",
        "127.1:PORT",
        "2130706433:PORT",
        "0.0.0.0:PORT",
        "[::ffff:127.0.0.1]:PORT",
        "tunnel.example",
        "xbox.lan",
        "",
    ],
)
def test_other_names_are_not_answered(asking: Asking, host: str) -> None:
    status, error = asking(f"Host: {host}")

    assert (status, error["code"]) == (421, "MISDIRECTED_REQUEST")
    assert "ALLOWED_HOSTS" in error["message"]


@pytest.mark.parametrize(
    "headers",
    [
        [],
        ["Host: localhost:PORT", "Host: localhost:PORT"],
        ["Host: localhost:PORT", "HOST: elsewhere.example"],
    ],
    ids=["none", "twice", "two"],
)
def test_a_request_has_one_host(asking: Asking, headers: list[str]) -> None:
    status, _ = asking(*headers)

    assert status == 400


def test_a_program_that_speaks_http_1_0_need_not_name_a_host(http: Server) -> None:
    status, _ = http.ask("POST /api/emails HTTP/1.0")

    assert status == 200
    assert http.function.events[0]["headers"]["Host"] == f"127.0.0.1:{http.port}"


@pytest.mark.parametrize(
    ("target", "host", "wanted"),
    [
        ("http://127.0.0.1:PORT/api/emails?x=1", "127.0.0.1:PORT", 200),
        ("http://elsewhere.example/api/emails", "127.0.0.1:PORT", 421),
        ("http://elsewhere.example:PORT/api/emails", "127.0.0.1:PORT", 421),
        ("HTTP://ELSEWHERE.example/", "127.0.0.1:PORT", 421),
        ("http://127.0.0.1:PORT/api/emails", "elsewhere.example", 200),
        ("http://127.0.0.1:PORT@elsewhere.example/api/emails", "127.0.0.1:PORT", 421),
    ],
)
def test_the_name_in_a_target_counts(http: Server, target: str, host: str, wanted: int) -> None:
    status, _ = http.ask(f"GET {target} HTTP/1.1", f"Host: {host}")

    assert status == wanted
    assert len(http.function.events) == (wanted == 200)


@pytest.mark.parametrize(
    "request_line",
    [
        "OPTIONS * HTTP/1.1",
        "CONNECT 127.0.0.1:PORT HTTP/1.1",
        "CONNECT localhost:PORT HTTP/1.1",
        "GET ftp://127.0.0.1:PORT/health HTTP/1.1",
        "GET 127.0.0.1:PORT HTTP/1.1",
        "GET health HTTP/1.1",
    ],
)
def test_a_target_that_is_neither_path_nor_url_is_a_clean_400(
    http: Server, request_line: str
) -> None:
    """`*` and a name with a port are for proxies and servers as a whole."""
    status, error = http.ask(request_line, "Host: 127.0.0.1:PORT")

    assert (status, error["code"]) == (400, "VALIDATION_ERROR")
    assert http.function.events == []


@pytest.mark.parametrize("scheme", ["http", "HTTP", "https"])
def test_a_whole_url_as_target_is_its_path_and_query(http: Server, scheme: str) -> None:
    http.ask(
        f"GET {scheme}://localhost:PORT/api/emails/a%2Fb%40x/messages?limit=5&x=%26 HTTP/1.1",
        "Host: localhost:PORT",
    )

    (event,) = http.function.events
    assert event["path"] == "/api/emails/a%2Fb%40x/messages"
    assert event["queryStringParameters"] == {"limit": "5", "x": "&"}


def test_the_name_counts_where_there_is_nothing(http: Server) -> None:
    status, _ = http.ask("GET /nothing HTTP/1.1", "Host: elsewhere.example")

    assert status == 421


def test_links_begin_with_a_name_of_the_configuration(http: Server) -> None:
    http.ask(
        "GET /health HTTP/1.1",
        "Host: LOCALHOST",
        "X-Forwarded-Host: elsewhere.example",
        "X-Forwarded-Proto: https",
        "x-forwarded-proto: https",
        "X-FORWARDED-PORT: 1",
        "x-forwarded-for: 192.0.2.1",
        "Forwarded: host=elsewhere.example;proto=https",
    )

    (event,) = http.function.events
    told = {name.lower(): value for name, value in event["headers"].items()}
    assert event["requestContext"]["domainName"] == f"localhost:{http.port}"
    assert told["host"] == f"localhost:{http.port}"
    assert (told["x-forwarded-proto"], told["x-forwarded-port"]) == ("http", str(http.port))
    assert told["x-forwarded-for"] == "127.0.0.1"


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [f"Origin: http://127.0.0.1:{PAGE_PORT}", "Sec-Fetch-Site: same-site"],
        [f"Origin: http://localhost:{PAGE_PORT}"],
        [f"Origin: http://mayfly.localhost:{PAGE_PORT}"],
        ["Origin: https://web.example", "Sec-Fetch-Site: cross-site"],
        ["Origin: https://other.example", "Sec-Fetch-Site: cross-site"],
        ["Origin: https://box.lan"],
        ["Origin: http://box.lan"],
        ["Sec-Fetch-Site: none"],
    ],
    ids=str,
)
def test_programs_and_pages_of_ours_are_let_in(asking: Asking, headers: list[str]) -> None:
    status, _ = asking("Host: 127.0.0.1:PORT", *headers)

    assert status in (200, 101)


@pytest.mark.parametrize(
    "origin",
    [
        "https://elsewhere.example",
        "null",
        "http://127.0.0.1",
        "http://localhost:3000",
        f"https://127.0.0.1:{PAGE_PORT}",
        f"http://127.0.0.1:{PAGE_PORT}.elsewhere.example",
        f"http://somebody.example:{PAGE_PORT}",
        "https://web.example.elsewhere.example",
        "file://",
        "",
    ],
)
def test_pages_of_other_origins_are_not_let_in(asking: Asking, origin: str) -> None:
    status, error = asking("Host: 127.0.0.1:PORT", f"Origin: {origin}")

    assert (status, error["code"]) == (403, "AUTHORIZATION_ERROR")
    assert "CORS_ORIGIN" in error["message"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "DELETE", "PATCH"])
def test_no_method_is_answered_for_a_page_of_another_origin(http: Server, method: str) -> None:
    request = f"{method} /api/emails HTTP/1.1", "Host: localhost:PORT", "Origin: https://x.example"
    if method == "HEAD":
        request = (request[0].replace("HEAD", "GET"), *request[1:])

    status, _ = http.ask(*request)

    assert status == 403
    assert http.function.events == []


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_form_of_another_page_changes_nothing_but_its_links_lead_here(
    http: Server, site: str
) -> None:
    headers = "Host: localhost:PORT", f"Sec-Fetch-Site: {site}"

    posted, _ = http.ask("POST /api/emails HTTP/1.1", *headers)
    followed, _ = http.ask("GET /docs HTTP/1.1", *headers, "Sec-Fetch-Mode: navigate")

    assert (posted, followed) == (403, 200)


def test_with_an_asterisk_every_page_is_let_in(loop: Loop) -> None:
    where, function = listener(), Function()
    gateway = HttpGateway(
        function.handle, ThreadPoolExecutor(1), names=OwnNames(cors_origins=("*",))
    )

    with loop.inside(gateway.serving(where)):
        server = Server(where.getsockname()[1], function)
        status, _ = server.ask(
            "POST /api/emails HTTP/1.1", "Host: localhost:PORT", "Origin: https://x.example"
        )
        foreign, _ = server.ask("POST /api/emails HTTP/1.1", "Host: x.example")

    assert (status, foreign) == (200, 421)


@pytest.mark.parametrize("method", ["POST", "GET", "DELETE"])
def test_frames_cannot_be_forged_over_the_network(websocket: Server, method: str) -> None:
    with socket.create_connection(("127.0.0.1", websocket.port), DEADLINE) as watching:
        request = f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{websocket.port}\r\n{UPGRADE}\r\n"
        watching.sendall(request.encode())
        head = b""
        while b"\r\n\r\n" not in head:
            head += watching.recv(1)
        (connected,) = websocket.function.events
        one = connected["requestContext"]["connectionId"]

        for path in (f"/@connections/{one}", f"/live/@connections/{one}", f"//@connections/{one}"):
            status, _ = forged(websocket, method, path)
            assert status in (404, 405, 426)
        watching.sendall(b"\x81\x82\x00\x00\x00\x00hi")
        said = watching.recv(4)

    assert said == b"\x81\x02ok"


def forged(server: Server, method: str, path: str) -> tuple[int, bytes]:
    with socket.create_connection(("127.0.0.1", server.port), DEADLINE) as connection:
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nConnection: close\r\n"
        connection.sendall(f"{head}Content-Length: 6\r\n\r\nforged".encode())
        answer = b""
        while block := connection.recv(65536):
            answer += block
    return int(answer.split()[1]), answer
