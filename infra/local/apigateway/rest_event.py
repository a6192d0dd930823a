"""The event of API Gateway's Lambda proxy integration for REST APIs, and the answer to it.

https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

import base64
import binascii
import json
import secrets
import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

from infra.local.account import ACCOUNT

STAGE = "live"
API_ID = "laptop"
# What the gateway sets itself, whatever a client sent under these names.
_SET_HERE = {"host", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto"}
_PORTS = {"http": "80", "https": "443"}
_ANSWER_FIELDS = {"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"}
_NOT_PASSED_ON = {"connection", "content-length", "transfer-encoding", "keep-alive"}
# API Gateway keeps these names for itself ("important notes" of the REST API page).
_REMAPPED = {"date", "server", "www-authenticate"}

Headers = Sequence[tuple[str, str]]


class MalformedAnswer(Exception):
    """What a function returned is no answer; API Gateway turns it into a 502."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came in; `path` and `query` percent-encoded.

    `host` is the name and port that it is for, as the configuration has them: links begin with it.
    """

    method: str
    path: str
    query: str
    headers: Headers
    body: bytes
    client_host: str
    host: str
    scheme: str = "http"


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back."""

    status: int
    headers: Headers
    body: bytes


def event_of(request: Request, resource: str, parameters: Mapping[str, str]) -> dict[str, Any]:
    """The event. All media types are binary, so that a body is always base64."""
    _, _, port = request.host.rpartition(":")
    sent = [(name, value) for name, value in request.headers if name.lower() not in _SET_HERE]
    set_here = [
        ("Host", request.host),
        ("X-Forwarded-For", request.client_host),
        ("X-Forwarded-Port", port if port.isdecimal() else _PORTS[request.scheme]),
        ("X-Forwarded-Proto", request.scheme),
    ]
    headers = gathered([*sent, *set_here])
    query = gathered(parse_qsl(request.query, keep_blank_values=True))
    return {
        "resource": resource,
        "path": request.path,
        "httpMethod": request.method,
        "headers": last_of(headers),
        "multiValueHeaders": headers,
        # The last value of a name that is repeated, and null instead of nothing.
        "queryStringParameters": last_of(query) or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": {name: _decoded(value) for name, value in parameters.items()} or None,
        "stageVariables": None,
        "requestContext": _context(request, resource, last_of(headers).get("User-Agent")),
        "body": base64.b64encode(request.body).decode("ascii") if request.body else None,
        "isBase64Encoded": bool(request.body),
    }


def answer_of(returned: Any) -> Answer:
    """The answer that a function returned; MalformedAnswer if it is none."""
    if not isinstance(returned, dict) or not set(returned) <= _ANSWER_FIELDS:
        raise MalformedAnswer("no proxy answer")
    try:
        status = int(returned["statusCode"])
        headers = [
            (_header_name(name), _text(value))
            for name, value in _all_headers(returned)
            if name.lower() not in _NOT_PASSED_ON
        ]
        body = returned.get("body") or ""
        if not isinstance(body, str) or not 200 <= status <= 599:
            raise MalformedAnswer("body or status")
        encoded = returned.get("isBase64Encoded") is True
        content = base64.b64decode(body, validate=True) if encoded else body.encode()
    except (KeyError, TypeError, ValueError, AttributeError, binascii.Error) as error:
        raise MalformedAnswer(type(error).__name__) from error
    return Answer(status, headers, content)


def request_id() -> str:
    """The name of a request, in its answer and in the log."""
    return str(uuid.uuid4())


def size_of(returned: Any) -> int:
    """Of the answer as JSON, which is how Lambda passes it on."""
    if not isinstance(returned, dict):
        return 0
    body = returned.get("body")
    # Base64 stays as it is in JSON; only text has to be looked at.
    if returned.get("isBase64Encoded") is True and isinstance(body, str):
        return len(body)
    return len(json.dumps(body, default=str))


def _all_headers(returned: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """Both kinds; of a name that is in both, the list counts."""
    lists: Mapping[str, Any] = returned.get("multiValueHeaders") or {}
    listed = {name.lower() for name in lists}
    for name, value in (returned.get("headers") or {}).items():
        if name.lower() not in listed:
            yield name, value
    for name, values in lists.items():
        for value in values:
            yield name, value


def _header_name(name: str) -> str:
    return f"x-amzn-Remapped-{name}" if name.lower() in _REMAPPED else name


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return json.dumps(value)
    if not isinstance(value, str | int | float):
        raise MalformedAnswer("a header that is no scalar")
    text = str(value)
    if not text.isprintable():
        raise MalformedAnswer("a header with control characters")
    return text


def gathered(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """All values of each name, in their order."""
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def last_of(several: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The last value of each name."""
    return {name: values[-1] for name, values in several.items()}


def _decoded(value: str) -> str:
    """REST APIs decode path parameters, and leave the percent sign encoded.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
    """
    return unquote(value.replace("%25", "%2525"))


def _context(request: Request, resource: str, user_agent: str | None) -> dict[str, Any]:
    now = time.time()
    return {
        "accountId": ACCOUNT,
        "apiId": API_ID,
        "deploymentId": "laptop",
        "domainName": request.host,
        "domainPrefix": request.host.partition(".")[0],
        "extendedRequestId": secrets.token_urlsafe(11) + "=",
        "httpMethod": request.method,
        "identity": {"sourceIp": request.client_host, "userAgent": user_agent},
        "path": request.path,  # as under a custom domain: the stage is no part of it
        "protocol": "HTTP/1.1",
        "requestId": request_id(),
        "requestTime": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
        "requestTimeEpoch": int(now * 1000),
        "resourceId": resource,
        "resourcePath": resource,
        "stage": STAGE,
    }


@dataclass(frozen=True, slots=True)
class RouteTable:
    """Path templates such as `/api/emails/{email}`; one path segment fills one parameter."""

    templates: Mapping[int, Sequence[tuple[str, Sequence[str]]]]
    """By the number of their segments: each as a whole and in segments."""

    @classmethod
    def of(cls, paths: Iterable[str]) -> "RouteTable":
        """Words before parameters, so that `/docs/x` wins against `/docs/{file}`."""
        found: dict[int, list[tuple[str, Sequence[str]]]] = {}
        for path in sorted(set(paths), key=lambda path: path.replace("{", "\uffff")):
            segments = path.split("/")
            found.setdefault(len(segments), []).append((path, segments))
        return cls(found)

    def find(self, path: str) -> tuple[str, Mapping[str, str]] | None:
        """The template that fits and the parameters, still percent-encoded."""
        # REST APIs find `/a/` where `/a` is.
        segments = (path.removesuffix("/") or path).split("/")
        for template, parts in self.templates.get(len(segments), ()):
            parameters = _fit(parts, segments)
            if parameters is not None:
                return template, parameters
        return None


def _fit(template: Sequence[str], segments: Sequence[str]) -> dict[str, str] | None:
    parameters = {}
    for part, found in zip(template, segments, strict=True):
        if part.startswith("{"):
            if not found:
                return None
            parameters[part.strip("{}")] = found
        elif part != found:
            return None
    return parameters
