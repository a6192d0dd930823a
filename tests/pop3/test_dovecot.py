"""External inboxes in front of Debian's Dovecot: the way is the whole one, but for AWS."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from mayfly import limits
from mayfly.pop3.servers import TcpPop3Servers
from tests.certificates import authority
from tests.functions.http import Api, MemoryAssembly, Reply
from tests.memory import Memory
from tests.pop3.dovecot import HOST, NAME, PASSWORD, Dovecot, dovecot
from tests.pop3.test_external_routes import listed, made

USERS = [f"user{number}@example.com" for number in range(10)]


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[Dovecot, list[str]]]:
    with dovecot(*USERS) as server:
        yield server, list(USERS)


@dataclass
class Server:
    """The mailbox of a user of its own."""

    dovecot: Dovecot
    user: str

    def put(self, *mails: bytes) -> None:
        self.dovecot.put(mails, self.user)


@pytest.fixture
def server(running: tuple[Dovecot, list[str]]) -> Server:
    return Server(running[0], running[1].pop())


@pytest.fixture
def api(memory: Memory, flows: MemoryAssembly) -> Api:
    real = TcpPop3Servers(lambda name: [HOST], with_private=True, trust=authority().trusted)
    memory.pop3_servers = real  # type: ignore[assignment]
    vars(flows.settings)["pop3_to_private_addresses"] = True
    return Api(flows)


def shown(api: Api, server: Server, **fields: object) -> Reply:
    where = {"pop3_host": NAME, "pop3_port": server.dovecot.secure, "email_address": server.user}
    who = {"pop3_username": server.user, "pop3_password": PASSWORD}
    return made(api, **where | who | fields)


def a_mail(number: int, body: bytes = b"hello\r\n") -> bytes:
    return b"From: shop@shop.example\r\nSubject: number %d\r\n\r\n" % number + body


def test_mails_are_shown_and_are_byte_for_byte_those_of_the_server(
    api: Api, server: Server, memory: Memory
) -> None:
    bodies = [b"hello\r\n", b".\r\n..\r\n.dot\r\n", b"x" * 900_000 + b"\r\n", b"", b"\x80\xff\r\n"]
    mails = [a_mail(number, body) for number, body in enumerate(bodies)]
    server.put(*mails)

    inbox = shown(api, server)

    messages = listed(api, inbox).json["messages"]
    assert [each["subject"] for each in messages] == [f"number {each}" for each in (4, 3, 2, 1, 0)]
    told = [each["sha256"] for each in reversed(messages)]
    assert told == [hashlib.sha256(each).hexdigest() for each in mails]


def test_stls_is_as_good_as_tls(api: Api, server: Server) -> None:
    server.put(a_mail(1))

    inbox = shown(api, server, pop3_port=server.dovecot.plain, pop3_tls=False)

    assert [each["subject"] for each in listed(api, inbox).json["messages"]] == ["number 1"]


def test_a_wrong_password_is_told_with_the_servers_code(api: Api, server: Server) -> None:
    refused = shown(api, server, pop3_password="wrong")

    assert (refused.status, refused.code) == (502, "POP3_ERROR")
    assert refused.json["error"]["details"] == ["stage: login", "code: AUTH"]


def test_of_twenty_thousand_mails_the_newest_come_and_the_rest_later(
    api: Api, server: Server, memory: Memory
) -> None:
    server.put(*map(a_mail, range(20_000)))

    inbox = shown(api, server)
    first = listed(api, inbox).json["messages"]
    memory.clock.advance(seconds=60)
    since = listed(api, inbox, since_uid=str(limits.POP3_MESSAGES), limit=50).json["messages"]

    assert first[0]["subject"] == "number 19999"
    newest = 20_000 - limits.POP3_MESSAGES
    expected = [f"number {each}" for each in range(newest - limits.POP3_MESSAGES, newest)]
    assert [each["subject"] for each in since] == expected


def test_mails_of_forty_megabytes_come_one_a_fetch(
    api: Api, server: Server, memory: Memory
) -> None:
    line = b"0123456789abcdef" * 4 + b"\r\n"
    large = [a_mail(each, line * ((limits.MAX_MAIL_BYTES - 100) // len(line))) for each in (1, 2)]
    server.put(*large)

    inbox = shown(api, server)
    first = listed(api, inbox).json["messages"]
    memory.clock.advance(seconds=60)
    then = listed(api, inbox).json["messages"]

    assert [each["subject"] for each in first] == ["number 2"]
    assert [each["subject"] for each in then] == ["number 1", "number 2"]
    assert then[0]["sha256"] == hashlib.sha256(large[0]).hexdigest()


def test_what_is_asked_to_go_is_gone_once_it_is_stored(api: Api, server: Server) -> None:
    server.put(a_mail(1), a_mail(2))

    kept = shown(api, server)
    assert server.dovecot.count(server.user) == 2
    shown(api, server, pop3_delete=True)

    assert server.dovecot.count(server.user) == 0
    assert listed(api, kept).json["count"] == 2
