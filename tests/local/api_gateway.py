"""What API Gateway (REST) makes of a request and of a function's answer, by AWS's documentation.

Written from the pages named here and not from the laptop's gateway, to compare that one with:
https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
"""

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, unquote_plus

from infra.gateway_responses import gateway_response
from mayfly.api import ROUTES

Event = dict[str, Any]
Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Sent:
    """A request as it is on the wire, without the headers that every client adds."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(frozen=True)
class Seen:
    """What of an answer the client sees; names of headers in lower case."""

    status: int
    headers: frozenset[tuple[str, str]]
    body: bytes


@dataclass(frozen=True)
class Shape:
    """What the documentation leaves open, or clients may choose."""

    name: str
    decodes_path: bool = False
    plus_is_blank: bool = True
    lower_names: bool = False  # HTTP/2
    is_base64: bool = True


SHAPES = (
    Shape("as it is sent"),
    Shape("with decoded parameters", decodes_path=True),
    Shape("where a plus is a plus", plus_is_blank=False),
    Shape("over HTTP/2", lower_names=True),
    Shape("with text as text", is_base64=False),
)


def answered(sent: Sent, host: str, shape: Shape, function: Callable[[Event], Any]) -> Seen:
    """What API Gateway answers, with this function behind it."""
    path, _, query = sent.target.partition("?")
    found = _resource(path)
    if found is None:
        own = gateway_response("MISSING_AUTHENTICATION_TOKEN")
        return _seen(own.status or 0, [*own.headers(("*",), is_encrypted=False).items()], own.body)
    resource, parameters = found
    if shape.decodes_path:  # "the percent sign stays encoded"
        parameters = {
            name: unquote(text.replace("%25", "%2525")) for name, text in parameters.items()
        }
    headers: dict[str, list[str]] = {}
    added = [("Host", host), ("X-Forwarded-For", "127.0.0.1"), ("X-Forwarded-Proto", "http")]
    for name, value in (*sent.headers, *added):
        headers.setdefault(name.lower() if shape.lower_names else name, []).append(value)
    values = _query(query, unquote_plus if shape.plus_is_blank else unquote)
    event = {
        "resource": resource,
        "path": path,
        "httpMethod": sent.method,
        "headers": {name: each[-1] for name, each in headers.items()},
        "multiValueHeaders": headers,
        "queryStringParameters": {name: each[-1] for name, each in values.items()} or None,
        "multiValueQueryStringParameters": values or None,
        "pathParameters": parameters or None,
        "stageVariables": None,
        "requestContext": {
            "resourcePath": resource,
            "path": path,
            "httpMethod": sent.method,
            "stage": "live",
            "requestId": "11111111-2222-3333-4444-555555555555",
            "identity": {"sourceIp": "127.0.0.1"},
            "domainName": host,
        },
        **_body(sent.body, shape),
    }
    return _given(function(event))


def _resource(path: str) -> tuple[str, dict[str, str]] | None:
    """A slash at the end counts for nothing; words come before parameters."""
    templates = sorted({route.path for route in ROUTES}, key=lambda each: each.count("{"))
    for template in templates:
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template))
        found = re.fullmatch(pattern + "/?", path)
        if found:
            return template, found.groupdict()
    return None


def _query(query: str, decoded: Callable[[str], str]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for pair in filter(None, query.split("&")):
        name, _, value = pair.partition("=")
        values.setdefault(decoded(name), []).append(decoded(value))
    return values


def _body(body: bytes, shape: Shape) -> Event:
    if not body:
        return {"body": None, "isBase64Encoded": False}
    if not shape.is_base64 and _is_text(body):
        return {"body": body.decode(), "isBase64Encoded": False}
    return {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}


def _is_text(body: bytes) -> bool:
    try:
        return bool(body.decode())
    except UnicodeDecodeError:
        return False


def _given(answer: Mapping[str, Any]) -> Seen:
    headers: Pairs = [(name, str(value)) for name, value in (answer.get("headers") or {}).items()]
    for name, values in (answer.get("multiValueHeaders") or {}).items():
        headers += [(name, str(value)) for value in values]
    body = answer.get("body") or ""
    content = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
    return _seen(int(answer["statusCode"]), headers, content)


_REMAPPED = {"date", "server", "www-authenticate"}


def _seen(status: int, headers: Pairs, body: bytes | str) -> Seen:
    named = {(_renamed(name.lower()), value) for name, value in headers}
    if "content-type" not in {name for name, _ in named}:
        named.add(("content-type", "application/json"))
    return Seen(status, frozenset(named), body.encode() if isinstance(body, str) else body)


def _renamed(name: str) -> str:
    return f"x-amzn-remapped-{name}" if name in _REMAPPED else name
