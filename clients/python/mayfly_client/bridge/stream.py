"""The line between a mail client and us: bounded lines in, answers out, TLS in between."""

import asyncio
import math
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from mayfly_client.bridge import limits

Octets = bytes | memoryview
_SLICE_BYTES = 256 * limits.KIB  # what is larger is not copied as a whole


class LineTooLong(Exception):
    """The client sent a longer line than may be."""


class Ended(Exception):
    """The client is gone, silent for too long, or does not read what it asked for."""


class Stream:
    """One connection; the reader's limit bounds lines.

    `patience` is how many seconds the client may still be waited for, in all: until somebody has
    logged in, a line now and then keeps no connection open.
    """

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        patience: float = limits.LOGIN_SECONDS,
    ) -> None:
        self.patience = patience
        self._reader = reader
        self._writer = writer

    @property
    def peer(self) -> str:
        """The client's address."""
        name = self._writer.get_extra_info("peername")
        return str(name[0]) if isinstance(name, tuple) else ""

    @property
    def is_secure(self) -> bool:
        """Whether it is within TLS."""
        return self._writer.get_extra_info("ssl_object") is not None

    async def line(self, seconds: float) -> bytes:
        """The next line, without its end; Ended, or LineTooLong."""
        try:
            async with self._waiting(seconds):
                line = await self._reader.readuntil(b"\n")
        except asyncio.LimitOverrunError as error:
            raise LineTooLong from error
        except (asyncio.IncompleteReadError, OSError, TimeoutError) as error:
            raise Ended from error
        return line[:-1].removesuffix(b"\r")

    async def octets(self, size: int, seconds: float) -> bytes:
        """So many bytes; Ended without them."""
        try:
            async with self._waiting(seconds):
                return await self._reader.readexactly(size)
        except (asyncio.IncompleteReadError, OSError, TimeoutError) as error:
            raise Ended from error

    @asynccontextmanager
    async def _waiting(self, seconds: float) -> AsyncIterator[None]:
        began = time.monotonic()
        try:
            async with asyncio.timeout(min(seconds, self.patience)):
                yield
        finally:
            self.patience -= time.monotonic() - began

    def be_patient(self) -> None:
        """Somebody has logged in: from now on only each wait has its time."""
        self.patience = math.inf

    async def send(self, *parts: Octets) -> None:
        """Write them, and wait until the client has room for more; Ended if it has not."""
        try:
            small: list[Octets] = []
            for each in parts:
                if len(each) <= _SLICE_BYTES:
                    small.append(each)
                    continue
                self._writer.writelines(small)
                small = []
                for at in range(0, len(each), _SLICE_BYTES):
                    self._writer.write(each[at : at + _SLICE_BYTES])
                    await self._drained()
            self._writer.writelines(small)
            await self._drained()
        except (OSError, TimeoutError, RuntimeError) as error:
            self._writer.transport.abort()
            raise Ended from error

    async def _drained(self) -> None:
        async with asyncio.timeout(limits.WRITE_SECONDS):
            await self._writer.drain()

    async def secure(self, context: ssl.SSLContext) -> None:
        """Go on within TLS. What came before belongs to nobody, and ends the connection.

        Else somebody on the way could put commands in front of the client's own (CVE-2021-33515).
        """
        if self._reader._buffer:  # type: ignore[attr-defined]  # no public way to see it
            raise Ended
        try:
            await self._writer.start_tls(context, ssl_handshake_timeout=limits.TLS_SECONDS)
        except (OSError, ssl.SSLError) as error:
            raise Ended from error

    async def close(self) -> None:
        """End it."""
        self._writer.close()
        try:
            async with asyncio.timeout(limits.TLS_SECONDS):
                await self._writer.wait_closed()
        except (OSError, TimeoutError):
            self._writer.transport.abort()
