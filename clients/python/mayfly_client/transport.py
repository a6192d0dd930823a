"""The two ways to run a flow: in the thread that asks, and in an event loop.

The first is on `http.client`, the second on the bridge's HTTP client; both keep connections, and
neither reads more than `ANSWER_BYTES`. Proxies of the environment are not asked.
"""

import asyncio
import http.client
import io
import socket
import ssl
import threading
import time
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from mayfly_client.bridge.api.http import Ended, Http, Origin, has_news
from mayfly_client.bridge.errors import Unreachable as NotReached
from mayfly_client.bridge.limits import ANSWER_BYTES, CONNECT_SECONDS
from mayfly_client.errors import MayflyError, Unreachable
from mayfly_client.flows import Answer, Flow, Pause, Send, Step, Work

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

T = TypeVar("T")
_KEPT = 8
_AT_ONCE = 256  # requests of one event loop, to one place


class _Timely(io.RawIOBase):
    """What comes over a connection until a time: `settimeout` is for one part of it at a time."""

    def __init__(self, connection: socket.socket, until: float) -> None:
        self._connection = connection
        self._parts: Any = connection.makefile("rb", buffering=0)
        self._until = until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int | None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(left)
        found: int | None = self._parts.readinto(buffer)
        return found

    def close(self) -> None:
        self._parts.close()
        super().close()


class _Response(http.client.HTTPResponse):
    """An answer that has to be here, all of it, at a time."""

    def __init__(self, sock: socket.socket, *given: Any, until: float, **named: Any) -> None:
        super().__init__(sock, *given, **named)
        self.fp.close()
        self.fp = io.BufferedReader(_Timely(sock, until))


class Threads:
    """Runs flows in the thread that asks. Any number of threads may."""

    def __init__(self, trust: ssl.SSLContext | None = None) -> None:
        self._trust = trust
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, str], list[http.client.HTTPConnection]] = {}

    def run(self, flow: Flow[T]) -> T:
        """What comes of it."""
        result: Any = None
        error: MayflyError | None = None
        try:
            while True:
                step = flow.send(result) if error is None else flow.throw(error)
                result, error = None, None
                try:
                    result = self._done(step)
                except MayflyError as raised:
                    error = raised
        except StopIteration as end:
            found: T = end.value
            return found

    def _done(self, step: Step) -> Any:
        if isinstance(step, Pause):
            return time.sleep(step.seconds)
        if isinstance(step, Work):
            return step.do()
        return self._sent(step)

    def _sent(self, request: Send) -> Answer:
        parts = urlsplit(request.url)
        place = (parts.scheme, parts.netloc)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection = self._connection(place, request.seconds)
        connection.response_class = partial(_Response, until=time.monotonic() + request.seconds)  # type: ignore[assignment]
        try:
            connection.request(request.method, target, request.body, dict(request.headers))
            response, content = _read(connection)
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            raise Unreachable(_why(parts.netloc, error)) from error
        except BaseException:
            connection.close()
            raise
        if len(content) > ANSWER_BYTES:
            connection.close()
            raise Unreachable(f"{parts.netloc} answers more than {ANSWER_BYTES} bytes")
        self._keep(place, connection, response.will_close)
        headers = {name.lower(): each for name, each in response.getheaders()}
        return Answer(response.status, headers, content)

    def _connection(self, place: tuple[str, str], seconds: float) -> http.client.HTTPConnection:
        while True:
            with self._lock:
                kept = self._kept.get(place) or []
                connection = kept.pop() if kept else None
            if connection is None:
                return self._opened(place, seconds)
            if connection.sock is not None and not has_news(connection.sock.fileno()):
                connection.sock.settimeout(seconds)
                return connection
            connection.close()  # the other side has ended it

    def _opened(self, place: tuple[str, str], seconds: float) -> http.client.HTTPConnection:
        scheme, authority = place
        connection: http.client.HTTPConnection
        if scheme == "https":
            self._trust = self._trust or ssl.create_default_context()
            connection = http.client.HTTPSConnection(
                authority, timeout=CONNECT_SECONDS, context=self._trust
            )
        else:
            connection = http.client.HTTPConnection(authority, timeout=CONNECT_SECONDS)
        try:
            connection.connect()
        except OSError as error:
            connection.close()
            raise Unreachable(_why(authority, error)) from error
        connection.sock.settimeout(seconds)
        return connection

    def _keep(
        self, place: tuple[str, str], connection: http.client.HTTPConnection, ends: bool
    ) -> None:
        with self._lock:
            kept = self._kept.setdefault(place, [])
            if not ends and len(kept) < _KEPT:
                kept.append(connection)
                return
        connection.close()

    def close(self) -> None:
        """End the connections that are kept."""
        with self._lock:
            kept = [each for place in self._kept.values() for each in place]
            self._kept.clear()
        for each in kept:
            each.close()

    def __del__(self) -> None:
        self.close()


class Loop:
    """Runs flows in one event loop; whoever cancels a wait ends its request as well."""

    def __init__(self, trust: ssl.SSLContext | None = None) -> None:
        self._trust = trust
        self._places: dict[tuple[str, str], Http] = {}

    async def run(self, flow: Flow[T]) -> T:
        """What comes of it."""
        result: Any = None
        error: MayflyError | None = None
        try:
            while True:
                step = flow.send(result) if error is None else flow.throw(error)
                result, error = None, None
                try:
                    result = await self._done(step)
                except MayflyError as raised:
                    error = raised
        except StopIteration as end:
            found: T = end.value
            return found

    async def _done(self, step: Step) -> Any:
        if isinstance(step, Pause):
            return await asyncio.sleep(step.seconds)
        if isinstance(step, Work):
            return await asyncio.to_thread(step.do)
        return await self._sent(step)

    async def _sent(self, request: Send) -> Answer:
        parts = urlsplit(request.url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        place = (parts.scheme, parts.netloc)
        if place not in self._places:
            origin = Origin.of(f"{parts.scheme}://{parts.netloc}")
            self._places[place] = Http(origin, self._trust, _AT_ONCE)
        try:
            async with asyncio.timeout(request.seconds):
                found = await self._places[place].ask(
                    request.method, target, request.headers, request.body
                )
        except NotReached as error:
            raise Unreachable(_why(parts.netloc, error.__cause__ or error)) from error
        except TimeoutError as error:
            raise Unreachable(_why(parts.netloc, error)) from error
        return Answer(found.status, found.headers, found.content)

    async def close(self) -> None:
        """End the connections that are kept."""
        for each in self._places.values():
            await each.close()
        self._places.clear()


def _read(connection: http.client.HTTPConnection) -> tuple[http.client.HTTPResponse, bytes]:
    """The answer and its content, of which one byte too many may be."""
    try:
        with connection.getresponse() as response:
            return response, response.read(ANSWER_BYTES + 1)
    except ValueError as error:  # as of a chunk that has less than nothing in it
        raise http.client.HTTPException("no HTTP") from error


def _why(authority: str, error: BaseException) -> str:
    """What is wrong, in a line."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate of {authority} is not trusted: {error.verify_message}"
    if isinstance(error, TimeoutError):
        return f"{authority} did not answer in time"
    if isinstance(error, http.client.RemoteDisconnected | Ended):
        return f"{authority} ended the connection without an answer"
    if isinstance(error, http.client.HTTPException | EOFError | ValueError):
        return f"{authority} does not answer as HTTP has it"
    why = getattr(error, "strerror", None) or type(error).__name__
    return f"{authority} cannot be reached: {why}"
