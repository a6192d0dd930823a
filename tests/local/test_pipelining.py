"""Commands that a client sends without waiting for answers (RFC 2920)."""

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from infra.local.listeners import port_of
from infra.local.smtp.policy import Post
from infra.local.smtp.server import MailServer
from mayfly.mail.address import Address
from tests.local.conftest import DEADLINE, Loop, listener

HELLO = b"EHLO c.example\r\n"
FROM = b"MAIL FROM:<s@example.org>\r\n"
ALICE = b"RCPT TO:<alice@mayfly.example>\r\n"
MAIL = b"Subject: x\r\n\r\nbody\r\n.\r\n"


class Looking:
    """Whether somebody is known takes as long as a test wants."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.proceed = threading.Event()
        self.proceed.set()

    def is_known(self, address: Address) -> bool:
        if address.local == "slow":
            self.entered.set()
            self.proceed.wait(DEADLINE)
        return address.local != "nobody"


class Client:
    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection

    def says(self, text: bytes) -> None:
        self.connection.sendall(text)

    def hears(self, last: bytes) -> list[bytes]:
        """The codes of the answers, up to one that begins so or the end."""
        heard = b""
        while not any(line.startswith(last) for line in heard.split(b"\r\n")[:-1]):
            block = self.connection.recv(65536)
            if not block:
                break
            heard += block
        return [line[:3] for line in heard.split(b"\r\n")[:-1] if line[3:4] == b" "]

    def to_the_end(self) -> list[bytes]:
        heard = b"".join(iter(lambda: self.connection.recv(65536), b""))
        return [line[:3] for line in heard.split(b"\r\n")[:-1] if line[3:4] == b" "]

    def has_heard(self) -> bool:
        return bool(select.select([self.connection], [], [], 0)[0])


@pytest.fixture
def looking() -> Looking:
    return Looking()


class Served:
    """A server that can be ended while clients are there."""

    def __init__(self, loop: Loop, looking: Looking) -> None:
        self._where, self._serving = listener(), ExitStack()
        post = Post(looking.is_known, lambda mail: "id")
        server = MailServer(("mayfly.example",), post, 100_000, "Mayfly test")
        self._serving.enter_context(loop.inside(server.serving(self._where)))

    def end(self) -> None:
        self._serving.close()

    @contextmanager
    def client(self) -> Iterator[Client]:
        with socket.create_connection(("127.0.0.1", port_of(self._where)), DEADLINE) as connection:
            client = Client(connection)
            client.says(HELLO)
            assert client.hears(b"250 ") == [b"220", b"250"]
            yield client


@pytest.fixture
def served(loop: Loop, looking: Looking) -> Iterator[Served]:
    served = Served(loop, looking)
    yield served
    looking.proceed.set()
    served.end()


def test_the_answers_of_a_group_come_in_one(served: Served, looking: Looking) -> None:
    looking.proceed.clear()
    with served.client() as client:
        client.says(
            FROM + ALICE + b"RCPT TO:<nobody@mayfly.example>\r\n"
            b"RCPT TO:<slow@mayfly.example>\r\nDATA\r\n"
        )
        looking.entered.wait(DEADLINE)
        before = client.has_heard()
        looking.proceed.set()
        heard = client.hears(b"354")

    assert not before
    assert heard == [b"250", b"250", b"550", b"250", b"354"]


def test_a_mail_and_the_next_group_are_answered_in_their_order(served: Served) -> None:
    with served.client() as client:
        client.says(FROM + ALICE + b"DATA\r\n")
        first = client.hears(b"354")
        client.says(MAIL + FROM + ALICE + b"DATA\r\n")
        second = client.hears(b"354")
        client.says(MAIL + b"QUIT\r\n")
        third = client.to_the_end()

    assert first == [b"250", b"250", b"354"]
    assert second == [b"250", b"250", b"250", b"354"]
    assert third == [b"250", b"221"]


def test_a_large_group_is_answered_before_its_end(served: Served, looking: Looking) -> None:
    """Otherwise both sides could wait for the other to read."""
    looking.proceed.clear()
    with served.client() as client:
        client.says(FROM + b"RCPT TO:<nobody@mayfly.example>\r\n" * 200)
        client.says(b"RCPT TO:<slow@mayfly.example>\r\n")
        looking.entered.wait(DEADLINE)
        before = client.has_heard()
        looking.proceed.set()
        client.says(b"QUIT\r\n")
        heard = client.to_the_end()

    assert before
    assert heard == [b"250", *[b"550"] * 200, b"250", b"221"]


ENDINGS = {
    "QUIT": (b"QUIT\r\nNOOP\r\n", [b"221"]),
    "too many that nobody knows": (b"X\r\n" * 9, [*[b"500"] * 4, b"502"]),
}


@pytest.mark.parametrize("before", [b"", FROM, FROM + ALICE], ids=["alone", "one", "two"])
@pytest.mark.parametrize("ending", ENDINGS)
def test_an_answer_that_ends_the_connection_is_sent_with_those_before_it(
    served: Served, ending: str, before: bytes
) -> None:
    commands, answers = ENDINGS[ending]
    with served.client() as client:
        client.says(before + commands)
        heard = client.to_the_end()

    assert heard == [b"250"] * before.count(b"\n") + answers


def test_who_is_sent_away_hears_first_what_was_answered(served: Served, looking: Looking) -> None:
    looking.proceed.clear()
    with served.client() as client:
        client.says(FROM + ALICE + b"RCPT TO:<slow@mayfly.example>\r\nNOOP\r\n")
        looking.entered.wait(DEADLINE)
        ending = threading.Thread(target=served.end)
        ending.start()
        heard = client.to_the_end()
        looking.proceed.set()
        ending.join(DEADLINE)

    assert heard == [b"250", b"250", b"421"]


@pytest.mark.parametrize("last", [b"QUIT\r\n", b"NOOP\r\n", b""])
def test_who_ends_its_side_hears_all_answers(served: Served, last: bytes) -> None:
    with served.client() as client:
        client.says(FROM + ALICE + b"DATA\r\n" + MAIL + FROM + ALICE + last)
        client.connection.shutdown(socket.SHUT_WR)
        heard = client.to_the_end()

    mail = [b"250", b"250", b"354", b"250"]
    ends = {b"QUIT\r\n": [b"221"], b"NOOP\r\n": [b"250"], b"": []}
    assert heard == [*mail, b"250", b"250", *ends[last]]
