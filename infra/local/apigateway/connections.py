"""The open WebSockets, and `@connections`: how functions reach them, in this process only.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
"""

import asyncio
import base64
import math
import secrets
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from aiohttp import WSCloseCode, web

from mayfly.errors import ConnectionGone, PushFailed, RateLimited
from mayfly.subscriptions import frames as socket

SOCKET_RATE = 100
MAX_MESSAGE_BYTES = 128 * 1024
BUFFER_BYTES = 1024 * 1024
"""What waits for one slow client; more is refused, as API Gateway does."""
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

    def send(self, connection_id: str, frame: str) -> None:
        """Queue a frame; ConnectionGone, or PushFailed if the client does not read.

        PayloadTooLarge and LimitExceeded are what API Gateway calls the latter.
        """
        connection = self._found(connection_id)
        if len(frame.encode()) > MAX_MESSAGE_BYTES:
            raise PushFailed("API Gateway refused a frame: PayloadTooLargeException")
        try:
            connection.send(frame)
        except BufferFull:
            raise PushFailed("API Gateway refused a frame: LimitExceededException") from None

    def end(self, connection_id: str) -> None:
        """Close it; ConnectionGone if it is not open."""
        self._found(connection_id).close()

    def is_open(self, connection_id: str) -> bool:
        """Whether the client is there."""
        return connection_id in self._open

    def _found(self, connection_id: str) -> Connection:
        connection = self._open.get(connection_id)
        if connection is None:
            raise ConnectionGone("the client has left")
        return connection


@dataclass(frozen=True, slots=True)
class LoopSockets:
    """See `mayfly.kit.ports`: the connections, for calls from the loop's thread and any other."""

    connections: Connections
    loop: asyncio.AbstractEventLoop
    thread: int = field(default_factory=threading.get_ident)

    def post(self, connection_id: str, frame: str) -> None:
        """Queue the frame."""
        self._run(self.connections.send, connection_id, frame)

    def is_open(self, connection_id: str) -> bool:
        """Whether the client is there."""
        return self.connections.is_open(connection_id)

    def close(self, connection_id: str) -> None:
        """End the connection; one that is not there is no error."""
        with suppress(ConnectionGone):
            self._run(self.connections.end, connection_id)

    def _run(self, call: Callable[..., None], *arguments: str) -> None:
        if threading.get_ident() == self.thread:
            call(*arguments)
            return

        async def called() -> None:
            call(*arguments)

        asyncio.run_coroutine_threadsafe(called(), self.loop).result(_ANSWER_SECONDS)
