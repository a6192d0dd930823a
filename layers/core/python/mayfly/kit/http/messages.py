"""API Gateway's events as requests, and answers as what a function gives back (REST proxy, v1).

https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

import base64
import gzip
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import msgspec

from mayfly import limits
from mayfly.errors import BodyTooLarge, InvalidInput, Unauthenticated, UnknownEncoding
from mayfly.kit.http.body import NO_FIELDS, json_object, only_fields
from mayfly.kit.http.cors import cors_headers
from mayfly.page.files import STRICT_TRANSPORT

Event = Mapping[str, Any]

EXPOSED_HEADERS = (
    "Allow, Content-Disposition, Link, Location, Retry-After, WWW-Authenticate, X-Last-Sequence,"
    " X-Next-Cursor, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, x-amzn-RequestId"
)
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
"""On every answer, unless it has a better value of its own."""
TLS_HEADERS = {
    "Strict-Transport-Security": f"max-age={int(STRICT_TRANSPORT.total_seconds())}",
}
"""Besides, on what goes over TLS and on nothing else (RFC 6797 section 7.2)."""
PREFLIGHT_HEADERS = {
    "Access-Control-Allow-Headers": (
        "Authorization, Content-Type, Idempotency-Key, X-Admin-Key, X-Altcha, X-API-Key"
    ),
    "Access-Control-Max-Age": "7200",
}
_COMPRESSED_FROM = 2048  # bytes; below, one packet is one packet
_TEXT_UP_TO = 64 * 1024  # bytes; JSON in JSON may grow sevenfold, base64 only by a third
_LISTS = {"cookie": "; ", "accept": ", ", "accept-encoding": ", "}  # RFC 9110 section 5.3
_ACCEPTED_CHARS = 1000
_CREDENTIALS = ("authorization", "cookie", "x-api-key", "x-admin-key")
_SAME_COOKIES = 5  # of one name that are looked at
_BEARER = re.compile(r"bearer +([A-Za-z0-9._~+/-]+=*)\s*", re.IGNORECASE)  # RFC 6750 section 2.1


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. Header names are in lower case, path parameters are decoded.

    `client` is the address that API Gateway saw, or CloudFront in front of it: no header that a
    caller sends can change it.
    """

    method: str
    resource: str
    parameters: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    base_url: str
    body: str
    is_base64: bool
    client: str = ""

    @classmethod
    def read(cls, event: Event) -> "Request":
        """Take from the event what the API looks at.

        REST APIs pass path parameters on as they were sent, `%40` for `@` included; decoding what
        another gateway has decoded already changes no address that this service makes.
        """
        headers = _headers(event)
        parameters = event.get("pathParameters") or {}
        return cls(
            method=event["httpMethod"],
            resource=event["resource"],
            parameters={name: unquote(text) for name, text in parameters.items()},
            query=event.get("queryStringParameters") or {},
            headers=headers,
            base_url=_base_url(event, headers),
            body=event.get("body") or "",
            is_base64=bool(event.get("isBase64Encoded")),
            client=(event.get("requestContext") or {}).get("identity", {}).get("sourceIp") or "",
        )

    @property
    def token(self) -> str:
        """The bearer token (RFC 6750 section 2.1); Unauthenticated without one."""
        found = _BEARER.fullmatch(self.headers.get("authorization", ""))
        if found is None:
            raise Unauthenticated("send the access token as `Authorization: Bearer <token>`")
        return found[1]

    @property
    def token_or_none(self) -> str | None:
        """The bearer token, for an operation that works without one, too."""
        found = _BEARER.fullmatch(self.headers.get("authorization", ""))
        return found[1] if found else None

    @property
    def is_anonymous(self) -> bool:
        """Whether nothing came along that could be a credential."""
        return not any(self.headers.get(name, "").strip() for name in _CREDENTIALS)

    @property
    def admin_key(self) -> str:
        """What was sent as the admin key, "" without one."""
        return self.headers.get("x-admin-key", "").strip()

    @property
    def api_key(self) -> str:
        """What was sent as an API key, "" without one."""
        return self.headers.get("x-api-key", "").strip()

    def cookie(self, name: str) -> str:
        """The value of the cookie, of several the first; "" without one."""
        return next(iter(self.cookies(name)), "")

    def cookies(self, name: str) -> list[str]:
        """The values of all cookies of this name: other hosts of the domain may have set theirs.

        A browser sends them all, and does not say which is whose (RFC 6265 section 5.4).
        """
        pairs = (pair.strip().partition("=") for pair in self.headers.get("cookie", "").split(";"))
        return [value.strip('"') for found, _, value in pairs if found == name][:_SAME_COOKIES]

    def document(
        self,
        *names: str,
        most_bytes: int = limits.MAX_REQUEST_BYTES,
        longer: Mapping[str, int] = NO_FIELDS,
    ) -> dict[str, Any]:
        """The body's JSON object, {} without a body; InvalidInput for fields not in `names`.

        `longer` are those that may be longer than others, and how long.
        """
        document = self._object(most_bytes, longer)
        only_fields(document, *names)
        return document

    def loose_document(
        self,
        most_bytes: int = limits.MAX_REQUEST_BYTES,
        longer: Mapping[str, int] = NO_FIELDS,
    ) -> dict[str, Any]:
        """The same with all its fields: clients of other services send what those know."""
        return self._object(most_bytes, longer)

    def accepts_gzip(self) -> bool:
        """Whether the answer may be compressed."""
        return accepts_gzip(self.headers.get("accept-encoding", ""))

    def accepts_only_json(self) -> bool:
        """Whether JSON is taken and not everything is: many clients say both."""
        weights = _weights(self.headers.get("accept", ""))
        everything = max(weights.get(each, 0.0) for each in ("*/*", "application/*"))
        return weights.get("application/json", 0.0) > 0 and not everything

    def _object(self, most_bytes: int, longer: Mapping[str, int]) -> dict[str, Any]:
        encoding = self.headers.get("content-encoding", "").strip().lower()
        if encoding not in ("", "identity"):
            raise UnknownEncoding("send the body as it is: no Content-Encoding is taken")
        body = self._body(most_bytes)
        return json_object(body, self.headers.get("content-type", ""), longer)

    def _body(self, most_bytes: int) -> bytes:
        # Base64 has four characters for three bytes, so what is too large need not be decoded.
        length = len(self.body) * 3 // 4 - 2 if self.is_base64 else len(self.body)
        if length <= most_bytes:
            body = self._decoded()
            if len(body) <= most_bytes:
                return body
        raise BodyTooLarge(f"a body may have {most_bytes} bytes")

    def _decoded(self) -> bytes:
        if not self.is_base64:
            return self.body.encode("utf-8", "surrogatepass")
        try:
            return base64.b64decode(self.body, validate=True)
        except ValueError as error:
            raise InvalidInput("the body is not JSON in UTF-8") from error


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer; its headers replace those that every answer has.

    `cookies` are the values of its `Set-Cookie` headers, one each. `mail` is the id of the one
    email that it is about, if there is one: by it the log of a request leads to those of the
    functions that the mail comes by. `linked_bytes` has the file that the answer is a link to.
    """

    status: int
    content: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: Sequence[str] = ()
    mail: str = ""
    linked_bytes: int = 0

    def event(self, request: Request, origins: Sequence[str]) -> dict[str, Any]:
        """What the function gives back to API Gateway."""
        content = self.content
        tls = TLS_HEADERS if request.base_url.startswith("https:") else {}
        cors = cors_headers(origins, request.headers.get("origin", ""), EXPOSED_HEADERS)
        headers = {**SECURITY_HEADERS, **tls, **cors, **self.headers}
        headers |= _joined_vary(cors, self.headers)
        is_text = headers.get("Content-Type", "").startswith(("application/json", "text/"))
        if is_text and len(content) >= _COMPRESSED_FROM and "Content-Encoding" not in headers:
            headers["Vary"] = ", ".join(filter(None, (headers.get("Vary"), "Accept-Encoding")))
            if request.accepts_gzip():
                content = gzip.compress(content, 6, mtime=0)
                headers["Content-Encoding"] = "gzip"
        is_plain = is_text and "Content-Encoding" not in headers and len(content) <= _TEXT_UP_TO
        text = "" if request.method == "HEAD" else _utf_8(content) if is_plain else None
        encoded = base64.b64encode(content).decode("ascii") if text is None else text
        event: dict[str, Any] = {
            "statusCode": self.status,
            "headers": headers,
            "body": encoded,
            "isBase64Encoded": text is None,
        }
        if self.cookies:
            event["multiValueHeaders"] = {"Set-Cookie": list(self.cookies)}
        return event


def _utf_8(content: bytes) -> str | None:
    """The text; None for what is text in another charset, as an attachment may be."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None


