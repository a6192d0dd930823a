"""What answers is broken, or means harm: an error of ours comes of it, and in time."""

import asyncio
import os
import resource
import threading
from collections.abc import Callable
from contextlib import suppress

import pytest

from mayfly_client import AsyncMayfly, Mayfly, MayflyError, Patience, Unreachable
from tests.client.servers import PONG, Server, answer, serving
from tests.local.conftest import DEADLINE

ONCE = Patience(attempts=1)
DEEP = b"[" * 200_000
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
ANSWERS = {
    "JSON without a bottom": answer(DEEP),
    "an error without a bottom": answer(DEEP, "400 Bad Request"),
    "the page of a proxy": answer(b"<html>Sign in</html>", "200 OK", "Content-Type: text/html"),
    "a chunk of less than nothing": CHUNKED + b"-5\r\nabc",
    "a chunk without a size": CHUNKED + b"zz\r\nabc",
    "no HTTP": b"SSH-2.0-OpenSSH\r\n",
    "a place with half an address": answer(b"", "302 Found", "Location: http://[bad"),
    "a place with no port": answer(b"", "302 Found", "Location: http://a.example:xx/"),
    "a place with too high a port": answer(b"", "302 Found", "Location: http://a.example:99999/"),
    "a place with a user": answer(b"", "302 Found", "Location: http://u:p@127.0.0.1/"),
    "a place with a letter too many": answer(
        b"", "302 Found", "Location: /\N{LATIN SMALL LETTER U WITH DIAERESIS}"
    ),
    "a place with an empty label": answer(b"", "302 Found", "Location: http://a..b/"),
}


def url(server: Server) -> str:
    return f"http://127.0.0.1:{server.port}"


def asked(place: str, seconds: float) -> None:
    Mayfly(place, patience=ONCE, request_seconds=seconds).service.health_ping()


def asked_in_a_loop(place: str, seconds: float) -> None:
    async def ask() -> None:
        async with AsyncMayfly(place, patience=ONCE, request_seconds=seconds) as mayfly:
            await mayfly.service.health_ping()

    asyncio.run(ask())


Asks = Callable[[str, float], None]
BOTH = pytest.mark.parametrize("asks", [asked, asked_in_a_loop])


@BOTH
@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_that_cannot_be_is_an_error_of_ours(name: str, asks: Asks) -> None:
    says = ANSWERS[name]
    with (
        serving(Server(lambda number: says, ends=True)) as server,
        pytest.raises(MayflyError),
    ):
        asks(url(server), DEADLINE)


@BOTH
@pytest.mark.parametrize("begins", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_an_answer_that_never_ends_is_given_up_in_time(begins: bytes, asks: Asks) -> None:
    gone = threading.Event()

    class Endless(Server):
        def talk(self, connection: object) -> None:
            with connection, suppress(OSError):  # type: ignore[attr-defined]
                self._request(connection)  # type: ignore[arg-type]
                connection.sendall(begins)  # type: ignore[attr-defined]
                line = b"a: b\r\n" if begins else b"HTTP/1.1 100 Continue\r\n\r\n"
                while not gone.wait(0.01):  # each part comes well within the time
                    connection.sendall(line)  # type: ignore[attr-defined]

    with serving(Endless(lambda number: None)) as server:
        try:
            with pytest.raises(Unreachable):
                asks(url(server), 0.3)
        finally:
            gone.set()


@BOTH
def test_what_may_have_been_done_is_not_done_again_over_a_new_connection(asks: Asks) -> None:
    """A connection that was kept ends while it is asked for an inbox."""

    def says(number: int) -> bytes | None:
        return answer(PONG) if number == 1 else None

    async def make_one(place: str) -> None:
        async with AsyncMayfly(place) as mayfly:
            await mayfly.service.health_ping()
            await mayfly.inbox()

    with (
        serving(Server(says)) as server,
        pytest.raises(Unreachable),
    ):
        if asks is asked:
            with Mayfly(url(server)) as mayfly:
                mayfly.service.health_ping()
                mayfly.inbox()
        else:
            asyncio.run(make_one(url(server)))

    assert [each.split()[0] for each in server.requests] == [b"GET", b"POST"]


@BOTH
def test_a_program_may_have_more_than_a_thousand_files(asks: Asks) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4096)), hard))
    files = [os.open(os.devnull, os.O_RDONLY) for _ in range(1100)]
    try:
        with serving(Server(lambda number: answer(PONG))) as server, Mayfly(url(server)) as mayfly:
            for _ in range(2):
                assert mayfly.service.health_ping().message == "pong"
            assert server.connections == 1
            asks(url(server), DEADLINE)
    finally:
        for each in files:
            os.close(each)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize("kind", [Mayfly, AsyncMayfly])
@pytest.mark.parametrize(
    "place",
    [
        "http://127.0.0.1:abc",
        "http://127.0.0.1:99999",
        "http://ann:secret@127.0.0.1",
        "http://a..b",
        "http://[::1",
        "https://mail.example.org/?a=b",
        "https://mail.example.org/#a",
        "https://mail.example.org/a b",
    ],
)
def test_a_url_that_cannot_be_is_refused_at_once(kind: type, place: str) -> None:
    with pytest.raises(ValueError, match="the URL of a Mayfly") as refused:
        kind(place)

    assert "secret" not in str(refused.value)
