"""A small HTTP/1.1 client (RFC 9112): bounded, over connections that it keeps."""

import asyncio
import json
import select
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from mayfly_client.bridge import limits
from mayfly_client.bridge.errors import Unreachable

_NO_BODY = (204, 304)
_SECURE = ("https", "wss")
_NOT_TWICE = "POST"  # whether it was done before the connection ended, nobody knows


def has_news(handle: int) -> bool:
    """Whether this socket has something to read. One that nobody asked has come to its end."""
    if hasattr(select, "poll"):
        poll = select.poll()  # select takes no number above 1023
        poll.register(handle, select.POLLIN)
        return bool(poll.poll(0))
    return bool(select.select([handle], [], [], 0)[0])


class Connection(NamedTuple):
    """An open connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @property
    def has_ended(self) -> bool:
        """Whether the other side has closed it, while nothing was asked."""
        transport = self.writer.transport
        if transport.is_closing() or self.reader.at_eof():
            return True
        return has_news(transport.get_extra_info("socket").fileno())

    async def end(self) -> None:
        """Close it at once: nobody waits for the other side's part of TLS."""
        self.writer.transport.abort()
        with suppress(OSError):
            await self.writer.wait_closed()


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def document(self) -> Any:
        """The JSON of it; Unreachable for what is none."""
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError) as error:
            raise Unreachable("what answered is no Mayfly") from error


@dataclass(frozen=True, slots=True)
class Origin:
    """A server to ask."""

    scheme: str
    host: str
    port: int
    path: str

    @classmethod
    def of(cls, url: str) -> "Origin":
        """The server of a URL, and what its paths begin with; ValueError for what is none."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https", "ws", "wss") or not parts.hostname:
            raise ValueError(f"{url!r} is no URL of a server")
        port = parts.port or (443 if parts.scheme in _SECURE else 80)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        return cls(parts.scheme, parts.hostname, port, path)

    @property
    def authority(self) -> str:
        """As `Host` names it."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        usual = 443 if self.scheme in _SECURE else 80
        return name if self.port == usual else f"{name}:{self.port}"

    async def connect(self, context: ssl.SSLContext | None) -> Connection:
        """A new connection; Unreachable if there is none."""
        tls = (context or ssl.create_default_context()) if self.scheme in _SECURE else None
        try:
            async with asyncio.timeout(limits.CONNECT_SECONDS):
                opened = await asyncio.open_connection(
                    self.host, self.port, ssl=tls, limit=limits.HEAD_BYTES
                )
        except (OSError, TimeoutError) as error:
            raise Unreachable(f"Mayfly cannot be reached at {self.authority}") from error
        return Connection(*opened)


class Http:
    """One server, with a few connections at once."""

    def __init__(
        self,
        origin: Origin,
        context: ssl.SSLContext | None = None,
        at_once: int = limits.REQUESTS_AT_ONCE,
    ) -> None:
        self.origin = origin
        self.context = context
        self._idle: list[Connection] = []
        self._places = asyncio.Semaphore(at_once)

    async def ask(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Answer:
        """The answer; Unreachable without one.

        A connection that was kept may have ended meanwhile: then another one is taken. If it ends
        once the request is out, that goes out once more, but for a POST.
        """
        request = _request(self.origin, method, target, headers, body)
        async with self._places:
            while self._idle:
                kept = self._idle.pop()
                if kept.has_ended:
                    await kept.end()
                    continue
                try:
                    return await self._over(kept, method, request)
                except Ended as error:
                    if method == _NOT_TWICE:
                        raise Unreachable("Mayfly ended the connection") from error
            fresh = await self.origin.connect(self.context)
            try:
                return await self._over(fresh, method, request)
            except Ended as error:
                raise Unreachable("Mayfly ended the connection") from error

    async def _over(self, connection: Connection, method: str, request: bytes) -> Answer:
        async with _closed_if_broken(connection):
            await _sent(connection, request)
            answer = await _answer(connection.reader, method)
        if answer.headers.get("connection", "").lower() == "close":
            await connection.end()
        else:
            self._idle.append(connection)
        return answer

    async def close(self) -> None:
        """End the connections that are kept."""
        while self._idle:
            await self._idle.pop().end()


class Ended(Exception):
    """The connection ended before an answer began."""


@asynccontextmanager
async def _closed_if_broken(connection: Connection) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(limits.ANSWER_SECONDS):
            yield
    except (OSError, EOFError, TimeoutError, ValueError) as error:
        await connection.end()
        raise Unreachable("Mayfly did not answer") from error
    except BaseException:
        await connection.end()
        raise


async def _sent(connection: Connection, request: bytes) -> None:
    try:
        connection.writer.write(request)
        await connection.writer.drain()
    except ConnectionError as error:
        raise Ended from error


def _request(
    origin: Origin, method: str, target: str, headers: Mapping[str, str], body: bytes | None
) -> bytes:
    lines = [f"{method} {target} HTTP/1.1", f"Host: {origin.authority}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body is not None or method in ("POST", "PATCH", "PUT"):
        lines.append(f"Content-Length: {len(body or b'')}")
    if any("\r" in line or "\n" in line for line in lines):
        raise ValueError("a line break in a request")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + (body or b"")


async def head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    """The status and the headers of an answer, by their names in lower case."""
    first = await reader.readline()
    if not first:
        raise Ended
    version, _, rest = first.decode("latin-1").partition(" ")
    if not version.startswith("HTTP/1.") or not rest[:3].isdigit():
        raise ValueError("no HTTP")
    headers: dict[str, str] = {}
    for _ in range(limits.HEAD_LINES):
        line = (await reader.readline()).decode("latin-1")
        if line in ("\r\n", "\n"):
            return int(rest[:3]), headers
        if not line:
            raise EOFError
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    raise ValueError("too many headers")


async def _answer(reader: asyncio.StreamReader, method: str) -> Answer:
    status, headers = 100, dict[str, str]()
    try:
        while 100 <= status < 200:
            status, headers = await head(reader)
    except ConnectionError as error:
        raise Ended from error
    if method == "HEAD" or status in _NO_BODY:
        return Answer(status, headers, b"")
    if headers.get("transfer-encoding", "").lower() == "chunked":
        return Answer(status, headers, await _chunks(reader))
    if "content-length" in headers:
        return Answer(status, headers, await reader.readexactly(_length(headers)))
    return Answer(status, {**headers, "connection": "close"}, await _rest(reader))


async def _rest(reader: asyncio.StreamReader) -> bytes:
    found = bytearray()
    while part := await reader.read(limits.HEAD_BYTES):
        found += part
        if len(found) > limits.ANSWER_BYTES:
            raise ValueError("too long")
    return bytes(found)


def _length(headers: Mapping[str, str]) -> int:
    text = headers["content-length"]
    if not (text.isascii() and text.isdigit()) or int(text) > limits.ANSWER_BYTES:
        raise ValueError("too long")
    return int(text)


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    found = bytearray()
    while size := int((await reader.readline()).partition(b";")[0], 16):
        if size < 0:
            raise ValueError("less than nothing")
        if len(found) + size > limits.ANSWER_BYTES:
            raise ValueError("too long")
        found += await reader.readexactly(size)
        await reader.readline()
    while (await reader.readline()).strip():
        pass  # trailers
    return bytes(found)
