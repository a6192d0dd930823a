"""What a client may send, and what happens to one that sends more, or nonsense."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import pytest

from mayfly_client.bridge import limits
from mayfly_client.bridge.pop3.dots import stuffed, top
from mayfly_client.bridge.tls import Tls
from tests.bridge.bridges import Running, bridge
from tests.certificates import Authority
from tests.local.conftest import DEADLINE, Loop
from tests.local.mayfly import Mayfly

NOBODY = "http://127.0.0.1:9"  # nothing listens there


class Line:
    """A client that sends what it likes."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self._file: BinaryIO = connection.makefile("rb")

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)

    def read(self) -> bytes:
        return self._file.readline()

    def says(self, data: bytes, tag: bytes = b"a") -> bytes:
        """Send it; the answer with this tag, or what ended the connection."""
        self.send(data)
        while (line := self.read()) and not line.startswith((tag + b" ", b"* BYE")):
            pass
        return line

    def rest(self) -> bytes:
        return self._file.read()


@contextmanager
def line(port: int) -> Iterator[Line]:
    with socket.create_connection(("127.0.0.1", port), DEADLINE) as connection:
        yield Line(connection)


@pytest.fixture
def alone(loop: Loop) -> Iterator[Running]:
    """A bridge whose Mayfly is not there."""
    with bridge(loop, NOBODY) as running:
        yield running


@pytest.fixture
def opened(laptop: Mayfly) -> Iterator[Line]:
    """A client that has selected an inbox with a message."""
    address = laptop.new_address()["email"]
    laptop.send(address, b"Subject: one\r\n\r\ntext\r\n")
    laptop.messages(address)
    with line(laptop.imap_port) as client:
        client.read()
        client.says(b"a LOGIN %b x\r\n" % address.encode())
        assert b"OK" in client.says(b"a SELECT INBOX\r\n")
        yield client


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        (b"a NONSENSE\r\n", b"a BAD"),
        (b"a SELECT INBOX\r\n", b"a BAD"),
        (b"a\r\n", b"a BAD"),
        (b"\r\n* \r\na NOOP\r\n", b"a OK"),
        (b"a LOGIN x\r\n", b"a BAD"),
        (b'a LOGIN "x y\r\n', b"a BAD"),
        (b"a LOGIN {999999}\r\n", b"a BAD"),
        (b"a LOGIN {5000+}\r\n", b"* BYE"),
        (b"a LOGIN " + b"x" * 100_000 + b"\r\n", b"* BYE"),
        (b"a AUTHENTICATE GSSAPI\r\n", b"a NO"),
        (b"a AUTHENTICATE PLAIN =\r\n", b"a BAD"),
        (b"a AUTHENTICATE PLAIN AAAA\r\n", b"a BAD"),
        (b"a STARTTLS\r\n", b"a BAD"),
        (b"a LOGIN {1+}\r\nx {1+}\r\ny\r\n", b"a NO [UNAVAILABLE]"),
        (b"a LOGIN {1+}\r\nx {4+}\r\ny{3}\r\n", b"a NO [UNAVAILABLE]"),  # a secret ends in {3}
        (b"a LOGIN \xff x\r\n", b"a BAD"),
        (b"a FETCH 1 FLAGS\r\n", b"a BAD"),
    ],
)
def test_nonsense_is_answered_before_a_login(alone: Running, data: bytes, answer: bytes) -> None:
    with line(alone.imap) as client:
        assert client.says(data).startswith(answer)


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        (b"a FETCH 0 FLAGS\r\n", b"a BAD"),
        (b"a FETCH 1 (\r\n", b"a BAD"),
        (b"a FETCH 1 ()\r\n", b"a BAD"),
        (b"a FETCH 1 BODY[\r\n", b"a BAD"),
        (b"a FETCH 1 BODY[MIME]\r\n", b"a BAD"),
        (b"a FETCH 1 BODY[0]\r\n", b"a BAD"),
        (b"a FETCH 1 BODY[]<0.0>\r\n", b"a BAD"),
        (b"a FETCH 1 BODY[]<0.4294967296>\r\n", b"a BAD"),
        (b"a FETCH 1 BODY[HEADER.FIELDS ()]\r\n", b"a BAD"),
        (b"a FETCH 1 (" + b"FLAGS " * 60 + b"FLAGS)\r\n", b"a BAD"),
        (b"a FETCH 1 BODY[" + b"1." * 60 + b"1]\r\n", b"a BAD"),
        (b"a FETCH 1:99999 FLAGS\r\n", b"a OK"),
        (b"a FETCH 4294967295:* FLAGS\r\n", b"a OK"),
        (b"a FETCH 99999999999 FLAGS\r\n", b"a BAD"),
        (b"a SEARCH NOTHING\r\n", b"a BAD"),
        (b"a SEARCH CHARSET KOI8-R ALL\r\n", b"a NO [BADCHARSET"),
        (b"a SEARCH SINCE 32-Jan-2026\r\n", b"a BAD"),
        (b"a SEARCH " + b"(" * 1000 + b"ALL" + b")" * 1000 + b"\r\n", b"a BAD"),
        (b"a SEARCH " + b"NOT " * 1000 + b"ALL\r\n", b"a BAD"),
        (b"a STORE 1 FLAGS\r\n", b"a BAD"),
        (b"a STORE 1 +FLAGS (\\Flagged whatever)\r\n", b"a OK"),
        (b"a COPY 1 INBOX\r\n", b"a NO [CANNOT]"),
        (b"a MOVE 1 Elsewhere\r\n", b"a NO [TRYCREATE]"),
        (b"a APPEND INBOX {10}\r\n", b"a NO [CANNOT]"),
        (b"a CREATE x\r\n", b"a NO [CANNOT]"),
        (b"a STATUS INBOX (NOTHING)\r\n", b"a BAD"),
        (b"a STATUS Elsewhere (MESSAGES)\r\n", b"a NO [NONEXISTENT]"),
        (b"a SEARCH" + b" ALL" * 101 + b"\r\n", b"a BAD"),
        (b'a LIST "" ' + b"*%" * 10 + b"\r\n", b"a OK"),
        (b'a LIST "" ' + b"*%" * 11 + b"\r\n", b"a BAD"),
        (b'a LSUB "%%%" ' + b"*%" * 10 + b"\r\n", b"a BAD"),
        (b'a LIST "" (' + b"x " * 10 + b"x)\r\n", b"a BAD"),
        (b"a LOGIN x y\r\n", b"a BAD"),
        (b"a UID NOOP\r\n", b"a BAD"),
        (b"a IDLE\r\nsomething\r\n", b"a BAD"),
        (b"a SELECT Elsewhere\r\na FETCH 1 FLAGS\r\n", b"a NO"),
    ],
)
def test_nonsense_is_answered_after_a_login(opened: Line, data: bytes, answer: bytes) -> None:
    assert opened.says(data).startswith(answer)


