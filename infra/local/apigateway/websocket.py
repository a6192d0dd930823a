"""A stand-in for API Gateway's WebSocket API: events, limits, times, and `@connections`.

Only this process reaches `@connections`: nothing of it listens.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
"""

import asyncio
import logging
import re
import socket
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from aiohttp import WebSocketError, WSCloseCode, WSMsgType, web
from aiohttp.web_request import BaseRequest

from infra.gateway_responses import GatewayResponse
from infra.local.apigateway.connections import (
    THROTTLE,
    BufferFull,
    Connection,
    Connections,
    Pace,
    Throttle,
)
from infra.local.apigateway.own_names import AT_HOME, HOST, NotAtHome, OwnNames
from infra.local.apigateway.websocket_event import (
    connect_event,
    disconnect_event,
    failure,
    message_event,
)
from infra.local.connections import BOUNDS, BoundedServer, Bounds
from infra.local.moto import in_process
from mayfly.limits import MAX_FRAME_BYTES

logger = logging.getLogger("mayfly.socket")

_CLOSE_SECONDS = 2.0
_STAGE = re.compile(r"/[^/@]*")
_METHODS = ("GET", "HEAD")


@dataclass(frozen=True, slots=True)
class Times:
    """How long a connection may last."""

    idle: timedelta = timedelta(minutes=10)
    whole: timedelta = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class SocketGateway:
    """Answers WebSockets by calling `handle` with API Gateway's events, each call in a thread."""

    handle: Callable[[dict[str, Any]], Any]
    threads: Executor
    names: OwnNames = AT_HOME
    times: Times = Times()
    pace: Throttle = THROTTLE
    bounds: Bounds = BOUNDS
    connections: Connections = field(default_factory=Connections)

    @asynccontextmanager
    async def serving(self, listener: socket.socket) -> AsyncIterator[None]:
        """Take connections until the block ends; then they are closed with 1001."""
        port, loop = listener.getsockname()[1], asyncio.get_running_loop()
        door = self.names.at(port)

        async def answer(request: BaseRequest) -> web.StreamResponse:
            try:
                door.authority(request)
                door.check_origin(request)
            except NotAtHome as refusal:
                return _refused(refusal.response)
            if not _STAGE.fullmatch(request.path):
                raise web.HTTPNotFound
            if request.method not in _METHODS:
                raise web.HTTPMethodNotAllowed(request.method, _METHODS)
            return await self._connected(request)

        reached = partial(self.connections.answer, loop=loop)
        async with BoundedServer(answer, self.bounds).serving(listener, _CLOSE_SECONDS):
            with in_process.serving(f"http://{HOST}:{port}", reached):
                try:
                    yield
                finally:
                    self.connections.close_all(WSCloseCode.GOING_AWAY)

    async def _connected(self, request: BaseRequest) -> web.StreamResponse:
        upgraded = web.WebSocketResponse(
            max_msg_size=MAX_FRAME_BYTES + 1,  # aiohttp takes less than this
            timeout=_CLOSE_SECONDS,
            compress=False,
            autoping=False,  # pings count, too
        )
        if not upgraded.can_prepare(request):
            return web.Response(status=426, headers={"Upgrade": "websocket"})
        user_agent = request.headers.get("User-Agent", "")
        connection = Connection(request.remote or "", user_agent)
        refusal = await self._refused(connect_event(connection, request))
        if refusal is not None:
            return refusal
        await upgraded.prepare(request)
        self.connections.add(connection)
        delivery = asyncio.create_task(connection.deliver(upgraded))
        lifetime = asyncio.create_task(self._ended_in_time(connection))
        code: int = WSCloseCode.ABNORMAL_CLOSURE
        try:
            code = await self._received(connection, upgraded, request)
        finally:
            self.connections.remove(connection)
            for task in (delivery, lifetime):
                task.cancel()
            await asyncio.gather(delivery, lifetime, return_exceptions=True)
            await self._disconnect(disconnect_event(connection, request, code))
        return upgraded

    async def _refused(self, event: dict[str, Any]) -> web.Response | None:
        """The answer to a client that may not connect."""
        try:
            answer = await self._call(event)
            status, headers = int(answer["statusCode"]), answer.get("headers") or {}
        except Exception:
            logger.exception("$connect failed")
            return web.Response(status=502)
        if 200 <= status < 300:
            return None
        return web.Response(status=status, headers=headers, body=answer.get("body"))

    async def _received(
        self, connection: Connection, upgraded: web.WebSocketResponse, request: BaseRequest
    ) -> int:
        """Handle its messages, one after the other, until it ends; why it ended."""
        pace = Pace(self.pace, asyncio.get_running_loop().time)
        async for message in upgraded:
            if message.type is WSMsgType.PONG:
                continue
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY, WSMsgType.PING):
                refused = isinstance(message.data, WebSocketError)
                return message.data.code if refused else WSCloseCode.ABNORMAL_CLOSURE
            if not pace.takes_one():
                if pace.is_lost():
                    await upgraded.close(code=WSCloseCode.POLICY_VIOLATION)
                    return WSCloseCode.POLICY_VIOLATION
                _reply(connection, pace.refusal)
                continue
            if message.type is WSMsgType.PING:
                await upgraded.pong(message.data)
                continue
            connection.touch()
            event = message_event(connection, request, message.data)
            try:
                answer = await self._call(event)
                reply = answer.get("body") if isinstance(answer, dict) else None
            except Exception:
                logger.exception("$default failed")
                reply = failure(event)
            if reply:
                _reply(connection, reply)
        return upgraded.close_code or WSCloseCode.ABNORMAL_CLOSURE

    async def _disconnect(self, event: dict[str, Any]) -> None:
        try:
            await asyncio.shield(self._call(event))
        except Exception:
            logger.exception("$disconnect failed")

    async def _ended_in_time(self, connection: Connection) -> None:
        """Close it when nothing passed for long, or when it is old."""
        while True:
            now = datetime.now(UTC)
            ends_at = min(
                connection.active_at + self.times.idle, connection.connected_at + self.times.whole
            )
            if now >= ends_at:
                connection.close(WSCloseCode.GOING_AWAY)
                return
            await asyncio.sleep((ends_at - now).total_seconds())

    def _call(self, event: dict[str, Any]) -> "asyncio.Future[Any]":
        return asyncio.get_running_loop().run_in_executor(self.threads, self.handle, event)


def _refused(response: GatewayResponse) -> web.Response:
    headers = {
        name: each for name, each in response.headers("", is_encrypted=False).items() if each
    }
    return web.Response(status=response.status or 403, body=response.body.encode(), headers=headers)


def _reply(connection: Connection, frame: str) -> None:
    with suppress(BufferFull):  # it does not read what it asked for
        connection.send(frame)
