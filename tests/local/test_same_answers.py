"""The laptop's gateway and API Gateway do not differ in what a client can see.

Each request goes over HTTP to the laptop's gateway, and in each of API Gateway's shapes to the
function; both have the same world behind them.
"""

import gzip
import http.client
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import pytest

from functions.http_api.handler import serve
from infra.local.apigateway.own_names import OwnNames
from infra.local.apigateway.rest import HttpGateway
from mayfly.settings import Settings
from tests.functions.http import MemoryAssembly
from tests.local.api_gateway import SHAPES, Seen, Sent, Shape, answered
from tests.local.conftest import DEADLINE, Loop, listener
from tests.memory import Memory

JSON = ("Content-Type", "application/json")
WHO = b'{"email":"ann@elsewhere.example","password":"a phrase for the tests"}'
RAW = (
    b"From: shop@example.org\r\nSubject: hi\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
    b"--b\r\nContent-Type: text/plain\r\n\r\n" + b"long " * 2000 + b"\r\n"
    b"--b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n"
    b'Content-Disposition: attachment; filename="a.png"\r\n\r\niVBORw0KGgr//gA=\r\n--b--\r\n'
)
# What servers and clients of HTTP add by themselves, and what API Gateway names a request by.
_ITS_OWN = {"date", "server", "content-length", "connection", "x-amzn-requestid"}


def world() -> MemoryAssembly:
    """An address with a mail, the same each time."""
    flows = MemoryAssembly(Memory(), Settings(domains=("mayfly.example",)))
    inbox = flows.inboxes.service.make(None).inbox
    flows.receive(RAW, str(inbox.address))
    return flows


