"""A caller of the HTTP API that checks each answer against the API's own document."""

import base64
import gzip
import json
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any
from urllib.parse import quote

import jsonschema

from functions.http_api.handler import serve
from mayfly.accounts.approval import ApprovedDomains
from mayfly.accounts.passwords import PasswordHashes, Passwords
from mayfly.api import ROUTES
from mayfly.assembly import Assembly
from mayfly.openapi import document
from mayfly.rate_limits.service import RateLimits
from mayfly.settings import Settings
from tests import samples
from tests.memory import Memory

UNLIMITED = RateLimits(0, {}, 0)
BASE = "https://api.example/live"
DOCUMENT: dict[str, Any] = json.loads(json.dumps(document(BASE)))
DESCRIBED = {(route.method, route.path) for route in ROUTES}


@dataclass
class Reply:
    """An answer as a client has it, after API Gateway and the client have unpacked it."""

    status: int
    headers: dict[str, str]
    content: bytes
    cookies: list[str] = field(default_factory=list)

    @property
    def json(self) -> Any:
        """The content as JSON."""
        return json.loads(self.content)

    @property
    def code(self) -> str:
        """The code of an error."""
        code: str = self.json["error"]["code"]
        return code


class MemoryAssembly(Assembly):
    """An assembly over memory, with cheap hashes, and no rate limits unless given."""

    adapters: Memory

    def __init__(
        self,
        memory: Memory,
        settings: Settings | None = None,
        rates: RateLimits = UNLIMITED,
        hashes: PasswordHashes | None = None,
    ) -> None:
        self.asked: list[int] = []
        settings = settings or Settings()
        super().__init__(settings, memory, self._counted, self._paused)
        memory.claims.limits = settings.claim_limits
        self.rates = rates
        hashes = hashes or PasswordHashes(8, 1, 1)
        self.accounts.passwords = Passwords(hashes, lambda: {"correct horse"})
        self.sending.domains = ApprovedDomains(self.accounts.approval, memory.sendable_domains)

    @property
    def rates(self) -> RateLimits:
        return self.rate_limits.limiter.limits

    @rates.setter
    def rates(self, rates: RateLimits) -> None:
        self.rate_limits.limiter = replace(self.rate_limits.limiter, limits=rates)

    def restart(self, settings: Settings | None = None) -> None:
        """Go on as a new process, perhaps with other settings: nothing is made yet."""
        hashes = self.accounts.passwords.hashes
        fresh = MemoryAssembly(self.adapters, settings or self.settings, self.rates, hashes)
        fresh.asked = self.asked
        vars(self).clear()
        vars(self).update(vars(fresh))

    def keep_contents(self, read_anew_bytes: int = 0) -> None:
        """Keep those of mails that are larger than this; smaller ones are read anew."""
        mailbag = self.receiving.mailbag
        self.receiving.mailbag = replace(mailbag, read_anew_bytes=read_anew_bytes)

    def receive(self, raw: bytes, *recipients: str, name: str = "mail-1", **notice: object) -> None:
        """Take in a mail as the receiving function does."""
        self.adapters.raw_mails.put(f"raw/{name}", raw)
        told = {"received_at": self.now()} | notice
        self.receiving.receiver.receive(samples.notice(name, *recipients, **told))

    def _paused(self, seconds: float) -> None:
        # A copy of this has a clock of its own, which a function made here would not know.
        self.adapters.clock.pause(seconds)

    def _counted(self, length: int) -> bytes:
        self.asked.append(length)
        return len(self.asked).to_bytes(length, "big")


class Api:
    """Calls the handler as API Gateway does. Every answer must be a documented one."""

    def __init__(self, flows: Any) -> None:
        self.flows = flows

    def call(
        self,
        method: str,
        resource: str,
        *values: str,
        body: object = None,
        headers: dict[str, str] | None = None,
        **query: object,
    ) -> Reply:
        told = event(method, resource, *values, body=body, headers=headers, query=query)
        reply = unpacked(serve(told, self.flows))
        check(method, resource, reply)
        return reply

    def make(self) -> tuple[str, str]:
        """A new address and its access token."""
        made = self.call("POST", "/api/emails").json
        return made["email"], made["access_token"]