def _headers(event: Event) -> dict[str, str]:
    """By their names in lower case. Lists that came in several lines are one; else the last counts.

    HTTP/2 clients may send each cookie in a line of its own (RFC 9113 section 8.2.3).
    """
    headers = {name.lower(): str(text) for name, text in (event.get("headers") or {}).items()}
    lines: dict[str, list[str]] = {}
    for name, texts in (event.get("multiValueHeaders") or {}).items():
        lines.setdefault(name.lower(), []).extend(map(str, texts or ()))
    joined = {name: between.join(lines[name]) for name, between in _LISTS.items() if name in lines}
    return headers | joined


def accepts_gzip(accepted: str) -> bool:
    """Whether what this Accept-Encoding is sent with may be answered in gzip."""
    weights = _weights(accepted)
    gzip_weight = weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0)))
    # What is not named weighs as much as the best that is: gzip is smaller.
    return gzip_weight > 0 and gzip_weight >= weights.get("identity", 0.0)


def _weights(accepted: str) -> dict[str, float]:
    """The weight of each type or coding (RFC 9110 sections 12.5.1 and 12.5.3)."""
    weights: dict[str, float] = {}
    for each in accepted[:_ACCEPTED_CHARS].lower().split(","):
        coding, *parameters = (part.strip() for part in each.split(";"))
        weight = next((part[2:] for part in parameters if part.startswith("q=")), "1")
        try:
            weights[coding] = float(weight)
        except ValueError:
            weights[coding] = 0.0
    return weights


def json_answer(
    document: object, status: int = 200, headers: Mapping[str, str] | None = None
) -> Answer:
    """The document as JSON."""
    content = msgspec.json.encode(document)
    return Answer(status, content, {"Content-Type": "application/json", **(headers or {})})


def _joined_vary(*sources: Mapping[str, str]) -> dict[str, str]:
    varies = [each["Vary"] for each in sources if "Vary" in each]
    return {"Vary": ", ".join(varies)} if varies else {}


def _base_url(event: Event, headers: Mapping[str, str]) -> str:
    """Where the API begins, as the caller sees it: with API Gateway's stage, if there is one."""
    context = event.get("requestContext") or {}
    path = context.get("path") or event.get("path") or ""
    own = event["resource"].count("/")
    prefix = "/".join(path.rstrip("/").split("/")[:-own])
    host = headers.get("host") or context.get("domainName") or "localhost"
    return f"{headers.get('x-forwarded-proto', 'https')}://{host}{prefix}"
