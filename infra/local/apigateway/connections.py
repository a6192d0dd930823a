"""The open WebSockets, and `@connections`: how functions reach them, in this process only.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
"""

import asyncio
import base64
import json
import math
import re
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

from aiohttp import WSCloseCode, web
from botocore.awsrequest import AWSPreparedRequest

from infra.local.moto.in_process import Answered
from mayfly.errors import RateLimited
from mayfly.subscriptions import frames as socket

SOCKET_RATE = 100
MAX_MESSAGE_BYTES = 128 * 1024
BUFFER_BYTES = 1024 * 1024
"""What waits for one slow client; more is refused, as API Gateway does."""
_PATH = re.compile(r"/@connections/([^/]+)")
_ANSWER_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Throttle:
    """A token bucket: so many frames a second, and so many at once. `refused` end it.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-protect.html
    """

    rate: int = SOCKET_RATE
    burst: int = 2 * SOCKET_RATE
    refused: int = 2 * SOCKET_RATE


THROTTLE = Throttle()


class Pace:
    """The bucket of one connection."""

    def __init__(self, throttle: Throttle, now: Callable[[], float]) -> None:
        """Full at first; `now` is in seconds."""
        self._throttle = throttle
        self._now = now
        self._left = float(throttle.burst)
        self._filled_at = now()
        self._refused = 0

    def takes_one(self) -> bool:
        """Whether one more frame may pass."""
        now = self._now()
        more = (now - self._filled_at) * self._throttle.rate
        self._left = min(self._throttle.burst, self._left + more)
        self._filled_at = now
        if self._left < 1:
            self._refused += 1
            return False
        self._left -= 1
        self._refused = 0
        return True

    def is_lost(self) -> bool:
        """Whether so many were refused that the client does not listen."""
        return self._refused >= self._throttle.refused

    @property
    def refusal(self) -> str:
        """What is sent back; API Gateway has words of its own."""
        seconds = max(1, math.ceil((1 - self._left) / self._throttle.rate))
        message = f"{self._throttle.rate} frames a second are possible (SOCKET_RATE)"
        return socket.error(RateLimited(f"{message}; go on in {seconds} s", seconds))


class BufferFull(Exception):
    """The client reads more slowly than it is sent to."""


class Connection:
    """One client. What is sent is queued: nobody waits for a slow client."""

    def __init__(self, source_ip: str, user_agent: str) -> None:
        self.id = base64.urlsafe_b64encode(secrets.token_bytes(11)).decode("ascii")
        self.source_ip = source_ip
        self.user_agent = user_agent
        self.connected_at = datetime.now(UTC)
        self.active_at = self.connected_at
        self._outgoing: deque[str] = deque()
        self._queued_bytes = 0
        self._changed = asyncio.Event()
        self._close_code: int | None = None

    def send(self, frame: str) -> None:
        """Queue a frame; BufferFull if too much waits already."""
        size = len(frame.encode())
        if self._queued_bytes + size > BUFFER_BYTES:
            raise BufferFull(self.id)
        self._outgoing.append(frame)
        self._queued_bytes += size
        self.touch()
        self._changed.set()

    def close(self, code: int = WSCloseCode.OK) -> None:
        """End the connection after what is queued."""
        self._close_code = code
        self._changed.set()

    def touch(self) -> None:
        """A message has passed: the idle time begins anew."""
        self.active_at = datetime.now(UTC)

    async def deliver(self, socket: web.WebSocketResponse) -> None:
        """Send what is queued, in order, until the connection ends."""
        while not socket.closed:
            while self._outgoing:
                frame = self._outgoing.popleft()
                await socket.send_str(frame)
                self._queued_bytes -= len(frame.encode())
            if self._close_code is not None:
                await socket.close(code=self._close_code)
                return
            self._changed.clear()
            await self._changed.wait()


class Connections:
    """All open connections, by id."""

    def __init__(self) -> None:
        self._open: dict[str, Connection] = {}

    def add(self, connection: Connection) -> None:
        """Functions can reach it from now on."""
        self._open[connection.id] = connection

    def remove(self, connection: Connection) -> None:
        """It has left."""
        self._open.pop(connection.id, None)

    def close_all(self, code: int) -> None:
        """End them all."""
        for connection in tuple(self._open.values()):
            connection.close(code)

    def answer(self, request: AWSPreparedRequest, loop: asyncio.AbstractEventLoop) -> Answered:
        """What API Gateway answers to a call by a function, whose thread is not the loop's."""

        async def answered() -> Answered:
            body = request.body or b""
            content = body if isinstance(body, bytes) else str(body).encode()
            return self._answered(request.method, unquote(urlsplit(request.url).path), content)

        return asyncio.run_coroutine_threadsafe(answered(), loop).result(_ANSWER_SECONDS)

    def _answered(self, method: str, path: str, body: bytes) -> Answered:
        """POST sends, GET describes, DELETE closes."""
        found = _PATH.fullmatch(path)
        connection = self._open.get(found[1]) if found else None
        if connection is None:
            return _error(410, "GoneException", "Gone")
        match method:
            case "POST":
                return _post(connection, body)
            case "GET":
                return 200, {}, json.dumps(_described(connection))
            case "DELETE":
                connection.close()
                return 204, {}, ""
        return _error(403, "ForbiddenException", "Forbidden")


def _post(connection: Connection, body: bytes) -> Answered:
    if len(body) > MAX_MESSAGE_BYTES:
        return _error(413, "PayloadTooLargeException", "Message too long")
    try:
        connection.send(body.decode("utf-8", "replace"))
    except BufferFull:
        return _error(429, "LimitExceededException", "The client's buffer is full")
    return 200, {}, ""


def _described(connection: Connection) -> dict[str, object]:
    return {
        "connectedAt": _stamp(connection.connected_at),
        "identity": {"sourceIp": connection.source_ip, "userAgent": connection.user_agent},
        "lastActiveAt": _stamp(connection.active_at),
    }


def _stamp(when: datetime) -> str:
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _error(status: int, kind: str, message: str) -> Answered:
    """As the SDKs read it: the kind is in a header."""
    return status, {"x-amzn-ErrorType": kind}, json.dumps({"message": message})
