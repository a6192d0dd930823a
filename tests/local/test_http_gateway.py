"""The stand-in for API Gateway's REST API, by a real HTTP client."""

import base64
import gzip
import http.client
import json
import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from infra.gateway_responses import gateway_response
from infra.local.apigateway.own_names import OwnNames
from infra.local.apigateway.rest import HttpGateway
from infra.local.apigateway.rest_event import RouteTable
from mayfly.api import ROUTES
from tests.local.conftest import DEADLINE, Loop, listener

Event = dict[str, Any]
Serve = Callable[..., Any]


class Function:
    """A handler that remembers its events and answers what it is told to."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.answer: Any = {"statusCode": 200, "body": "ok"}
        self.trouble: Exception | None = None
        self.proceed = threading.Event()
        self.proceed.set()

    def handle(self, event: Event) -> Any:
        self.events.append(event)
        self.proceed.wait(DEADLINE)
        if self.trouble:
            raise self.trouble
        return self.answer


class Reply:
    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def code(self) -> str:
        return str(json.loads(self.body)["error"]["code"])


@pytest.fixture
def function() -> Function:
    return Function()


@pytest.fixture
def serve(loop: Loop, function: Function) -> Serve:
    @contextmanager
    def serving(**options: Any) -> Iterator[partial[Reply]]:
        socket_ = listener()
        with ThreadPoolExecutor(4) as threads:
            gateway = HttpGateway(function.handle, threads, **options)
            with loop.inside(gateway.serving(socket_)):
                ask = partial(_asked, socket_.getsockname()[1])
                yield ask
                function.proceed.set()

    return serving


def _asked(port: int, method: str, path: str, body: bytes | None = None, **headers: str) -> Reply:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE)
    try:
        connection.request(method, path, body, headers)
        return Reply(connection.getresponse())
    finally:
        connection.close()


def test_the_event_has_api_gateways_shape(serve: Serve, function: Function) -> None:
    path = "/api/emails/a%2Bb%40mayfly.example/messages"

    with serve() as ask:
        ask(
            "GET",
            "/api/emails/a%2Bb%40mayfly.example/messages?limit=5&x=1&x=%C3%A9&e=",
            Accept="*/*",
        )

    (event,) = function.events
    assert event["resource"] == "/api/emails/{email}/messages"
    assert event["path"] == path
    assert event["httpMethod"] == "GET"
    assert event["pathParameters"] == {"email": "a+b@mayfly.example"}
    assert event["queryStringParameters"] == {"limit": "5", "x": "é", "e": ""}
    assert event["multiValueQueryStringParameters"] == {"limit": ["5"], "x": ["1", "é"], "e": [""]}
    assert event["headers"]["Accept"] == "*/*"
    assert event["multiValueHeaders"]["X-Forwarded-For"] == ["127.0.0.1"]
    assert event["body"] is None
    assert event["isBase64Encoded"] is False
    context = event["requestContext"]
    assert context["resourcePath"] == event["resource"]
    assert context["identity"]["sourceIp"] == "127.0.0.1"
    assert context["stage"] == "live"
    assert context["requestId"]
    json.dumps(event)


def test_what_is_absent_is_null(serve: Serve, function: Function) -> None:
    with serve() as ask:
        ask("GET", "/health")

    (event,) = function.events
    assert event["pathParameters"] is None
    assert event["queryStringParameters"] is None
    assert event["multiValueQueryStringParameters"] is None


def test_an_encoded_percent_sign_stays_encoded(serve: Serve, function: Function) -> None:
    with serve() as ask:
        ask("GET", "/api/emails/100%25%40x.example")

    assert function.events[0]["pathParameters"] == {"email": "100%25@x.example"}


def test_every_body_is_base64_since_all_types_are_binary(serve: Serve, function: Function) -> None:
    with serve() as ask:
        ask("POST", "/api/emails", b'{"a": "\xff"}')

    event = function.events[0]
    assert event["isBase64Encoded"] is True
    assert base64.b64decode(event["body"]) == b'{"a": "\xff"}'


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "PATCH", "OPTIONS", "PUT"])
def test_the_function_is_asked_about_every_method(
    serve: Serve, function: Function, method: str
) -> None:
    with serve() as ask:
        ask(method, "/api/emails")

    assert function.events[0]["httpMethod"] == method


def test_every_declared_route_is_found() -> None:
    table = RouteTable.of(route.path for route in ROUTES)

    for route in ROUTES:
        found = table.find(route.path)
        assert found is not None and found[0] == route.path


def test_words_win_against_parameters() -> None:
    table = RouteTable.of(["/docs/{file}", "/docs/fixed", "/docs"])

    assert table.find("/docs/fixed") == ("/docs/fixed", {})
    assert table.find("/docs/other") == ("/docs/{file}", {"file": "other"})
    assert table.find("/docs/") == ("/docs", {})
    assert table.find("/docs//") is None
    assert table.find("/docs/a/b") is None


def test_an_unknown_path_gets_the_gateways_own_answer(serve: Serve, function: Function) -> None:
    with serve(names=OwnNames(cors_origins=("https://page.example",))) as ask:
        reply = ask("GET", "/api/nothing")

    assert (reply.status, reply.code) == (404, "NOT_FOUND")
    assert reply.body.decode() == gateway_response("RESOURCE_NOT_FOUND").body
    assert reply.headers["Access-Control-Allow-Origin"] == "https://page.example"
    assert function.events == []


@pytest.mark.parametrize("path", ["/api/nothing", "/health"])
def test_each_of_several_origins_reads_what_the_gateway_answers_itself(
    serve: Serve, function: Function, path: str
) -> None:
    function.trouble = ValueError("broken")
    some = "https://a.example", "https://b.example"

    with serve(names=OwnNames(cors_origins=some)) as ask:
        replies = {each: ask("GET", path, Origin=each) for each in some}
        foreign = ask("GET", path, Origin="https://c.example")

    for origin, reply in replies.items():
        assert reply.status in (404, 502)
        assert reply.headers["Access-Control-Allow-Origin"] == origin
        assert reply.headers["Access-Control-Allow-Credentials"] == "true"
        assert reply.headers["Vary"] == "Origin"
    assert "Access-Control-Allow-Origin" not in foreign.headers


def test_an_answer_comes_through_byte_for_byte(serve: Serve, function: Function) -> None:
    content = bytes(range(256)) * 10
    function.answer = {
        "statusCode": 206,
        "headers": {"Content-Type": "message/rfc822", "X-One": 1},
        "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"]},
        "body": base64.b64encode(content).decode(),
        "isBase64Encoded": True,
    }

    with serve() as ask:
        reply = ask("GET", "/health")

    assert (reply.status, reply.body) == (206, content)
    assert reply.headers["Content-Type"] == "message/rfc822"
    assert reply.headers.get_all("Set-Cookie") == ["a=1", "b=2"]
    assert reply.headers["X-One"] == "1"


def test_www_authenticate_is_renamed_as_api_gateway_does(serve: Serve, function: Function) -> None:
    function.answer = {"statusCode": 401, "headers": {"WWW-Authenticate": "Bearer"}, "body": "{}"}

    with serve() as ask:
        reply = ask("GET", "/health")

    assert reply.headers["x-amzn-Remapped-WWW-Authenticate"] == "Bearer"
    assert "WWW-Authenticate" not in reply.headers


@pytest.mark.parametrize(
    "malformed",
    [
        None,
        "text",
        {},
        {"statusCode": "many"},
        {"statusCode": 200, "body": {"a": 1}},
        {"statusCode": 200, "body": "", "cookies": []},
        {"statusCode": 200, "body": "%%%", "isBase64Encoded": True},
        {"statusCode": 200, "headers": {"X": "a\r\nSet-Cookie: b"}},
    ],
    ids=repr,
)
def test_a_malformed_answer_is_a_502(serve: Serve, function: Function, malformed: Any) -> None:
    function.answer = malformed

    with serve() as ask:
        reply = ask("GET", "/health")

    assert (reply.status, reply.code) == (502, "INTERNAL_ERROR")


def test_a_function_that_raises_is_a_502(serve: Serve, function: Function) -> None:
    function.trouble = RuntimeError("a secret")

    with serve() as ask:
        reply = ask("GET", "/health")

    assert (reply.status, reply.code) == (502, "INTERNAL_ERROR")
    assert b"secret" not in reply.body


def test_an_answer_larger_than_lambda_gives_is_a_502(serve: Serve, function: Function) -> None:
    function.answer = {"statusCode": 200, "body": "x" * (6 * 1024 * 1024)}

    with serve() as ask:
        reply = ask("GET", "/health")

    assert reply.status == 502


def test_a_request_larger_than_lambda_takes_is_a_413(serve: Serve, function: Function) -> None:
    with serve() as ask:
        fits = ask("POST", "/api/emails", b"x" * 4_600_000)
        reply = ask("POST", "/api/emails", b"x" * 4_800_000)

    assert fits.status == 200
    assert (reply.status, reply.code) == (413, "PAYLOAD_TOO_LARGE")
    assert len(function.events) == 1


def test_a_function_that_takes_too_long_is_a_504(serve: Serve, function: Function) -> None:
    function.proceed.clear()

    with serve(timeout=timedelta(milliseconds=50)) as ask:
        reply = ask("GET", "/health")

    assert (reply.status, reply.code) == (504, "INTERNAL_ERROR")


def test_more_calls_at_once_than_there_are_places_are_throttled(
    serve: Serve, function: Function
) -> None:
    function.proceed.clear()

    with serve(concurrency=1) as ask, ThreadPoolExecutor(1) as other:
        waiting = other.submit(ask, "GET", "/health")
        while not function.events:
            waiting.running()
        reply = ask("GET", "/health")
        function.proceed.set()

    assert (reply.status, reply.code) == (429, "RATE_LIMIT_EXCEEDED")
    assert reply.headers["Retry-After"] == "1"
    assert waiting.result().status == 200


def test_long_polls_do_not_keep_others_waiting(serve: Serve, function: Function) -> None:
    function.proceed.clear()

    with serve() as ask, ThreadPoolExecutor(3) as others:
        waiting = [others.submit(ask, "GET", "/health") for _ in range(3)]
        while len(function.events) < 3:
            waiting[0].running()
        reply = ask("GET", "/api/nothing")
        function.proceed.set()

    assert reply.status == 404
    assert [each.result().status for each in waiting] == [200, 200, 200]


def test_without_a_page_the_root_leads_to_the_documentation(serve: Serve) -> None:
    with serve() as ask:
        reply = ask("GET", "/")

    assert (reply.status, reply.headers["Location"]) == (302, "/docs")


def test_a_path_is_the_same_with_a_slash_at_its_end(serve: Serve, function: Function) -> None:
    with serve() as ask:
        assert ask("GET", "/api/emails/a@mayfly.example/").status == 200
        assert ask("GET", "/health/").status == 200
        assert ask("GET", "/health//").status == 404

    assert [event["resource"] for event in function.events] == ["/api/emails/{email}", "/health"]


@pytest.mark.parametrize(
    "expected",
    ["100-continue", "100-Continue, foo", "foo ,100-continue", "foo\r\nExpect: 100-continue"],
)
def test_a_client_that_waits_to_be_told_so_sends_its_body(
    serve: Serve, function: Function, expected: str
) -> None:
    head = b"POST /api/emails HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n"
    with (
        serve() as ask,
        socket.create_connection(("127.0.0.1", ask.args[0]), timeout=DEADLINE) as client,
    ):
        client.sendall(head + f"Expect: {expected}\r\n\r\n".encode())
        told = client.recv(25)
        client.sendall(b"{}")
        answered = client.recv(12)

    assert told == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert answered == b"HTTP/1.1 200"
    assert base64.b64decode(function.events[0]["body"]) == b"{}"


def test_a_client_of_http_1_0_is_told_nothing_before_its_answer(serve: Serve) -> None:
    head = b"POST /api/emails HTTP/1.0\r\nHost: localhost\r\nContent-Length: 2\r\n"
    with (
        serve() as ask,
        socket.create_connection(("127.0.0.1", ask.args[0]), timeout=DEADLINE) as client,
    ):
        client.sendall(head + b"Expect: 100-continue\r\n\r\n{}")
        answered = client.recv(12)

    assert answered == b"HTTP/1.0 200"


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/nothing", {}, 404),
        ("/health", {"Host": "elsewhere.example"}, 421),
        ("/health", {"Origin": "https://elsewhere.example"}, 403),
        ("/health", {"X-Long": "x" * 9000}, 400),
    ],
)
def test_the_gateways_own_answers_have_the_name_of_their_request(
    serve: Serve, path: str, headers: dict[str, str], status: int
) -> None:
    with serve() as ask:
        reply, other = (ask("GET", path, **headers) for _ in range(2))

    assert reply.status == status
    assert uuid.UUID(reply.headers["x-amzn-RequestId"]).version == 4
    assert reply.headers["x-amzn-RequestId"] != other.headers["x-amzn-RequestId"]


def test_a_compressed_body_comes_to_the_function_as_it_is(serve: Serve, function: Function) -> None:
    packed = gzip.compress(b"{}")
    with serve() as ask:
        ask("POST", "/api/emails", packed, **{"Content-Encoding": "gzip"})

    assert base64.b64decode(function.events[0]["body"]) == packed


def test_the_gateways_own_answers_let_pages_with_cookies_see_them() -> None:
    headers = gateway_response("THROTTLED").headers("https://c.example")

    assert headers["Access-Control-Allow-Credentials"] == "true"
    assert headers["Vary"] == "Origin"
    assert "Access-Control-Allow-Credentials" not in gateway_response("THROTTLED").headers("*")