def test_macros_partials_and_old_items_are_answered(opened: Line) -> None:
    for items in (b"ALL", b"FAST", b"FULL", b"RFC822", b"RFC822.TEXT", b"(UID RFC822.HEADER)"):
        opened.send(b"a FETCH 1 %b\r\n" % items)
        assert opened.read().startswith(b"* 1 FETCH (")
        assert opened.says(b"").startswith(b"a OK")
    opened.send(b"b FETCH 1 BODY.PEEK[TEXT]<1.2>\r\n")

    assert opened.read() == b"* 1 FETCH (BODY[TEXT]<1> {2}\r\n"
    assert opened.read() == b"ex)\r\n"


def test_commands_before_the_login_are_counted(alone: Running) -> None:
    with line(alone.imap) as client:
        client.send(b"a NOOP\r\n" * (limits.COMMANDS_BEFORE_LOGIN + 5))
        assert b"* BYE too many commands" in client.rest()
    with line(alone.pop3) as client:
        client.send(b"CAPA\r\n" * (limits.COMMANDS_BEFORE_LOGIN + 5))
        assert client.rest().endswith(b"-ERR too many commands without a login\r\n")


def test_nonsense_without_an_end_ends_the_connection(opened: Line) -> None:
    opened.send(b"a NONSENSE\r\n" * limits.BAD_COMMANDS)

    assert b"* BYE too many commands" in opened.rest()


def test_connections_are_counted(loop: Loop) -> None:
    with bridge(loop, NOBODY) as running:
        held = [
            socket.create_connection(("127.0.0.1", running.imap), DEADLINE)
            for _ in range(limits.CONNECTIONS_OF_PEER)
        ]
        assert all(each.recv(4) == b"* OK" for each in held)
        with line(running.pop3) as client:
            assert client.rest() == b"-ERR too many connections\r\n"
        held.pop().close()
        for each in held:
            each.close()


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        (b"NONSENSE\r\n", b"-ERR"),
        (b"STAT\r\n", b"-ERR"),
        (b"PASS x\r\n", b"-ERR USER"),
        (b"USER\r\n", b"-ERR"),
        (b"USER x\r\nPASS y\r\n", b"-ERR [SYS/TEMP]"),
        (b"AUTH GSSAPI\r\n", b"-ERR"),
        (b"AUTH PLAIN =\r\n", b"-ERR"),
        (b"STLS\r\n", b"-ERR"),
        (b"x" * 100_000 + b"\r\n", b"-ERR the line"),
    ],
)
def test_pop3_answers_nonsense(alone: Running, data: bytes, answer: bytes) -> None:
    with line(alone.pop3) as client:
        client.read()
        client.send(data)
        if data.startswith(b"USER x"):
            client.read()
        assert client.read().startswith(answer)


