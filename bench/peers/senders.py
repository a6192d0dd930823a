"""Senders of mail that cost little themselves: one connection each, all in one loop."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field

from bench.letters import letter_of

HOST = "127.0.0.1"
_PATIENCE_SECONDS = 60.0
_ID = b"<letter@"


class UnexpectedReply(Exception):
    """The server said something else than the protocol wants at this point."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail, ready for DATA, but for the number in its Message-ID."""

    before: bytes
    after: bytes

    @classmethod
    def of(cls, raw: bytes) -> "Letter":
        """With the line ends and doubled dots that DATA wants, and the dot that ends it."""
        lines = raw.replace(b"\r\n", b"\n").rstrip(b"\n").split(b"\n")
        doubled = (b"." + line if line.startswith(b".") else line for line in lines)
        before, _, after = b"\r\n".join(doubled).partition(_ID)
        return cls(before, after + b"\r\n.\r\n")

    def numbered(self, number: int) -> bytes:
        """All of it, with an id that no other mail of this process has."""
        return b"%b<letter-%d-%d@%b" % (self.before, number, time.monotonic_ns(), self.after)


@dataclass(frozen=True, slots=True)
class Mails:
    """What is to be sent: each mail goes to the next `recipients` addresses."""

    port: int
    senders: int
    mails: int
    size: int
    addresses: list[str]
    seconds: float
    recipients: int = 1


@dataclass(slots=True)
class Sent:
    """What became of it; times are the machine's monotonic clock."""

    began: float = 0.0
    ended: float = 0.0
    refused: int = 0
    mails: int = 0
    accepted: dict[str, int] = field(default_factory=dict)


class Connection:
    """One SMTP connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    @asynccontextmanager
    async def opened(cls, port: int) -> AsyncIterator["Connection"]:
        """Greeted on both sides; ended at the end."""
        reader, writer = await asyncio.open_connection(HOST, port)
        connection = cls(reader, writer)
        try:
            await connection._expect(b"2")
            await connection._say(b"EHLO bench.example", b"2")
            yield connection
            await connection._say(b"QUIT", b"221")
        finally:
            await closed(writer)

    async def send(self, recipients: Sequence[str], content: bytes) -> bool:
        """Whether it was taken; the content is as `Letter` gives it."""
        await self.address(recipients)
        return await self.data(content)

    async def address(self, recipients: Sequence[str]) -> None:
        """Say from whom and for whom the next mail is."""
        await self._say(b"MAIL FROM:<bench@sender.example>", b"2")
        for recipient in recipients:
            await self._say(b"RCPT TO:<%b>" % recipient.encode(), b"2")

    async def data(self, content: bytes) -> bool:
        """Send it, from the DATA command on; whether it was taken."""
        await self._say(b"DATA", b"354")
        self._writer.write(content)
        return (await self._reply()).startswith(b"250")

    async def _say(self, command: bytes, wanted: bytes) -> None:
        self._writer.write(command + b"\r\n")
        await self._expect(wanted)

    async def _expect(self, wanted: bytes) -> None:
        reply = await self._reply()
        if not reply.startswith(wanted):
            raise UnexpectedReply(reply.decode(errors="replace"))

    async def _reply(self) -> bytes:
        """The last line of the reply."""
        while True:
            line = await asyncio.wait_for(self._reader.readline(), _PATIENCE_SECONDS)
            if line[3:4] != b"-":
                return line


async def closed(writer: asyncio.StreamWriter) -> None:
    """Close it, and let it be gone; the other side may have been quicker."""
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


async def send_all(what: Mails) -> Sent:
    """Send until everything is sent or time is up; connections are opened before the clock runs."""
    letter, sent = Letter.of(letter_of(what.size, "all@bench.example")), Sent()
    numbers = iter(range(what.mails))
    async with AsyncExitStack() as all_of_them:
        opened = [Connection.opened(what.port) for _ in range(what.senders)]
        connections = [await all_of_them.enter_async_context(each) for each in opened]
        sent.began = time.monotonic()
        await asyncio.gather(*(_send(what, letter, numbers, sent, each) for each in connections))
        sent.ended = time.monotonic()
    return sent


async def _send(
    what: Mails, letter: Letter, numbers: Iterator[int], sent: Sent, to: Connection
) -> None:
    count = len(what.addresses)
    for number in numbers:
        first = number * what.recipients
        recipients = [what.addresses[n % count] for n in range(first, first + what.recipients)]
        if await to.send(recipients, letter.numbered(number)):
            sent.mails += 1
            for each in recipients:
                sent.accepted[each] = sent.accepted.get(each, 0) + 1
        else:
            sent.refused += 1
        if time.monotonic() - sent.began > what.seconds:
            break