def bearer(token: str) -> dict[str, str]:
    """The headers that carry an access token."""
    return {"Authorization": f"Bearer {token}"}


def event(
    method: str,
    resource: str,
    *values: str,
    body: object = None,
    headers: dict[str, str] | None = None,
    query: dict[str, object] | None = None,
) -> dict[str, Any]:
    """API Gateway's REST proxy event; with `*/*` as binary type every body is base64."""
    names = [part[1:-1] for part in resource.split("/") if part.startswith("{")]
    parameters = dict(zip(names, (quote(value, safe="") for value in values), strict=True))
    path = resource
    for name, value in parameters.items():
        path = path.replace(f"{{{name}}}", value)
    text = body if isinstance(body, str | None) else json.dumps(body)
    sent = {"Host": "api.example", "X-Forwarded-Proto": "https", **(headers or {})}
    return {
        "resource": resource,
        "path": path,
        "httpMethod": method,
        "headers": sent,
        "multiValueHeaders": {name: [value] for name, value in sent.items()},
        "queryStringParameters": {name: str(value) for name, value in (query or {}).items()}
        or None,
        "pathParameters": parameters or None,
        "requestContext": {
            "resourcePath": resource,
            "path": f"/live{path}",
            "stage": "live",
            "requestId": "11111111-2222-3333-4444-555555555555",
            "identity": {"sourceIp": "192.0.2.1"},
            "domainName": "api.example",
        },
        "body": None if text is None else base64.b64encode(text.encode()).decode(),
        "isBase64Encoded": text is not None,
    }


def unpacked(answer: dict[str, Any]) -> Reply:
    """What of the function's answer reaches the client."""
    assert set(answer) - {"multiValueHeaders"} == {
        *("statusCode", "headers", "body", "isBase64Encoded")
    }
    assert len(json.dumps(answer)) < 6 * 1024 * 1024
    content = (
        base64.b64decode(answer["body"]) if answer["isBase64Encoded"] else answer["body"].encode()
    )
    headers = answer["headers"]
    if headers.get("Content-Encoding") == "gzip":
        content = gzip.decompress(content)
    cookies = answer.get("multiValueHeaders", {}).get("Set-Cookie", [])
    return Reply(answer["statusCode"], headers, content, cookies)


def response_of(method: str, resource: str, status: int) -> Any:
    """What the document says of this answer: errors are there once, for all operations."""
    response = DOCUMENT["paths"][resource][method.lower()]["responses"][str(status)]
    if "$ref" in response:
        return DOCUMENT["components"]["responses"][response["$ref"].rpartition("/")[2]]
    return response


def check(method: str, resource: str, reply: Reply) -> None:
    """Fail unless the API's document has this answer."""
    if (method, resource) not in DESCRIBED:
        return
    described = _described(method, resource, reply.status)
    content_type = reply.headers.get("Content-Type")
    if content_type is None:
        assert not described
        return
    assert content_type in described or "*/*" in described
    if content_type == "application/json" and "schema" in described.get(content_type, {}):
        _validator(method, resource, reply.status).validate(reply.json)


def _described(method: str, resource: str, status: int) -> dict[str, Any]:
    """What the document says of the content of this answer, by type."""
    described: dict[str, Any] = response_of(method, resource, status).get("content", {})
    return described


@cache
def _validator(method: str, resource: str, status: int) -> Any:
    """Of an answer in JSON: looking whether a schema is one takes longer than most answers."""
    schema = _described(method, resource, status)["application/json"]["schema"]
    schema = {**schema, "components": DOCUMENT["components"]}
    validating: Any = jsonschema.validators.validator_for(schema)
    validating.check_schema(schema)
    return validating(schema, format_checker=jsonschema.FormatChecker())
