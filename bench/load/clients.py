"""The clients of a load: senders, readers that wait, and sockets that watch."""

import asyncio
import json
import smtplib
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields
from typing import Any

import aiohttp

from bench.letters import number_of, numbered_letter
from bench.load.tally import Seen, Tally

WAIT_SECONDS = 10
PAGE = 100
_TIMEOUT = 60.0
_SENDER = "load@bench.example"


@dataclass(frozen=True, slots=True)
class Size:
    """How much, and for how long at most."""

    mails: int = 10_000
    senders: int = 16
    inboxes: int = 500
    readers: int = 50
    sockets: int = 50
    seconds: int = 2400  # two cores with much else to do took 950

    @classmethod
    def read(cls, words: Sequence[str]) -> "Size":
        """From words like `MAILS=200`; SystemExit says what is wrong with any other."""
        names = {each.name for each in fields(cls)}
        chosen: dict[str, int] = {}
        for word in words:
            name, _, value = word.partition("=")
            if name.lower() not in names or not value.isdigit() or int(value) < 1:
                sys.exit(f"{word}: not one of {', '.join(sorted(names)).upper()} = 1 or more")
            chosen[name.lower()] = int(value)
        return cls(**chosen)


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends messages over one connection, until it has sent all of its own or time is up."""

    port: int
    inboxes: Sequence[str]
    numbers: Iterable[int]
    tally: Tally
    stopping: threading.Event

    def run(self) -> None:
        """Send; a refused mail is noted and not sent again."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=_TIMEOUT) as connection:
            for number in self.numbers:
                if self.stopping.is_set():
                    return
                address = self.inboxes[number % len(self.inboxes)]
                try:
                    connection.sendmail(_SENDER, [address], numbered_letter(address, number))
                except smtplib.SMTPResponseException:
                    self.tally.refuse()
                else:
                    self.tally.accept(number, address)


@dataclass(slots=True)
class Watched:
    """What one client saw of one inbox, and when it saw which mail."""

    address: str
    seen: list[Seen] = field(default_factory=list)
    seen_at: dict[int, float] = field(default_factory=dict)

    def note(self, message: dict[str, Any]) -> None:
        """One message, as lists and frames show it."""
        mail = number_of(message["subject"])
        self.seen.append(Seen(mail, message["seq"]))
        if mail is not None:
            self.seen_at.setdefault(mail, time.perf_counter())

    @property
    def cursor(self) -> int:
        """The number after which to go on."""
        return max((each.sequence for each in self.seen), default=0)


async def wait_for_mail(session: aiohttp.ClientSession, url: str, watched: Watched) -> None:
    """Long-poll the inbox with a cursor, until cancelled."""
    while True:
        for message in await page(session, url, watched, WAIT_SECONDS):
            watched.note(message)


async def page(
    session: aiohttp.ClientSession, url: str, watched: Watched, wait: int = 0
) -> list[dict[str, Any]]:
    """The messages after those seen so far; waits up to so many seconds for one."""
    path = f"{url}/api/emails/{watched.address}/messages"
    query = {"after": str(watched.cursor), "limit": str(PAGE), "wait": str(wait)}
    async with session.get(path, params=query) as answer:
        answer.raise_for_status()
        listed: list[dict[str, Any]] = await answer.json()
        return listed


async def watch(socket: aiohttp.ClientWebSocketResponse, watched: Watched) -> None:
    """Note the frames of a subscribed socket, until cancelled."""
    async for frame in socket:
        message = json.loads(frame.data)
        if message["type"] == "new-message":
            watched.note(message["data"])


async def subscribe(
    session: aiohttp.ClientSession, url: str, address: str
) -> aiohttp.ClientWebSocketResponse:
    """A socket that will be told of the inbox's mail."""
    socket = await session.ws_connect(url)
    await socket.send_json({"type": "subscribe", "email": address})
    answer = await socket.receive_json(timeout=_TIMEOUT)
    if answer["type"] != "subscribed":
        raise ConnectionError(f"the subscription was answered with {answer['type']}")
    return socket


async def new_inboxes(session: aiohttp.ClientSession, url: str, count: int) -> list[str]:
    """Make so many public inboxes."""
    made = []
    for _ in range(count):
        async with session.post(f"{url}/api/emails") as answer:
            answer.raise_for_status()
            made.append((await answer.json())["email"])
    return made


async def ended(tasks: Sequence["asyncio.Task[None]"]) -> None:
    """Cancel them, and raise what one of them failed with before."""
    for task in tasks:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError):
            await task
