"""A small WebSocket client (RFC 6455): text frames of JSON, one after the other."""

import asyncio
import base64
import hashlib
import json
import os
import ssl
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from mayfly_client.bridge import limits
from mayfly_client.bridge.api.http import Connection, Origin, head
from mayfly_client.bridge.errors import Unreachable

_MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455 section 1.3
_CONTINUED, _TEXT, _CLOSE, _PING, _PONG = 0x0, 0x1, 0x8, 0x9, 0xA
_LAST = 0x80
_MASKED = 0x80
_SWITCHING = 101


@dataclass(frozen=True, slots=True)
class WebSocket:
    """An open WebSocket. It answers pings while somebody waits for the next frame."""

    connection: Connection

    async def say(self, document: Any) -> None:
        """Send one frame."""
        await self._send(_TEXT, json.dumps(document).encode())

    async def next(self) -> Any:
        """The next frame's JSON; Unreachable once the connection is over."""
        try:
            return json.loads(await self._text())
        except (OSError, EOFError, ValueError, RecursionError) as error:
            raise Unreachable("the WebSocket has ended") from error

    async def _text(self) -> bytes:
        text = bytearray()
        while True:
            first, payload = await self._frame()
            kind = first & 0x0F
            if kind == _PING:
                await self._send(_PONG, payload)
            elif kind == _CLOSE:
                raise EOFError
            elif kind in (_TEXT, _CONTINUED):
                text += payload
                if len(text) > limits.FRAME_BYTES:
                    raise ValueError("too long")
                if first & _LAST:
                    return bytes(text)

    async def _frame(self) -> tuple[int, bytes]:
        reader = self.connection.reader
        first, size = await reader.readexactly(2)
        if size == 126:
            (size,) = struct.unpack("!H", await reader.readexactly(2))
        elif size == 127:
            (size,) = struct.unpack("!Q", await reader.readexactly(8))
        if size > limits.FRAME_BYTES:
            raise ValueError("too long")
        return first, await reader.readexactly(size)

    async def _send(self, kind: int, payload: bytes) -> None:
        size = len(payload)
        if size < 126:
            head = struct.pack("!BB", _LAST | kind, _MASKED | size)
        else:
            head = struct.pack("!BBH", _LAST | kind, _MASKED | 126, size)
        mask = os.urandom(4)
        masked = bytes(each ^ mask[at % 4] for at, each in enumerate(payload))
        self.connection.writer.write(head + mask + masked)
        await self.connection.writer.drain()


@asynccontextmanager
async def opened(url: str, context: ssl.SSLContext | None) -> AsyncIterator[WebSocket]:
    """A WebSocket to this address until the block ends; Unreachable if there is none."""
    origin = Origin.of(url)
    connection = await origin.connect(context)
    try:
        async with asyncio.timeout(limits.CONNECT_SECONDS):
            await _shake_hands(connection, origin)
        yield WebSocket(connection)
    except (OSError, EOFError, TimeoutError, ValueError) as error:
        raise Unreachable("the WebSocket cannot be reached") from error
    finally:
        await connection.end()


async def _shake_hands(connection: Connection, origin: Origin) -> None:
    key = base64.b64encode(os.urandom(16))
    connection.writer.write(
        b"GET %b HTTP/1.1\r\nHost: %b\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: %b\r\nSec-WebSocket-Version: 13\r\n\r\n"
        % ((origin.path or "/").encode(), origin.authority.encode(), key)
    )
    await connection.writer.drain()
    status, headers = await head(connection.reader)
    accepted = base64.b64encode(hashlib.sha1(key + _MAGIC).digest()).decode()
    if status != _SWITCHING or headers.get("sec-websocket-accept") != accepted:
        raise Unreachable("the WebSocket refuses")
