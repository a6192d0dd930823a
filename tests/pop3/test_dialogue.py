"""The dialogue with POP3 servers, kind and hostile, over real sockets."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mayfly.domains.models import MailServer
from mayfly.pop3.models import Credentials, MailTooLarge, Pop3Failed, Stage, Trouble
from mayfly.pop3.ports import Session
from mayfly.pop3.servers import Patience, TcpPop3Servers
from tests.certificates import authority
from tests.pop3.scripted import GREETING, HANG_UP, HOST, KIND, scripted

NAME = "pop.example.com"
ANN = Credentials("ann", "secret")
USUAL = Patience()
SOON = Patience(connect=2, reply=0.3, whole=2)


def servers(patience: Patience = USUAL, **options: bool) -> TcpPop3Servers:
    allowed = {"with_private": True, "in_clear": True} | options
    return TcpPop3Servers(
        lambda name: [HOST], patience=patience, trust=authority().trusted, **allowed
    )


@contextmanager
def opened(
    answers: dict[str, object], credentials: Credentials = ANN, patience: Patience = USUAL
) -> Iterator[Session]:
    """A session in clear text with a server that answers so where it is not kind."""
    with (
        scripted({**KIND, **answers}) as heard,  # type: ignore[dict-item]
        servers(patience).open(MailServer(NAME, heard.port, False), credentials) as session,
    ):
        yield session


def trouble_of(
    answers: dict[str, object], credentials: Credentials = ANN, patience: Patience = USUAL
) -> Trouble:
    """What is wrong with it, when all of the mailbox is read."""
    with pytest.raises(Pop3Failed) as failed, opened(answers, credentials, patience) as session:
        for entry in session.listing(500):
            session.size(entry)
            session.retrieve(entry, 10_000, 1)
        session.quit()
    return failed.value.trouble


def test_a_mailbox_is_listed_and_retrieved() -> None:
    with opened({}) as session:
        entries = session.listing(500)

        assert [(each.number, each.uidl) for each in entries] == [(1, "one"), (2, "two")]
        assert [session.size(each) for each in entries] == [20, 20]
        assert session.retrieve(entries[1], 100, 1) == b"Subject: 2\r\n\r\n2\r\n"
        session.quit()


@pytest.mark.parametrize(
    ("sent", "raw"),
    [
        (b".\r\n", b""),
        (b"a\r\n.\r\n", b"a\r\n"),
        (b"..\r\n.\r\n", b".\r\n"),
        (b"a\r\n..b\r\n...\r\n.\r\n", b"a\r\n.b\r\n..\r\n"),
        (b"a\n.\nb\r\n.\r\n", b"a\n.\nb\r\n"),
        (b"a\r.\r\n.\r\n", b"a\r.\r\n"),
        (b"z" * 9000 + b"\r\n.\r\n", b"z" * 9000 + b"\r\n"),
    ],
    ids=["nothing", "a line", "a dot", "dots", "bare LF", "bare CR", "a long line"],
)
def test_a_message_is_byte_for_byte_what_the_server_has(sent: bytes, raw: bytes) -> None:
    with opened({"RETR 1": b"+OK\r\n" + sent}) as session:
        entry, _ = session.listing(500)

        assert session.retrieve(entry, 10_000, 1) == raw


def test_messages_of_one_name_are_one_and_the_oldest_of_many_are_left_out() -> None:
    many = b"".join(b"%d u%d\r\n" % (each, each // 2) for each in range(1, 9))
    with opened({"UIDL": b"+OK\r\n" + many + b".\r\n"}) as session:
        entries = session.listing(3)

    assert [(each.number, each.uidl) for each in entries] == [(5, "u2"), (7, "u3"), (8, "u4")]


@pytest.mark.parametrize(
    ("step", "stage"),
    [
        (GREETING, Stage.CONNECT),
        ("CAPA", Stage.CONNECT),
        ("USER", Stage.LOGIN),
        ("PASS", Stage.LOGIN),
        ("UIDL", Stage.UIDL),
        ("LIST 2", Stage.RETRIEVE),
        ("RETR 2", Stage.RETRIEVE),
        ("QUIT", Stage.RETRIEVE),
    ],
)
@pytest.mark.parametrize("how", ["hangs up", "says nothing", "says nonsense", "goes on and on"])
def test_whatever_a_server_does_the_stage_is_told(step: str, stage: Stage, how: str) -> None:
    answer: object = {
        "hangs up": HANG_UP,
        "says nothing": b"",
        "says nonsense": b"220 ESMTP\r\n",
        "goes on and on": b"+OK " + b"x" * 5000,
    }[how]

    assert trouble_of({step: answer}, patience=SOON).stage is stage


@pytest.mark.parametrize(
    "block",
    [
        *(b"1\r\n", b"one 1\r\n", b"1 \x01\r\n", b"1 one two\r\n", b"99999999999 a\r\n", b"1 a\n"),
        b"1 " + b"a" * 300 + b"\r\n",
        b"\r\n",
    ],
)
def test_a_list_that_is_none_is_trouble(block: bytes) -> None:
    assert trouble_of({"UIDL": b"+OK\r\n" + block + b".\r\n"}, patience=SOON).stage is Stage.UIDL


def test_a_server_without_uidl_is_refused_with_its_words() -> None:
    trouble = trouble_of({"UIDL": b"-ERR unknown command\r\n"})

    assert trouble.stage is Stage.UIDL
    assert "no UIDL" in trouble.words
    assert trouble.words.endswith("unknown command")


def test_an_endless_list_ends() -> None:
    endless = b"+OK\r\n" + b"".join(b"%d u%d\r\n" % (each, each) for each in range(200_000))

    assert trouble_of({"UIDL": endless}).words == "the server says too much"


def test_a_message_that_is_larger_than_was_told_ends_the_session() -> None:
    with opened({"RETR 1": b"+OK\r\n" + b"x" * 100_000 + b"\r\n.\r\n"}) as session:
        entry, _ = session.listing(500)

        with pytest.raises(MailTooLarge):
            session.retrieve(entry, 10_000, 1)


def test_what_was_not_asked_for_is_not_taken_for_an_answer() -> None:
    trouble = trouble_of({"USER": b"+OK\r\n+OK\r\n"})

    assert trouble.words == "the server answers what it was not asked"


@pytest.mark.parametrize(
    ("said", "code", "is_wrong"),
    [
        (b"-ERR [AUTH] no\r\n", "AUTH", True),
        (b"-ERR no\r\n", "", True),
        (b"-ERR [IN-USE] somebody else reads it\r\n", "IN-USE", False),
        (b"-ERR [SYS/TEMP] later\r\n", "SYS/TEMP", False),
        (b"-ERR [login-delay] wait\r\n", "LOGIN-DELAY", False),
    ],
)
def test_a_refused_login_has_the_servers_code(said: bytes, code: str, is_wrong: bool) -> None:
    trouble = trouble_of({"PASS": said})

    assert (trouble.stage, trouble.code, trouble.is_wrong_password) == (Stage.LOGIN, code, is_wrong)


@pytest.mark.parametrize("words", [b"not secret", b"[secret] no", b"[AUTH/secret] no"])
def test_what_is_secret_is_not_repeated(words: bytes) -> None:
    trouble = trouble_of({"PASS": b"-ERR " + words + b"\r\n"})

    assert "secret" not in trouble.words.replace("what is secret", "")
    assert not trouble.code


def test_words_of_a_server_are_short_and_printable() -> None:
    trouble = trouble_of({"PASS": b"-ERR \x1b[2J" + b"w" * 1000 + b"\r\n"})

    assert len(trouble.words) == 200
    assert trouble.words.isprintable()


@pytest.mark.parametrize("bad", ["u\r\nDELE 1", "u\nQUIT", "u\r", "u\0"])
def test_nothing_is_said_that_is_two_commands(bad: str) -> None:
    for credentials in (Credentials(bad, "secret"), Credentials("ann", bad)):
        with scripted() as heard, pytest.raises(Pop3Failed) as failed:
            server = MailServer(NAME, heard.port, False)
            with servers().open(server, credentials):
                pass

        assert failed.value.trouble.stage is Stage.LOGIN
        assert not {"DELE 1", "QUIT"} & set(heard.commands)


def test_sasl_is_used_where_there_is_nothing_else() -> None:
    answers: dict[str, object]
    answers = {"CAPA": b"+OK\r\nSASL PLAIN LOGIN\r\n.\r\n", "AUTH": b"+OK\r\n", "USER": b"-ERR\r\n"}
    with opened(answers) as session:
        assert session.listing(1)


@pytest.mark.parametrize(
    ("capability", "seconds"),
    [
        *((b"LOGIN-DELAY 300", 300), (b"LOGIN-DELAY 300 USER", 300), (b"LOGIN-DELAY x", 0)),
        *((b"LOGIN-DELAY 99999999999", 3600), (b"UIDL", 0)),
    ],
)
def test_the_server_says_how_long_it_wants_to_be_left_alone(
    capability: bytes, seconds: int
) -> None:
    with opened({"CAPA": b"+OK\r\nUSER\r\n" + capability + b"\r\n.\r\n"}) as session:
        assert session.login_delay.total_seconds() == seconds


def test_a_server_that_knows_no_capabilities_is_read(tmp_path: Path) -> None:
    with opened({"CAPA": b"-ERR what?\r\n"}) as session:
        assert len(session.listing(500)) == 2


@contextmanager
def encrypted(
    tmp_path: Path, answers: dict[str, object], *names: str, days: int = 30
) -> Iterator[tuple[list[str], Session]]:
    """What the server heard, and a session after STLS."""
    tls: ssl.SSLContext = authority().server(tmp_path, *(names or (NAME,)), days=days)
    with scripted({**KIND, **answers}, tls) as heard:  # type: ignore[dict-item]
        server = MailServer(NAME, heard.port, False)
        with servers(in_clear=False).open(server, ANN) as session:
            yield heard.commands, session


def test_stls_comes_before_the_password(tmp_path: Path) -> None:
    with encrypted(tmp_path, {}) as (commands, session):
        assert len(session.listing(500)) == 2

    assert commands[:5] == ["CAPA", "STLS", "CAPA", "USER ann", "PASS secret"]


@pytest.mark.parametrize(
    "answers",
    [
        {"CAPA": b"+OK\r\nUSER\r\n.\r\n"},
        {"STLS": b"-ERR not now\r\n"},
        {"STLS": b"+OK begin\r\n+OK you are in\r\n"},
        {"STLS": HANG_UP},
        {"CAPA": b"-ERR what?\r\n"},
    ],
    ids=["not offered", "refused", "injected", "hung up", "nothing offered"],
)
def test_without_tls_no_password_is_sent(tmp_path: Path, answers: dict[str, object]) -> None:
    heard: list[str] = []
    with pytest.raises(Pop3Failed) as failed:
        tls = authority().server(tmp_path, NAME)
        with scripted({**KIND, **answers}, tls) as server:  # type: ignore[dict-item]
            heard = server.commands
            with servers(in_clear=False).open(MailServer(NAME, server.port, False), ANN):
                pass

    assert failed.value.trouble.stage is Stage.TLS
    assert not any(each.startswith(("USER", "PASS", "AUTH")) for each in heard)


@pytest.mark.parametrize(("name", "days"), [("other.example", 30), (NAME, -1)])
def test_a_certificate_that_is_not_good_ends_it(tmp_path: Path, name: str, days: int) -> None:
    with pytest.raises(Pop3Failed) as failed, encrypted(tmp_path, {}, name, days=days):
        pass

    assert failed.value.trouble.stage is Stage.TLS
    assert "certificate" in failed.value.trouble.words.lower() or failed.value.trouble.words


def test_addresses_of_this_network_are_not_connected_to() -> None:
    with scripted() as heard, pytest.raises(Pop3Failed) as failed:
        strict = TcpPop3Servers(lambda name: [HOST])
        with strict.open(MailServer(NAME, heard.port, True), ANN):
            pass

    assert failed.value.trouble.stage is Stage.NAME
    assert heard.commands == []


def test_other_ports_are_for_this_network_only() -> None:
    public = TcpPop3Servers(lambda name: ["8.8.8.8"], with_private=True, in_clear=True)

    with (
        pytest.raises(Pop3Failed, match="995") as failed,
        public.open(MailServer(NAME, 25, True), ANN),
    ):
        pass

    assert failed.value.trouble.stage is Stage.CONNECT
