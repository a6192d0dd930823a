"""Reading DATA in blocks gives what aiosmtpd's reading line by line gives."""

import asyncio
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.local.smtp.data import Fault, read_mail

BIG = 1 << 20
PIECES = st.sampled_from(
    [b"\r\n", b".", b"\r", b"\n", b"a", b"..", b"\r\n.", b".\r\n", b"\n.\n", b"\r.\r", b"text"]
)
STREAMS = st.lists(PIECES, max_size=40).map(b"".join)


class Wire(asyncio.Transport):
    """The other end of aiosmtpd's own server, in memory."""

    _closed = False

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return ("127.0.0.1", 1) if name == "peername" else default

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Nobody reads the answers."""

    def is_closing(self) -> bool:
        return self._closed

    def close(self) -> None:
        self._closed = True


class Keeper:
    """aiosmtpd's handler: keeps the mails."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append(envelope.content)
        return "250 OK"


def unread(session: Any) -> bytes:
    return bytes(session._reader._buffer)


async def as_aiosmtpd_reads(blocks: Sequence[bytes]) -> list[bytes]:
    """The mails that aiosmtpd's own session finds in what follows DATA."""
    keeper = Keeper()
    session = SMTP(keeper, hostname="here", loop=asyncio.get_running_loop())
    wire = Wire()
    session.connection_made(wire)
    for block in (b"EHLO a\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<a@b.c>\r\nDATA\r\n", *blocks):
        session.data_received(block)
        for _ in range(8):
            await asyncio.sleep(0)
    while unread(session) and not keeper.mails:
        await asyncio.sleep(0)
    wire.close()
    session.connection_lost(None)
    await asyncio.sleep(0)
    return keeper.mails


def by_the_rules(wire: bytes, max_bytes: int, max_line_bytes: int) -> bytes | Fault:
    """RFC 5321 section 4.5.2, written for reading."""
    lines = wire.split(b"\r\n")
    mine = lines[: lines.index(b".")]
    if any(len(line) + 2 > max_line_bytes for line in mine):
        return Fault.LINE_TOO_LONG
    mail = b"".join((line[1:] if line.startswith(b".") else line) + b"\r\n" for line in mine)
    return mail if len(mail) <= max_bytes else Fault.TOO_LARGE


async def read(
    blocks: Sequence[bytes], max_bytes: int = BIG, max_line_bytes: int = BIG
) -> tuple[bytes | Fault, bytes]:
    """The mail and what is left, when the network cuts the stream like this."""
    reader = asyncio.StreamReader(limit=BIG)
    reading = asyncio.create_task(read_mail(reader, max_bytes, max_line_bytes))
    for block in blocks:
        reader.feed_data(block)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    reader.feed_eof()
    mail = await reading
    return mail, await reader.read()


def cut(wire: bytes, cuts: Sequence[int]) -> list[bytes]:
    edges = [0, *sorted(min(at, len(wire)) for at in cuts), len(wire)]
    return [wire[a:b] for a, b in pairwise(edges) if a < b]


@settings(max_examples=300, deadline=None)
@given(STREAMS, st.lists(st.integers(0, 200), max_size=12))
def test_any_stream_cut_anywhere_reads_as_aiosmtpd_reads_it(wire: bytes, cuts: list[int]) -> None:
    wire += b"\r\n.\r\n"

    mail, _ = asyncio.run(read(cut(wire, cuts)))

    assert [mail] == asyncio.run(as_aiosmtpd_reads(cut(wire, cuts)))[:1]


@settings(max_examples=200, deadline=None)
@given(STREAMS, st.lists(st.integers(0, 200), max_size=12))
def test_what_follows_the_mail_stays_in_the_reader(wire: bytes, cuts: list[int]) -> None:
    wire += b"\r\n.\r\nNOOP\r\n"

    _, rest = asyncio.run(read(cut(wire, cuts)))

    consumed = 0 if wire.startswith(b".\r\n") else wire.index(b"\r\n.\r\n") + 2
    assert rest == wire[consumed + 3 :]


@settings(max_examples=200, deadline=None)
@given(STREAMS, st.integers(0, 60), st.integers(1, 30), st.integers(1, 9))
def test_limits_hold_to_the_byte(wire: bytes, most: int, longest: int, step: int) -> None:
    wire += b"\r\n.\r\n"
    blocks = [wire[at : at + step] for at in range(0, len(wire), step)]

    mail, _ = asyncio.run(read(blocks, most, longest))

    expected = by_the_rules(wire, most, longest)
    # A mail with both faults may be refused for either.
    assert mail == expected or (isinstance(mail, Fault) and isinstance(expected, Fault))


@pytest.mark.parametrize(
    "end",
    [b"\n.\n", b"\r.\r", b"\n.\r\n", b"\r.\r\n", b"\n.\r", b"\r\n\0.\r\n", b"\r\n.\n", b"\r\n.\r"],
    ids=repr,
)
def test_only_crlf_dot_crlf_ends_a_mail(end: bytes) -> None:
    smuggled = b"one" + end + b"MAIL FROM:<evil@mayfly.example>\r\n"

    mail, rest = asyncio.run(read([smuggled + b".\r\n"]))

    assert mail == smuggled.replace(b"\r\n.", b"\r\n")  # the dot of a line that begins with one
    assert rest == b""


def test_an_empty_mail_is_one_dot() -> None:
    mail, rest = asyncio.run(read([b".\r", b"\nQUIT\r\n"]))

    assert (mail, rest) == (b"", b"QUIT\r\n")


def test_a_client_that_leaves_within_its_mail_is_no_mail() -> None:
    with pytest.raises(ConnectionResetError):
        asyncio.run(read([b"half a mail\r\n"]))
