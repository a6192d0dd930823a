"""What the bucket's door answers: what is in the bucket, to who has a link or a form for it."""

import asyncio
import logging
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from aiohttp import BodyPartReader, web
from aiohttp.web_request import BaseRequest

from infra.local.apigateway.own_names import AT_HOME, HOST, Door, NotAtHome, OwnNames, path_of
from infra.local.connections import BOUNDS, BoundedServer, Bounds
from infra.local.s3.signatures import AccessKey, NotSigned
from mayfly.kit.http.cors import ANY, BUCKET_EXPOSED

_KINDS = {403: "AccessDenied", 405: "MethodNotAllowed", 411: "MissingContentLength"}
_KINDS |= {400: "InvalidRequest", 408: "RequestTimeout", 413: "EntityTooLarge"}
logger = logging.getLogger("mayfly.bucket")
_PASSED_ON = ("Range", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since")
_READING = ("GET", "HEAD")
_FORM_BYTES = 20_000  # of all fields but the file, as with S3

Answered = tuple[int, Mapping[str, Any], Any]
"""Status, headers and body."""


def passed_on(status: int, headers: Mapping[str, Any], body: Any, *, is_head: bool) -> web.Response:
    """What S3 answered, without its headers of the connection."""
    content = body.encode() if isinstance(body, str) else bytes(body or b"")
    response = web.Response(status=status, body=b"" if is_head else content)
    for name, value in headers.items():
        if name.lower() not in ("connection", "content-length", "transfer-encoding", "date"):
            response.headers[name] = str(value)
    if is_head and "content-length" in {name.lower() for name in headers}:
        response.headers["Content-Length"] = str(
            next(value for name, value in headers.items() if name.lower() == "content-length")
        )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def refusal(status: int, why: str) -> web.Response:
    """As S3 tells it."""
    kind = _KINDS.get(status, "AccessDenied")
    text = f"<Error><Code>{kind}</Code><Message>{escape(why)}</Message></Error>"
    return web.Response(status=status, text=text, content_type="application/xml")


class _Refused(Exception):
    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


@dataclass(frozen=True, slots=True)
class BucketDoor:
    """Answers for one bucket.

    `read` gives S3's answer to a GET or HEAD of a target (path and query) with these headers;
    `put` keeps a file that was uploaded, under its key.
    """

    bucket: str
    access_key: AccessKey
    read: Callable[[str, str, Mapping[str, str]], Answered]
    put: Callable[[str, bytes], Any]
    most_bytes: int
    now: Callable[[], datetime]
    names: OwnNames = AT_HOME
    bounds: Bounds = BOUNDS

    @asynccontextmanager
    async def serving(
        self, listener: socket.socket, tls: ssl.SSLContext | None = None
    ) -> AsyncIterator[None]:
        """Answer until the block ends; within TLS by each of this machine's names."""
        port = listener.getsockname()[1]
        answer = self.answering(port, f"http://{HOST}:{port}" if tls is None else None)
        async with BoundedServer(answer, self.bounds).serving(listener, 0.5, tls):
            yield

    def answering(
        self, port: int, endpoint: str | None
    ) -> Callable[[BaseRequest], Awaitable[web.StreamResponse]]:
        """Answers requests to this port, for links that begin with `endpoint`.

        Without one, links begin with the name that was asked for.
        """
        door = self.names.at(port)

        async def answer(request: BaseRequest) -> web.StreamResponse:
            return await self._answered(request, door, endpoint)

        return answer

    async def _answered(
        self, request: BaseRequest, door: Door, endpoint: str | None
    ) -> web.Response:
        headers: dict[str, str] = {}
        try:
            asked = door.authority(request)
            endpoint = endpoint or f"https://{asked}"
            # Signed links have this name only.
            if asked != endpoint.partition("://")[2]:
                raise _Refused(403, "This is not the name of this service")
            headers = _cors(request, door)
            async with asyncio.timeout(self.bounds.patience.total_seconds()):
                response = await self._done(request, endpoint)
        except NotAtHome as error:
            response = refusal(error.response.status or 403, error.response.message)
        except NotSigned as error:
            response, headers = refusal(403, str(error)), {}  # nothing for pages
        except _Refused as error:
            response = refusal(error.status, str(error))
        except TimeoutError:
            response = refusal(408, "The file did not arrive in time")
        response.headers.update(headers)
        return response

    async def _done(self, request: BaseRequest, endpoint: str) -> web.Response:
        match request.method:
            case "GET" | "HEAD":
                return await self._read(request, endpoint)
            case "POST":
                return await self._uploaded(request)
            case "OPTIONS" if "Access-Control-Request-Method" in request.headers:
                wanted = request.headers["Access-Control-Request-Method"]
                if wanted in _READING:
                    self._signed(request, wanted, endpoint)
                return web.Response()
        raise _Refused(405, "Signed links and forms are answered, nothing else")

    async def _read(self, request: BaseRequest, endpoint: str) -> web.Response:
        target = self._signed(request, request.method, endpoint)
        if "Authorization" in request.headers:  # sent along by a client that was redirected
            raise _Refused(400, "Only one auth mechanism is allowed: send no Authorization here")
        sent = {name: request.headers[name] for name in _PASSED_ON if name in request.headers}
        status, headers, body = await asyncio.to_thread(self.read, request.method, target, sent)
        return passed_on(status, headers, body, is_head=request.method == "HEAD")

    def _signed(self, request: BaseRequest, method: str, endpoint: str) -> str:
        """The target, which is signed for this method; NotSigned if it is not."""
        target = path_of(request.raw_path)
        if not target.startswith(f"/{self.bucket}/"):
            raise NotSigned("this is no link into the bucket")
        self.access_key.check_request(method, endpoint, target, self.now())
        return target

    async def _uploaded(self, request: BaseRequest) -> web.Response:
        if path_of(request.raw_path).rstrip("/") != f"/{self.bucket}":
            raise NotSigned("this is no form of the bucket")
        if request.content_length is None:
            raise _Refused(411, "Say how long the form is (Content-Length)")
        if request.content_length > self.most_bytes + _FORM_BYTES:
            raise _Refused(413, "The form is larger than any file may be")
        if request.content_type != "multipart/form-data":
            raise _Refused(400, "Send the form as multipart/form-data")
        try:
            key, content = await self._form(request)
        except (ValueError, AssertionError) as error:
            raise _Refused(400, "The form cannot be read") from error
        await asyncio.to_thread(self.put, key, content)
        return web.Response(status=204)

    async def _form(self, request: BaseRequest) -> tuple[str, bytes]:
        """Key and content of the file. It is the last field: what is before says if it may come."""
        fields: list[tuple[str, str]] = []
        left = _FORM_BYTES
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or part.name is None:
                raise _Refused(400, "The form cannot be read")
            if part.name == "file":
                key, sizes = self.access_key.check_form(fields, self.bucket, self.now())
                content = await _content(part, min(sizes.most, self.most_bytes))
                if len(content) < sizes.least:
                    raise _Refused(400, "The file is smaller than was said")
                return key, content
            value = await _content(part, left)
            left -= len(value) + len(part.name)
            fields.append((part.name, value.decode("utf-8", "replace")))
        raise _Refused(400, "The form has no file")


def _cors(request: BaseRequest, door: Door) -> dict[str, str]:
    """As the rules of the bucket in the cloud; NotAtHome for pages that may not upload.

    A signed link lets in whoever has it: after a redirect a page's origin is `null`.
    """
    preflight = request.method == "OPTIONS"
    wanted = request.headers.get("Access-Control-Request-Method", "")
    reads = (wanted if preflight else request.method) in _READING
    if not reads:
        door.check_origin(request)
    origin = request.headers.get("Origin")
    if origin is None:
        return {}
    headers = {"Access-Control-Allow-Origin": ANY if reads else origin, "Vary": "Origin"}
    if reads:
        headers["Access-Control-Expose-Headers"] = ", ".join(BUCKET_EXPOSED)
    if preflight:
        asked = request.headers.get("Access-Control-Request-Headers")
        headers |= {"Access-Control-Allow-Headers": asked} if asked else {}
        headers["Access-Control-Allow-Methods"] = ", ".join(_READING) if reads else "POST"
        headers["Access-Control-Max-Age"] = "3600"
    return headers


async def _content(part: BodyPartReader, most: int) -> bytes:
    content = bytearray()
    while block := await part.read_chunk():
        content += block
        if len(content) > most:
            raise _Refused(413, "The field or the file is larger than was said")
    return bytes(content)
