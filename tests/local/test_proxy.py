"""Behind a reverse proxy: whose a request is, and where the page's second name leads."""

import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from aiohttp import web
from aiohttp.web_request import BaseRequest

from infra.local.apigateway.own_names import OwnNames
from infra.local.apigateway.proxy import Proxies
from infra.local.apigateway.rest import HttpGateway, SecondName
from infra.local.apigateway.websocket import SocketGateway
from tests.local.conftest import DEADLINE, Loop, listener
from tests.local.test_own_names import UPGRADE, Function

NAMES = OwnNames(allowed_hosts=("mail.example",))


def asked(loop: Loop, gateway: Any, request: str, *headers: str, **options: Any) -> Any:
    """The first event of the function, and the first line of the answer."""
    function, where = Function(), listener()
    with ThreadPoolExecutor(2) as threads:
        served = gateway(function.handle, threads, names=NAMES, **options).serving(where)
        with loop.inside(served), socket.create_connection(where.getsockname(), DEADLINE) as client:
            client.sendall("\r\n".join([request, *headers, "", ""]).encode())
            answer = client.recv(65536)
    return function.events[0] if function.events else None, answer.partition(b"\r\n")[0]


def of_both(loop: Loop, *headers: str, **options: Any) -> list[dict[str, Any]]:
    """The events of an HTTP request and of a WebSocket with these headers."""
    host = ("Host: mail.example", *headers)
    http, _ = asked(loop, HttpGateway, "POST /api/emails HTTP/1.1", *host, **options)
    line = f"GET /ws HTTP/1.1\r\n{UPGRADE.rstrip()}"
    opened, _ = asked(loop, SocketGateway, line, *host, **options)
    return [http, opened]


def client_of(event: dict[str, Any]) -> str:
    return str(event["requestContext"]["identity"]["sourceIp"])


@pytest.mark.parametrize(
    ("headers", "client"),
    [
        (["X-Forwarded-For: 203.0.113.9"], "203.0.113.9"),
        (["X-Forwarded-For: 192.0.2.1, 203.0.113.9"], "203.0.113.9"),
        (["X-Forwarded-For: 203.0.113.9", "X-Forwarded-For: 198.51.100.7"], "198.51.100.7"),
        (["X-Forwarded-For: 2001:DB8:0::1"], "2001:db8::1"),
        (["X-Forwarded-For: nobody"], "127.0.0.1"),
        ([], "127.0.0.1"),
    ],
)
def test_the_last_address_is_the_clients_where_a_proxy_is_in_front(
    loop: Loop, headers: list[str], client: str
) -> None:
    believed = of_both(loop, *headers, proxies=Proxies(in_front=True))
    ignored = of_both(loop, *headers)

    assert [client_of(each) for each in believed] == [client] * 2
    assert [client_of(each) for each in ignored] == ["127.0.0.1"] * 2


@pytest.mark.parametrize(
    ("proxies", "sent", "scheme"),
    [
        (Proxies(), "https", "http"),
        (Proxies(in_front=True), "https", "https"),
        (Proxies(in_front=True), "gopher", "http"),
        (Proxies(page_url="https://mail.example"), "http", "https"),
        (Proxies(page_url="https://other.example"), "https", "http"),
        (Proxies(in_front=True, page_url="https://mail.example"), "", "https"),
    ],
)
def test_the_scheme_is_that_of_the_page(
    loop: Loop, proxies: Proxies, sent: str, scheme: str
) -> None:
    event, _ = of_both(loop, f"X-Forwarded-Proto: {sent}", proxies=proxies)

    assert event["headers"]["X-Forwarded-Proto"] == scheme


def test_the_second_name_has_no_api_and_the_first_no_files(loop: Loop) -> None:
    paths = []

    async def files(request: BaseRequest) -> web.StreamResponse:
        paths.append(request.path)
        return web.Response(status=403)

    second = SecondName("files.mail.example", files)
    line = "POST /api/emails HTTP/1.1"
    own, taken = asked(loop, HttpGateway, line, "Host: mail.example", elsewhere=second)
    other, refused = asked(loop, HttpGateway, line, "Host: files.mail.example", elsewhere=second)

    assert (own is not None, taken) == (True, b"HTTP/1.1 200 OK")
    assert (other, refused, paths) == (None, b"HTTP/1.1 403 Forbidden", ["/api/emails"])
