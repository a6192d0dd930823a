"""What callers send to break in: tokens that confuse, paths that climb, headers that split."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest

from functions.http_api.handler import serve
from functions.websocket.handler import answer
from mayfly.api import ROUTES
from tests.deployments import Deployment
from tests.functions.http import Api, MemoryAssembly, bearer, event, unpacked
from tests.memory import Memory


def encoded(part: object) -> str:
    octets = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


HEADS: dict[str, object] = {
    "no algorithm": {"alg": "none"},
    "no algorithm, mixed case": {"alg": "nOnE", "kid": "KID"},
    "no algorithm named": {"kid": "KID"},
    "null": {"alg": None, "kid": "KID"},
    "a list": {"alg": ["HS256"], "kid": "KID"},
    "RSA": {"alg": "RS256", "kid": "KID"},
    "longer hash": {"alg": "HS512", "kid": "KID"},
    "two algorithms": b'{"alg":"HS256","kid":"KID","alg":"none"}',
    "two keys": b'{"alg":"HS256","kid":"KID","kid":"../../dev/null"}',
    "key in a file": {"alg": "HS256", "kid": "../../../../dev/null"},
    "key in a table": {"alg": "HS256", "kid": "x' UNION SELECT 'secret"},
    "key that is a list": {"alg": "HS256", "kid": ["KID"]},
    "key that is a number": b'{"alg":"HS256","kid":' + b"1" * 5000 + b"}",
    "key that is very long": {"alg": "HS256", "kid": "k" * 6000},
    "key with nul": {"alg": "HS256", "kid": "KID\0"},
    "key with half a character": b'{"alg":"HS256","kid":"\\ud800"}',
    "key of its own": {"alg": "HS256", "kid": "KID", "jwk": {"kty": "oct", "k": encoded(b"mine")}},
    "key from elsewhere": {"alg": "HS256", "kid": "KID", "jku": "http://127.0.0.1:9/keys"},
    "certificate from elsewhere": {"alg": "HS256", "kid": "KID", "x5u": "http://127.0.0.1:9/"},
    "critical extension": {"alg": "HS256", "kid": "KID", "crit": ["x"], "x": 1},
    "critical nonsense": {"alg": "HS256", "kid": "KID", "crit": 5},
    "detached claims": {"alg": "HS256", "kid": "KID", "b64": False, "crit": ["b64"]},
    "deep lists": b"[" * 5000,
    "deep objects": b'{"a":' * 1500,
    "a number": b"5",
    "no JSON": b"\xff\xfe",
    "nothing": b"",
    "not a number": b'{"alg":"HS256","kid":NaN}',
}
SECRETS = {"empty": b"", "mine": b"mine", "the key's name": b"KID"}
PLACES: dict[str, Callable[[str], tuple[str, dict[str, str]]]] = {
    "inbox": lambda token: ("/v1/inboxes/{inboxId}", bearer(token)),
    "account": lambda token: ("/api/users/me", bearer(token)),
    "account's cookie": lambda token: ("/api/users/me", {"Cookie": f"token={token}"}),
    "session's cookie": lambda token: ("/api/session", {"Cookie": f"sessionToken={token}"}),
}


@pytest.fixture
def api() -> Api:
    return Api(MemoryAssembly(Memory()))


def forged(head: object, claims: str, kid: str, secret: bytes) -> str:
    """A token with this head, and these claims, signed with a secret that is not ours."""
    octets = head if isinstance(head, bytes) else json.dumps(head).encode()
    signed = f"{encoded(octets.replace(b'KID', kid.encode()))}.{claims}"
    secret = secret.replace(b"KID", kid.encode())
    return f"{signed}.{encoded(hmac.digest(secret, signed.encode(), hashlib.sha256))}"


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("head", HEADS)
def test_no_forged_token_confuses_who_reads_it(api: Api, head: str, place: str) -> None:
    made = api.call("POST", "/v1/inboxes", body={"mode": "generated"}).json
    own_head, claims, own_signature = made["access_token"].split(".")
    kid = json.loads(base64.urlsafe_b64decode(own_head + "=="))["kid"]
    tokens = [forged(HEADS[head], claims, kid, secret) for secret in SECRETS.values()]
    unsigned = tokens[0].rpartition(".")[0]
    tokens += [f"{unsigned}.", f"{unsigned}.{own_signature}", unsigned]

    for token in tokens:
        resource, headers = PLACES[place](token)
        values = [made["inbox_id"]] if "{" in resource else []
        reply = api.call("GET", resource, *values, headers=headers)

        assert (reply.status, reply.code) == (401, "AUTHENTICATION_ERROR")
    good = api.call(
        "GET", "/v1/inboxes/{inboxId}", made["inbox_id"], headers=bearer(made["access_token"])
    )
    assert good.status == 200


CLIMBING = [
    "../../../../etc/passwd",
    "..%2f..%2fhandler.py",
    "..\\..\\handler.py",
    "....//handler.py",
    "%2e%2e/handler.py",
    "/etc/passwd",
    "file:///etc/passwd",
    "x\0.js",
    "x\r\nSet-Cookie: a=b",
    "\u2028\u202e",
    "\ud83d",
    "-1",
    "0",
    "1" * 400,
    "9" * 5000,
    "1e9",
    "inbox#x",
    "a" * 8000,
    "' OR 1=1 --",
    "{{7*7}}${7*7}",
    "*",
    " ",
]


def called(api: Api, method: str, path: str, value: str, headers: dict[str, str]) -> Any:
    """The answer to a request with this as every parameter; what it is, is checked."""
    count = path.count("{")
    safe = value.encode("utf-8", "replace").decode()
    query: dict[str, object] = dict.fromkeys(("after", "limit", "cursor", "since_uid"), safe)
    told = event(method, path, *[safe] * count, headers=headers, query=query, body=None)
    reply = unpacked(serve(told, api.flows))
    for name, text in reply.headers.items():
        assert name.isprintable() and str(text).isprintable()
    return reply


@pytest.mark.parametrize("value", CLIMBING, ids=lambda value: ascii(value)[:30])
def test_no_parameter_leads_elsewhere_or_breaks_anything(api: Api, value: str) -> None:
    made = api.call("POST", "/v1/inboxes", body={"mode": "generated"}).json
    headers = bearer(made["access_token"]) | {"X-Admin-Key": value.strip() or "x"}

    for route in ROUTES:
        if "{" in route.path:
            reply = called(api, route.method, route.path, value, headers)

            assert 400 <= reply.status < 500, (route, reply.status)
            assert b"root:" not in reply.content


@pytest.mark.parametrize("value", CLIMBING, ids=lambda value: ascii(value)[:30])
def test_no_part_of_an_own_mail_leads_elsewhere(api: Api, value: str) -> None:
    made = api.call("POST", "/v1/inboxes", body={"mode": "generated"}).json
    api.flows.receive(b"Subject: x\r\n\r\nwords\r\n", made["email_address"])
    value = value.encode("utf-8", "replace").decode()
    headers, inbox = bearer(made["access_token"]), made["inbox_id"]
    message = "/v1/inboxes/{inboxId}/messages/{uid}"

    replies = [
        api.call("GET", message, inbox, value, headers=headers),
        api.call("GET", f"{message}/raw", inbox, value, headers=headers),
        api.call(
            "GET", f"{message}/attachments/{{attachmentId}}", inbox, "1", value, headers=headers
        ),
        api.call("GET", "/v1/inboxes/{inboxId}/messages", inbox, headers=headers, since_uid=value),
    ]

    assert {reply.status for reply in replies} <= {200, 400, 404}
    assert all(reply.status != 200 for reply in replies[:3])


SPLITTING = "a\r\nSet-Cookie: evil=1\r\n\r\n<script>\0\u2028\x85\x0b"


def test_names_and_subjects_split_no_header(api: Api) -> None:
    address, _ = api.make()
    name = base64.b64encode(SPLITTING.encode()).decode()
    api.flows.receive(
        f"Subject: =?utf-8?B?{name}?=\r\nFrom: =?utf-8?B?{name}?= <a@b.example>\r\n"
        f'Content-Type: application/pdf; name="=?utf-8?B?{name}?="\r\n'
        f"Content-Disposition: attachment; filename*=utf-8''a%0d%0aSet-Cookie:%20a%3d1%00.pdf\r\n"
        f"Content-ID: <{name}\r\n >\r\n\r\nx\r\n".encode(),
        address,
    )

    (listed,) = api.call("GET", "/api/emails/{email}/messages", address).json
    message = listed["id"]
    (part,) = api.call("GET", "/api/messages/{id}", message).json["attachments"]
    path = "/api/messages/{id}/attachments/{attachmentId}"
    replies = [
        api.call("GET", path, message, str(part["id"])),
        api.call("GET", "/api/messages/{id}/raw", message),
        api.call("GET", "/api/messages/{id}", message, html="safe"),
    ]

    for reply in replies:
        assert reply.status == 200
        assert reply.cookies == []
        assert "Set-Cookie" not in reply.headers
        assert all(text.isprintable() and text.isascii() for text in reply.headers.values())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Authorization", "Bearer " + "a" * 100_000),
        ("Authorization", "bearer\t\v" + "." * 10_000),
        ("Cookie", "; ".join(f"token={n}" for n in range(20_000))),
        ("Cookie", "=;=;=" * 20_000),
        ("X-Admin-Key", "k" * 100_000),
        ("Accept-Encoding", "gzip," * 20_000),
        ("Host", "evil.example/\r\nx"),
        ("X-Forwarded-For", "1.2.3.4, " * 10_000),
        ("Origin", "null"),
        ("Content-Type", "application/json;" * 5_000),
    ],
)
def test_oversize_and_odd_headers_break_nothing(api: Api, name: str, value: str) -> None:
    for method, path in (("GET", "/api/users/me"), ("GET", "/v1/admin/stats"), ("GET", "/health")):
        reply = unpacked(serve(event(method, path, headers={name: value}), api.flows))

        assert reply.status < 500


@pytest.mark.parametrize(
    "body",
    [
        "[" * 60_000,
        '{"a":' * 12_000,
        "1" * 60_000,
        '{"mode":' + "9" * 5000 + "}",
        "NaN",
        '"\\ud800"',
    ],
    ids=["lists", "objects", "digits", "long number", "no number", "half a character"],
)
def test_hostile_json_breaks_nothing(api: Api, body: str) -> None:
    for route in ROUTES:
        if route.method == "POST" and "{" not in route.path:
            reply = unpacked(serve(event("POST", route.path, body=body), api.flows))

            assert reply.status < 500, route


LARGE = ["9" * 38, "9" * 39, "9" * 127, "1" * 400, "9007199254740993", "a\0b", "x" * 2100]


@pytest.mark.parametrize("value", LARGE, ids=lambda value: ascii(value)[:20])
def test_numbers_and_keys_beyond_dynamodbs_break_nothing(
    deployment: Deployment, value: str
) -> None:
    api = Api(deployment.assembly)
    made = api.call("POST", "/v1/inboxes", body={"mode": "generated"}).json
    headers, inbox = bearer(made["access_token"]), made["inbox_id"]

    for route in ROUTES:
        if "{" in route.path:
            assert called(api, route.method, route.path, value, headers).status < 500, route
    for parameters in ([inbox], [inbox, value], [inbox, value, value]):
        for route in ROUTES:
            if route.path.count("{") == len(parameters) and route.path.startswith("/v1/inboxes/"):
                query: dict[str, object] = {"since_uid": value, "cursor": value, "wait": "0"}
                told = event(route.method, route.path, *parameters, headers=headers, query=query)
                if (route.method, len(parameters)) not in (("DELETE", 1), ("POST", 1)):
                    assert unpacked(serve(told, api.flows)).status < 500, route


@pytest.mark.parametrize("after", [-1, 10**18, 10**38, 10**126, 10**400, 1.5, True])
def test_a_number_beyond_dynamodbs_is_no_failure_of_a_socket(
    deployment: Deployment, after: object
) -> None:
    email = Api(deployment.assembly).make()[0]
    frame = json.dumps({"type": "subscribe", "email": email, "after": after})
    identity = {"sourceIp": "192.0.2.1"}
    context = {"connectionId": "abc=", "eventType": "MESSAGE", "identity": identity}

    for route, body in (("$connect", None), ("$default", frame)):
        told = {"requestContext": context | {"routeKey": route}, "body": body}
        heard = answer(told, deployment.assembly)

    assert "INTERNAL_ERROR" not in heard["body"]
