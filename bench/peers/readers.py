"""Readers that cost little themselves: keep-alive connections, and one socket that watches."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp

from bench.letters import letter_of
from bench.peers.senders import HOST, Connection, Letter, closed

_PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Requests:
    """GETs of one address, over and over."""

    url: str
    connections: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Frames:
    """Mails sent one by one, and the frame that tells of each.

    `hello` are pairs: what to say (nothing if empty), and what the answer has in it.
    """

    url: str
    hello: list[list[str]]
    mark: str
    port: int
    address: str
    mails: int
    size: int
    seconds: float


async def requests_a_second(what: Requests) -> float:
    """Answers 200 a second, all connections together; OSError if one is something else."""
    parts = urlsplit(what.url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    asked = f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept: application/json\r\n\r\n"
    began = time.monotonic()
    clients = (
        _ask(parts.port or 80, asked.encode(), began + what.seconds)
        for _ in range(what.connections)
    )
    answers = await asyncio.gather(*clients)
    return sum(answers) / (time.monotonic() - began)


async def _ask(port: int, asked: bytes, until: float) -> int:
    reader, writer = await asyncio.open_connection(HOST, port)
    answers = 0
    try:
        while time.monotonic() < until:
            writer.write(asked)
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _PATIENCE_SECONDS)
            await reader.readexactly(length_of(head))
            answers += 1
    finally:
        await closed(writer)
    return answers


def length_of(head: bytes) -> int:
    """How long the body is; OSError if it is not an answer 200 that says so."""
    status, *lines = head.decode("latin-1").split("\r\n")
    if status.split(" ")[1:2] != ["200"]:
        raise OSError(f"answered {status}")
    headers = (line.partition(":") for line in lines)
    lengths = [value for name, _, value in headers if name.lower() == "content-length"]
    if not lengths:
        raise OSError("the answer does not say how long it is")
    return int(lengths[0])


async def frame_delays(what: Frames) -> Sequence[float]:
    """Milliseconds from each mail's DATA command until its frame is here."""
    letter, delays = Letter.of(letter_of(what.size, "all@bench.example")), []
    ends_at = time.monotonic() + what.seconds
    async with (
        Connection.opened(what.port) as smtp,
        aiohttp.ClientSession() as session,
        session.ws_connect(what.url) as socket,
    ):
        for say, wanted in what.hello:
            if say:
                await socket.send_str(say)
            await _frame(socket, wanted)
        for number in range(what.mails):
            waiting = asyncio.create_task(_frame(socket, what.mark))
            await smtp.address([what.address])
            began = time.monotonic()
            await smtp.data(letter.numbered(number))
            delays.append((await waiting - began) * 1000)
            if time.monotonic() > ends_at:
                break
    return delays


async def _frame(socket: aiohttp.ClientWebSocketResponse, mark: str) -> float:
    """When a frame with this in it was here."""
    while True:
        text = await socket.receive_str(timeout=_PATIENCE_SECONDS)
        if mark in text:
            return time.monotonic()
        if text == "2":  # Engine.IO's ping
            await socket.send_str("3")