@pytest.mark.parametrize("data", [b"RETR 9", b"RETR", b"RETR x", b"TOP 1", b"TOP 1 x", b"DELE 0"])
def test_pop3_answers_what_is_not_there(laptop: Mayfly, data: bytes) -> None:
    with line(laptop.pop3_port) as client:
        client.send(b"USER %b\r\nPASS x\r\n" % laptop.new_address()["email"].encode())
        assert [client.read()[:3] for _ in range(3)] == [b"+OK"] * 3
        client.send(data + b"\r\n")
        assert client.read().startswith(b"-ERR")


@pytest.mark.parametrize(
    ("raw", "sent"),
    [
        (b"a\r\n.b\r\n", b"a\r\n..b\r\n.\r\n"),
        (b".\r\n", b"..\r\n.\r\n"),
        (b"a", b"a\r\n.\r\n"),
        (b"a\n.\nb\r\n", b"a\n..\nb\r\n.\r\n"),
        (b"a\r.\r\n", b"a\r.\r\n.\r\n"),
        (b"", b".\r\n"),
    ],
)
def test_dots_are_doubled_so_that_no_message_ends_early(raw: bytes, sent: bytes) -> None:
    assert stuffed(raw) == sent


def test_top_has_the_header_and_so_many_lines() -> None:
    raw = b"A: 1\r\n\r\none\r\ntwo\r\nthree\r\n"

    assert top(raw, 0) == b"A: 1\r\n\r\n"
    assert top(raw, 2) == b"A: 1\r\n\r\none\r\ntwo\r\n"
    assert top(raw, 99) == raw
    assert top(b"A: 1", 3) == b"A: 1"


@pytest.fixture
def secured(loop: Loop, tmp_path: Path) -> Iterator[tuple[Running, ssl.SSLContext]]:
    """A bridge with a certificate, and what its clients trust."""
    authority = Authority()
    context = authority.server(tmp_path, "localhost")
    with bridge(loop, NOBODY, tls=Tls(lambda: context)) as running:
        yield running, authority.trusted()


def test_tls_is_there_at_once_or_when_it_is_asked_for(
    secured: tuple[Running, ssl.SSLContext],
) -> None:
    running, trusted = secured
    for port, hello in ((running.imaps, b"* OK"), (running.pop3s, b"+OK")):
        with (
            socket.create_connection(("127.0.0.1", port), DEADLINE) as plain,
            trusted.wrap_socket(plain, server_hostname="localhost") as connection,
        ):
            assert connection.recv(100).startswith(hello)
    for port, ask, asked in (
        (running.imap, b"a STARTTLS\r\n", b"a CAPABILITY\r\n"),
        (running.pop3, b"STLS\r\n", b"CAPA\r\n"),
    ):
        with socket.create_connection(("127.0.0.1", port), DEADLINE) as plain:
            plain.recv(200)
            plain.sendall(ask)
            assert b"begin" in plain.recv(200)
            with trusted.wrap_socket(plain, server_hostname="localhost") as connection:
                connection.sendall(asked)
                answer = b""
                while not answer.endswith((b"a OK done\r\n", b"\r\n.\r\n")):
                    answer += connection.recv(500)
                assert b"STARTTLS" not in answer
                assert b"STLS" not in answer


@pytest.mark.parametrize("kind", ["imap", "pop3"])
def test_what_is_slipped_in_before_tls_ends_the_connection(
    secured: tuple[Running, ssl.SSLContext], kind: str
) -> None:
    running, _ = secured
    ask = b"a STARTTLS\r\na NOOP\r\n" if kind == "imap" else b"STLS\r\nCAPA\r\n"
    with line(getattr(running, kind)) as client:
        client.read()
        client.send(ask)
        assert b"begin" in client.rest()


def test_a_client_without_tls_on_a_tls_port_is_sent_away(
    secured: tuple[Running, ssl.SSLContext],
) -> None:
    running, _ = secured
    with line(running.imaps) as client:
        client.send(b"a NOOP\r\n\r\n")
        with suppress(ConnectionError):
            assert b"* OK" not in client.rest()
