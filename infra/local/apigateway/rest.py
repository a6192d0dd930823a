"""A stand-in for API Gateway's REST API: routes, events, limits and answers of its own."""

import asyncio
import logging
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from concurrent.futures import Executor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.web_protocol import RequestHandler
from aiohttp.web_request import BaseRequest

from infra.gateway_responses import (
    INTEGRATION_TIMEOUT,
    MAX_FUNCTION_ANSWER_BYTES,
    MAX_GATEWAY_BYTES,
    GatewayResponse,
    gateway_response,
)
from infra.local.apigateway.own_names import AT_HOME, Door, NotAtHome, OwnNames, path_of
from infra.local.apigateway.page import Page
from infra.local.apigateway.proxy import NO_PROXY, Proxies
from infra.local.apigateway.rest_event import (
    Answer,
    Headers,
    MalformedAnswer,
    Request,
    RouteTable,
    answer_of,
    event_of,
    request_id,
    size_of,
)
from infra.local.cloud import settled_at_once
from infra.local.connections import BOUNDS, BoundedServer, Bounds, Calls, NoPlace
from infra.local.engine.store import NotKept
from mayfly.api import ROUTES
from mayfly.facades.facade import DOUBLED
from mayfly.page.files import MAIL_FILES

logger = logging.getLogger("mayfly.http")
CONCURRENCY = 100  # of requests that do not wait for mail; each that does holds a thread, too
_EVENT_BYTES = 6 * 1024 * 1024  # Lambda takes no larger event
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"  # RFC 9110 section 10.1.1
_ENVELOPE_BYTES = 4096  # of an event around its body, about
_BODY_BYTES = min(MAX_GATEWAY_BYTES, (_EVENT_BYTES - _ENVELOPE_BYTES) * 3 // 4)  # in base64 there


def expects_continue(incoming: BaseRequest) -> bool:
    """Whether the client sends its body only once it was told to; what else it expects is not met.

    HTTP/1.0 knows no such answer, and would take it for the last one (RFC 9110 section 15.2).
    """
    expected = ",".join(incoming.headers.getall("Expect", [])).lower().split(",")
    return incoming.version >= (1, 1) and "100-continue" in map(str.strip, expected)


class StrictServer(BoundedServer):
    """aiohttp's server; its own refusals look like those of the API.

    It bounds what it reads before it has a request: 8190 bytes a line, 128 headers.
    """

    def __call__(self) -> RequestHandler:
        """A protocol for one connection."""
        return _Handler(self, loop=self._loop, **self._kwargs)


class _Handler(RequestHandler):
    __slots__ = ()

    def handle_error(self, *arguments: Any, **named: Any) -> web.StreamResponse:
        answer = super().handle_error(*arguments, **named)
        is_theirs = answer.status < 500
        error = gateway_response("DEFAULT_4XX" if is_theirs else "DEFAULT_5XX")
        headers = error.headers((), is_encrypted=False)
        headers["x-amzn-RequestId"] = request_id()
        refusal = web.Response(status=answer.status, body=error.body.encode(), headers=headers)
        refusal.force_close()
        return refusal


class OwnAnswer(Exception):
    """What API Gateway itself answers in such a case, and no function."""

    def __init__(self, kind: str, status: int = 500) -> None:
        super().__init__(kind)
        response = gateway_response(kind)
        self.response = replace(response, status=response.status or status)


@dataclass(frozen=True, slots=True)
class SecondName:
    """Another name of this port, for what must not share the page's origin (`FILES_URL`).

    The files of the mail frame are there, and all else is for `answer`.
    """

    authority: str
    answer: Callable[[BaseRequest], Awaitable[web.StreamResponse]]

    def is_asked(self, request: BaseRequest) -> bool:
        """Whether the request is for this name."""
        return request.headers.getall("Host", []) == [self.authority]


@dataclass(frozen=True, slots=True)
class HttpGateway:
    """Answers HTTP by calling `handle` with API Gateway's event.

    Each call is made in a thread, but those for which `is_short` holds: they are made in the event
    loop. No answer leaves before what it says is kept: `settled` waits for that.
    """

    handle: Callable[[dict[str, Any]], Any]
    threads: Executor
    is_short: Callable[[dict[str, Any]], bool] = lambda event: False
    settled: Callable[[], Awaitable[None]] = settled_at_once
    names: OwnNames = AT_HOME
    page: Page | None = None
    timeout: timedelta = INTEGRATION_TIMEOUT
    concurrency: int = CONCURRENCY
    bounds: Bounds = BOUNDS
    routes: RouteTable = field(
        default_factory=lambda: RouteTable.of(route.path for route in ROUTES)
    )
    proxies: Proxies = NO_PROXY
    elsewhere: SecondName | None = None

    @asynccontextmanager
    async def serving(self, listener: socket.socket, patience: float = 2.0) -> AsyncIterator[None]:
        """Answer until the block ends; requests under way have so many seconds then."""
        calls = Calls.of(self.concurrency, self.bounds.share)
        door = self.names.at(listener.getsockname()[1])

        async def answer(request: BaseRequest) -> web.StreamResponse:
            if self.elsewhere is not None and self.elsewhere.is_asked(request):
                return await self._second(request, self.elsewhere)
            try:
                return _sent(await self._answered(request, calls, door))
            except (OwnAnswer, NotAtHome) as own:
                return _sent(self._own(own.response, request))
            except NoPlace as refusal:
                busy = replace(gateway_response("THROTTLED"), message=str(refusal))
                return _sent(self._own(busy, request))

        server = StrictServer(answer, self.bounds, auto_decompress=False)
        async with server.serving(listener, patience):
            yield

    async def _answered(self, incoming: BaseRequest, calls: Calls, door: Door) -> Answer:
        host = door.authority(incoming)
        path, _, query = path_of(incoming.raw_path).partition("?")
        if not path.startswith("/"):  # `*`, or a name and port: for proxies (RFC 9112 section 3.2)
            raise OwnAnswer("BAD_REQUEST_PARAMETERS")
        path = re.sub(DOUBLED, r"\1/\2", path)  # as CloudFront does before API Gateway
        found = self.routes.find(path)
        if found is None:
            page = self._page(incoming, path, host)
            if page is None:
                raise OwnAnswer("RESOURCE_NOT_FOUND")
            return page
        door.check_origin(incoming)
        caller = self.proxies.caller(incoming, host)
        try:
            with calls.reading(caller.peer, incoming.content_length if incoming.body_exists else 0):
                async with asyncio.timeout(self.bounds.patience.total_seconds()):
                    body = await _body(incoming)
        except TimeoutError:
            raise OwnAnswer("DEFAULT_4XX", status=408) from None
        if body is None:
            raise OwnAnswer("REQUEST_TOO_LARGE")
        request = Request(
            incoming.method,
            path,
            query,
            _headers(incoming),
            body,
            caller.address,
            host,
            caller.scheme,
        )
        with calls.place(caller.peer, waits=_waits(path, query)):
            return await self._called(event_of(request, *found))

    async def _called(self, event: dict[str, Any]) -> Answer:
        try:
            if self.is_short(event):
                returned = self.handle(event)
            else:
                loop = asyncio.get_running_loop()
                call = loop.run_in_executor(self.threads, self.handle, event)
                returned = await asyncio.wait_for(call, self.timeout.total_seconds())
            await self.settled()
            if size_of(returned) > MAX_FUNCTION_ANSWER_BYTES:
                raise MalformedAnswer("larger than Lambda lets through")
            answer, name = answer_of(returned), event["requestContext"]["requestId"]
            return replace(answer, headers=[*answer.headers, ("x-amzn-RequestId", name)])
        except TimeoutError:
            raise OwnAnswer("INTEGRATION_TIMEOUT") from None
        except NotKept:
            raise OwnAnswer("DEFAULT_5XX", status=503) from None
        except MalformedAnswer as error:
            logger.error("%s: malformed answer (%s)", event["resource"], error)
        except Exception:
            logger.exception("%s failed", event["resource"])
        raise OwnAnswer("DEFAULT_5XX", status=502)

    async def _second(self, request: BaseRequest, name: SecondName) -> web.StreamResponse:
        path = path_of(request.raw_path).partition("?")[0]
        if path.lstrip("/") in MAIL_FILES:
            answer = self._page(request, path, name.authority)
            if answer is not None:
                return _sent(answer)
        return await name.answer(request)

    def _own(self, response: GatewayResponse, incoming: BaseRequest) -> Answer:
        origin = incoming.headers.get("Origin", "")
        headers = response.headers(self.names.cors_origins, origin, is_encrypted=False)
        named = [*headers.items(), ("x-amzn-RequestId", request_id())]
        return Answer(response.status or 500, named, response.body.encode())

    def _page(self, incoming: BaseRequest, path: str, host: str) -> Answer | None:
        """A file of the page, or the way to /docs while there is none."""
        if incoming.method not in ("GET", "HEAD"):
            return None
        if self.page is not None:
            return self.page.find(path, _headers(incoming), host)
        return Answer(302, [("Location", "/docs")], b"") if path == "/" else None


def _headers(incoming: BaseRequest) -> Headers:
    return [(_decoded(name), _decoded(value)) for name, value in incoming.raw_headers]


async def _body(incoming: BaseRequest) -> bytes | None:
    """The body; None if it is more than API Gateway or Lambda take."""
    body = bytearray()
    if (incoming.content_length or 0) > _BODY_BYTES:
        return None
    if expects_continue(incoming) and incoming.transport:
        incoming.transport.write(_CONTINUE)
    async for block in incoming.content.iter_any():
        body += block
        if len(body) > _BODY_BYTES:
            return None
    return bytes(body)


def _waits(path: str, query: str) -> bool:
    """Whether the request may be answered late: it waits for mail, or says for how long."""
    asked = dict(parse_qsl(query))
    waits = asked.get("timeout") if path.endswith("/wait") else asked.get("wait", "0")
    return waits != "0"


def _decoded(octets: bytes) -> str:
    return octets.decode("utf-8", "replace")


def _sent(answer: Answer) -> web.Response:
    response = web.Response(status=answer.status, body=answer.body)
    if "content-type" not in {name.lower() for name, _ in answer.headers}:
        response.content_type = "application/json"  # API Gateway's default
    _set(response, answer.headers)
    return response


def _set(response: web.Response, headers: Iterable[tuple[str, str]]) -> None:
    for name, value in headers:
        if name.lower() == "content-type":
            response.headers["Content-Type"] = value
        else:
            response.headers.add(name, value)
