"""A client that sends much at once gets its answers between those of others, not before them."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import aiohttp
import pytest

from infra.local.apigateway.rest import HttpGateway
from infra.local.apigateway.websocket import SocketGateway
from infra.local.smtp.policy import Post
from infra.local.smtp.server import MailServer
from mayfly.mail.address import Address
from tests.local.conftest import DEADLINE, listener

MANY = 400


class Turns:
    """How many calls of the client came before somebody else had a turn."""

    def __init__(self) -> None:
        self.calls = 0
        self.before_others = 0

    def call(self) -> None:
        """In the event loop."""
        self.calls += 1
        if self.calls == 1:
            asyncio.get_running_loop().call_soon(self._others)

    def _others(self) -> None:
        self.before_others = self.calls


def within_the_deadline(test: Awaitable[None]) -> None:
    async def bounded() -> None:
        await asyncio.wait_for(test, DEADLINE)

    asyncio.run(bounded())


async def sent(where: socket.socket, text: bytes, is_over: Callable[[], bool]) -> None:
    """Send it at once, and read until it is over."""
    reader, writer = await asyncio.open_connection(*where.getsockname()[:2])
    writer.write(text)
    while not is_over() and await reader.read(65536):
        pass
    writer.close()


@pytest.fixture
def turns() -> Turns:
    return Turns()


def test_many_requests_of_one_connection(turns: Turns) -> None:
    def handle(event: dict[str, Any]) -> dict[str, Any]:
        turns.call()
        return {"statusCode": 200, "body": "{}"}

    async def talk() -> None:
        where = listener()
        request = f"GET /health HTTP/1.1\r\nHost: 127.0.0.1:{where.getsockname()[1]}\r\n\r\n"
        with ThreadPoolExecutor(1) as threads:
            gateway = HttpGateway(handle, threads, lambda event: True)
            async with gateway.serving(where):
                await sent(where, request.encode() * MANY, lambda: turns.calls == MANY)

    within_the_deadline(talk())
    assert turns.calls == MANY
    assert turns.before_others < MANY // 2


def test_many_frames_of_one_connection(turns: Turns) -> None:
    def handle(event: dict[str, Any]) -> dict[str, Any]:
        if event["requestContext"]["eventType"] == "MESSAGE":
            turns.call()
        return {"statusCode": 200, "body": "heard"}

    async def talk() -> None:
        where = listener()
        with ThreadPoolExecutor(1) as threads:
            gateway = SocketGateway(handle, threads, inline=True)
            async with gateway.serving(where), aiohttp.ClientSession() as http:
                url = f"http://127.0.0.1:{where.getsockname()[1]}"
                async with http.ws_connect(url) as frames:
                    for _ in range(100):
                        await frames.send_str("said")
                    for _ in range(100):
                        assert await frames.receive_str() == "heard"

    within_the_deadline(talk())
    assert turns.calls == 100
    assert turns.before_others == 1


def test_many_recipients_of_one_connection(turns: Turns) -> None:
    def is_known(address: Address) -> bool:
        turns.call()
        return False

    async def talk() -> None:
        where = listener()
        post = Post(is_known, lambda mail: "id", inline_bytes=1000)
        server = MailServer(("mayfly.example",), post, 100_000, "Mayfly test")
        async with server.serving(where):
            recipients = b"RCPT TO:<nobody@mayfly.example>\r\n" * MANY
            hello = b"EHLO c.example\r\nMAIL FROM:<s@example.org>\r\n"
            await sent(where, hello + recipients + b"QUIT\r\n", lambda: False)

    within_the_deadline(talk())
    assert turns.calls == MANY
    assert turns.before_others < MANY // 2