@dataclass
class Pair:
    """Both ways to the same answers."""

    port: int
    flows: dict[Shape, MemoryAssembly]
    address: str
    message: str

    def over_http(self, sent: Sent) -> Seen:
        """By a client that writes what it is told, and nothing else."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE)
        try:
            connection.putrequest(sent.method, sent.target, skip_accept_encoding=True)
            for name, value in sent.headers:
                connection.putheader(name, value.encode())
            if sent.body or sent.method in ("POST", "PUT", "PATCH"):
                connection.putheader("Content-Length", str(len(sent.body)))
            connection.endheaders(sent.body)
            reply = connection.getresponse()
            headers = frozenset(
                (name.lower(), value)
                for name, value in reply.getheaders()
                if name.lower() not in _ITS_OWN
            )
            return Seen(reply.status, headers, reply.read())
        finally:
            connection.close()

    def over_api_gateway(self, sent: Sent, shape: Shape) -> Seen:
        function = partial(serve, flows=self.flows[shape])
        return answered(sent, f"127.0.0.1:{self.port}", shape, function)


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    here, where, loop = world(), listener(), Loop()
    (inbox,) = here.adapters.rows.inboxes.values()
    (message,) = here.adapters.rows.messages[inbox.id].values()
    with ThreadPoolExecutor(4) as threads:
        gateway = HttpGateway(
            partial(serve, flows=here), threads, names=OwnNames(cors_origins=("*",))
        )
        with loop.inside(gateway.serving(where)):
            behind = {each: world() for each in SHAPES}
            yield Pair(where.getsockname()[1], behind, str(inbox.address), str(message.id))
    loop.stop()


def get(target: str, *headers: tuple[str, str]) -> Sent:
    return Sent("GET", target, headers)


def post(target: str, body: bytes, *headers: tuple[str, str]) -> Sent:
    return Sent("POST", target, (JSON, *headers), body)


LIST = "/api/emails/ADDRESS/messages"
MESSAGE = "/api/messages/MESSAGE"
REQUESTS = {
    # paths
    "a slash at the end": get("/api/emails/ADDRESS/"),
    "two slashes at the end": get("/api/emails/ADDRESS//"),
    "two slashes in front": get("//health"),
    "two slashes inside": get("/api//emails/ADDRESS"),
    "a path that is not there": get("/api/nothing"),
    "another case": get("/API/emails/ADDRESS"),
    "an encoded letter of a fixed part": get("/he%61lth"),
    "an encoded slash": get("/api/emails/a%2Fb%40mayfly.example"),
    "an encoded slash in lower case": get("/api/emails/a%2fb%40mayfly.example"),
    "an encoded address": get("/api/emails/ENCODED"),
    "an encoded percent sign": get("/api/emails/a%2540mayfly.example"),
    "a tag": get("/api/emails/TAGGED/messages"),
    "an encoded tag": get("/api/emails/ENCODED_TAG/messages"),
    "letters beyond ASCII": get("/api/emails/b%C3%BCcher%40mayfly.example"),
    "what is no UTF-8": get("/api/emails/%FF%40mayfly.example"),
    "a control character": get("/api/emails/a%00b%40mayfly.example"),
    "dots": get("/api/emails/../health"),
    "encoded dots": get("/api/emails/%2e%2e/messages"),
    "a colon": Sent("POST", "/v1/inboxes/x/token:rotate"),
    "an encoded colon": Sent("POST", "/v1/inboxes/x/token%3Arotate"),
    "brackets": get("/api/emails/[a]@mayfly.example"),
    # methods
    "HEAD": Sent("HEAD", LIST),
    "HEAD of a file": Sent("HEAD", f"{MESSAGE}/raw"),
    "HEAD of nothing": Sent("HEAD", "/api/nothing"),
    "OPTIONS": Sent("OPTIONS", LIST, (("Origin", "https://a.example"),)),
    "a preflight": Sent(
        "OPTIONS",
        "/api/emails",
        (("Origin", "https://a.example"), ("Access-Control-Request-Method", "POST")),
    ),
    "a method that the path has not": Sent("PUT", LIST),
    "a method of nothing": Sent("DELETE", "/api/nothing"),
    "DELETE with a body": Sent("DELETE", MESSAGE, (JSON,), b"{}"),
    "GET with a body": Sent("GET", LIST, (JSON,), b"{}"),
    # queries
    "a key that is repeated": get(f"{LIST}?limit=1&limit=2"),
    "a repeated key that is wrong once": get(f"{LIST}?limit=x&limit=2"),
    "a wrong key that is repeated": get(f"{LIST}?limit=2&limit=x"),
    "an empty value": get(f"{LIST}?limit="),
    "a key without a value": get(f"{LIST}?limit"),
    "an empty query": get(f"{LIST}?"),
    "ampersands alone": get(f"{LIST}?&&"),
    "an encoded key": get(f"{LIST}?l%69mit=1"),
    "a value with an equals sign": get(f"{LIST}?cursor=a=b"),
    "an unknown key": get(f"{LIST}?page=2"),
    "an unknown key beyond ASCII": get(f"{LIST}?%C3%BC=2"),
    "a question mark in a query": get(f"{LIST}?limit=1?"),
    "a query behind a slash": get(f"{LIST}/?limit=1"),
    "a semicolon": get(f"{LIST}?limit=1;after=0"),
    "a blank in a query": get(f"{LIST}?cursor=a%20b"),
    "a plus in an address": get("/api/v1/emails?to=a+b@mayfly.example"),
    # headers
    "a header that is repeated": get(LIST, ("X-One", "1"), ("X-One", "2")),
    "two Accept-Encoding": get(MESSAGE, ("Accept-Encoding", "gzip"), ("Accept-Encoding", "br")),
    "two Accept": get(f"{MESSAGE}/raw?link=0", ("Accept", "application/json"), ("Accept", "*/*")),
    "a name in two cases": get("/api/users/me", ("cookie", "token=a"), ("Cookie", "token=b")),
    "two bearers": get("/api/users/me", ("Authorization", "Bearer a"), ("Authorization", "b")),
    "an empty header": get("/api/users/me", ("Authorization", "")),
    "a cookie": get("/api/users/me", ("Cookie", "a=1; token=x; b")),
    "letters beyond ASCII in a header": get("/api/users/me", ("Authorization", "Bearer é")),
    "an origin": get(LIST, ("Origin", "https://a.example")),
    "If-None-Match": get("/docs/swagger-ui.css", ("If-None-Match", "*")),
    "a range": get(f"{MESSAGE}/raw", ("Range", "bytes=0-9")),
    # bodies
    "no body": Sent("POST", "/api/emails"),
    "an object": post("/api/emails", b"{}"),
    "no content type": Sent("POST", "/api/emails", (), b"{}"),
    "a form": Sent(
        "POST", "/api/emails", (("Content-Type", "application/x-www-form-urlencoded"),), b"a=1"
    ),
    "a type with a parameter": Sent(
        "POST", "/api/emails", (("Content-Type", "application/json; charset=utf-8"),), b"{}"
    ),
    "another charset": Sent(
        "POST", "/api/emails", (("Content-Type", "application/json; charset=utf-16"),), b"{}"
    ),
    "no JSON": post("/api/emails", b"{"),
    "a list": post("/api/emails", b"[]"),
    "blanks": post("/api/emails", b"  "),
    "a byte order mark": post("/api/emails", b"\xef\xbb\xbf{}"),
    "what is no UTF-8 in a body": post("/api/emails", b'{"domain":"\xff"}'),
    "binary": Sent(
        "POST", "/api/emails", (("Content-Type", "application/octet-stream"),), bytes(range(256))
    ),
    "gzip": post("/api/emails", gzip.compress(b"{}"), ("Content-Encoding", "gzip")),
    "identity": post("/api/emails", b"{}", ("Content-Encoding", "identity")),
    "an unknown field": post("/api/emails", b'{"a":1}'),
    "a large body": post("/api/emails", b'{"domain":"' + b"x" * 300_000 + b'"}'),
    "a very large body": post("/api/emails", b" " * 4_300_000),
    "a registration": post("/api/users/register", WHO),
    "a login, which sets a cookie": post("/api/users/login", WHO),
    "a cookie with a form": Sent(
        "PUT", "/api/users/profile", (("Cookie", "token=x"), ("Content-Type", "text/plain")), b"{}"
    ),
    # answers
    "a list of messages": get(LIST),
    "a message": get(MESSAGE),
    "a message in gzip": get(MESSAGE, ("Accept-Encoding", "gzip")),
    "a message and gzip refused": get(MESSAGE, ("Accept-Encoding", "gzip;q=0, *")),
    "a raw mail": get(f"{MESSAGE}/raw"),
    "a raw mail in gzip": get(f"{MESSAGE}/raw", ("Accept-Encoding", "gzip")),
    "a picture": get(f"{MESSAGE}/attachments/1"),
    "a picture that is not there": get(f"{MESSAGE}/attachments/9"),
    "a link": get(f"{MESSAGE}/raw?link=1"),
    "a description": get("/openapi.json"),
    "a page": get("/docs"),
    "a file of a page": get("/docs/swagger-ui.css", ("Accept-Encoding", "gzip")),
    "no credential": get("/api/user/mailbox"),
    "a wrong credential": get("/api/user/mailbox", ("Authorization", "Bearer x.y.z")),
    "an admin's path": get("/v1/admin/stats", ("X-Admin-Key", "x")),
    "counters": get("/health/ping"),
}


def at(sent: Sent, pair: Pair) -> Sent:
    local, _, domain = pair.address.partition("@")
    target = sent.target
    for name, value in {
        "ENCODED_TAG": f"{local}%2Btag%40{domain}",
        "TAGGED": f"{local}+tag@{domain}",
        "ENCODED": f"%{ord(local[0]):02x}{local[1:]}%40{domain}",
        "ADDRESS": pair.address,
        "MESSAGE": pair.message,
    }.items():
        target = target.replace(name, value)
    return replace(sent, target=target)


@pytest.mark.parametrize("name", REQUESTS)
def test_both_gateways_give_the_same_answer(pair: Pair, name: str) -> None:
    sent = at(REQUESTS[name], pair)

    here = pair.over_http(sent)
    there = {shape.name: pair.over_api_gateway(sent, shape) for shape in SHAPES}

    assert {shape: each.status for shape, each in there.items()} == dict.fromkeys(
        there, here.status
    )
    for seen in there.values():
        assert seen.headers == here.headers
        assert sent.method == "HEAD" or seen.body == here.body


def test_the_table_meets_good_answers_and_refusals(pair: Pair) -> None:
    """Lest all are refused for a reason of the test's own."""
    wanted = {
        "a list of messages": 200,
        "a message": 200,
        "an encoded address": 200,
        "an encoded tag": 200,
        "an object": 201,
        "gzip": 415,
        "a large body": 413,
        "OPTIONS": 204,
        "an unknown key": 400,
    }

    met = {name: pair.over_http(at(REQUESTS[name], pair)).status for name in wanted}

    assert met == wanted
    assert json.loads(pair.over_http(at(REQUESTS["a message"], pair)).body)["id"] == pair.message
