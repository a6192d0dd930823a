"""How long a client is waited for."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from mayfly_client.bridge import limits
from mayfly_client.bridge.stream import Ended, Stream

Read = Callable[[Stream], Awaitable[bytes]]


def line(stream: Stream) -> Awaitable[bytes]:
    return stream.line(limits.IDLE_SECONDS)


def octets(stream: Stream) -> Awaitable[bytes]:
    return stream.octets(5, limits.IDLE_SECONDS)


async def slow(patience: float, read: Read, *, is_known: bool) -> bytes:
    """A client that sends a line, and the next one a moment later."""
    reader = asyncio.StreamReader()
    stream = Stream(reader, None, patience)  # type: ignore[arg-type]
    if is_known:
        stream.be_patient()
    for _ in range(3):
        asyncio.get_running_loop().call_later(patience / 2, reader.feed_data, b"NOOP\n")
        found = await read(stream)
    return found


@pytest.mark.parametrize("read", [line, octets])
def test_before_a_login_lines_share_the_time_that_a_client_has(read: Read) -> None:
    with pytest.raises(Ended):
        asyncio.run(slow(0.2, read, is_known=False))


def test_after_a_login_each_wait_has_its_own() -> None:
    assert asyncio.run(slow(0.2, line, is_known=True)) == b"NOOP"
