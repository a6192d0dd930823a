"""Relays on loopback, spoken to for real: good ones, wrong ones, and those that mean harm."""

import base64
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dkim
import pytest

from mayfly.email_auth.dkim import KeyType, PrivateKey
from mayfly.email_auth.signing import new_key, sign
from mayfly.errors import HostNotFound
from mayfly.relays.models import Relay, Stage, Verdict
from mayfly.relays.smtp import TO_SEND, TO_TEST, SmtpRelays, Timeouts, within
from tests.certificates import authority
from tests.mail_relay import HOST, PASSWORD, USER, Says, Taken, relay, script, server

NAME = "relay.example"
QUICK = Timeouts(connect=2, reply=0.3, whole=0.6)
READY = (b"220 hi\r\n", b"250-relay.example\r\n250 AUTH PLAIN\r\n")
RAW = b"From: ann@b.example\r\nSubject: Hi\r\n\r\n.\r\n..\r\nThe end\r\n"


@dataclass
class Names:
    """A resolver that can change its mind, and counts how often it is asked."""

    answers: list[Sequence[str]] = field(default_factory=lambda: [[HOST]])
    asked: int = 0

    def __call__(self, name: str) -> Sequence[str]:
        self.asked += 1
        return self.answers[min(self.asked, len(self.answers)) - 1]


def relays(names: Callable[[str], Sequence[str]] | None = None, **changes: Any) -> SmtpRelays:
    patience = Timeouts(connect=5, reply=10, whole=20)
    made = SmtpRelays(
        names or Names(), "mayfly.example", True, patience, patience, authority().trusted
    )
    return replace(made, **changes)


def to(port: int, **changes: Any) -> Relay:
    return replace(Relay(NAME, port, False, USER, PASSWORD), **changes)


@pytest.fixture
def tls(tmp_path: Path) -> ssl.SSLContext:
    return authority().server(tmp_path, NAME)


@pytest.fixture
def good(tls: ssl.SSLContext) -> Iterator[tuple[int, Taken]]:
    with relay(tls) as running:
        yield running


def test_a_password_is_proved_after_starttls(good: tuple[int, Taken]) -> None:
    port, taken = good

    tested = relays().test(to(port))

    assert (tested.trouble, tested.tls, tested.mechanism) == (None, "TLSv1.3", "PLAIN")
    assert taken.logins == ["PLAIN"]


def test_tls_is_there_from_the_first_byte_if_it_is_asked_for(tls: ssl.SSLContext) -> None:
    with relay(tls, at_once=True) as (port, taken):
        tested = relays().test(to(port, secure=True))

    assert (tested.trouble, tested.tls) == (None, "TLSv1.3")
    assert taken.logins == ["PLAIN"]


def test_login_is_used_where_there_is_no_plain(tls: ssl.SSLContext) -> None:
    with relay(tls, auth_exclude_mechanism=["PLAIN"]) as (port, _):
        assert relays().test(to(port)).mechanism == "LOGIN"


def test_other_mechanisms_are_named_and_not_tried(tls: ssl.SSLContext) -> None:
    with relay(tls, auth_exclude_mechanism=["PLAIN", "LOGIN"]) as (port, _):
        trouble = relays().test(to(port)).trouble

    assert trouble and trouble.stage is Stage.AUTH
    assert "neither PLAIN nor LOGIN" in trouble.words


def test_a_wrong_password_is_told_in_the_server_s_words(good: tuple[int, Taken]) -> None:
    trouble = relays().test(to(good[0], password="wrong")).trouble

    assert trouble and (trouble.stage, trouble.code) == (Stage.AUTH, 535)
    assert "Authentication" in trouble.words


def test_no_password_is_said_where_there_is_no_tls() -> None:
    with relay() as (port, taken):
        trouble = relays().test(to(port)).trouble

    assert trouble and trouble.stage is Stage.TLS
    assert "clear text" in trouble.words
    assert taken.logins == []


def test_without_a_password_a_relay_without_tls_will_do() -> None:
    with relay() as (port, taken):
        answers = relays().deliver(to(port, username=""), "a@b.example", ["c@d.example"], RAW)

    assert [each.verdict for each in answers] == [Verdict.ACCEPTED]
    assert len(taken.mails) == 1


def test_a_certificate_of_another_name_is_refused(tmp_path: Path) -> None:
    with relay(authority().server(tmp_path, "other.example")) as (port, taken):
        trouble = relays().test(to(port)).trouble

    assert trouble and trouble.stage is Stage.CERTIFICATE
    assert "relay.example" in trouble.words
    assert taken.logins == []


def test_a_certificate_whose_time_is_over_is_refused(tmp_path: Path) -> None:
    with relay(authority().server(tmp_path, NAME, days=-1)) as (port, _):
        trouble = relays().test(to(port)).trouble

    assert trouble and (trouble.stage, trouble.words) == (
        Stage.CERTIFICATE,
        "certificate has expired",
    )


def test_a_certificate_of_nobody_is_refused(good: tuple[int, Taken]) -> None:
    trouble = relays(trust=ssl.create_default_context).test(to(good[0])).trouble

    assert trouble and trouble.stage is Stage.CERTIFICATE


def test_clear_text_after_starttls_ends_it() -> None:
    """What somebody on the way put there would count as said under TLS (CVE-2011-0411)."""
    greeted = b"250-relay.example\r\n250 STARTTLS\r\n"
    with server(script(b"220 hi\r\n", greeted, b"220 go\r\n250 AUTH PLAIN\r\n")) as port:
        trouble = relays().test(to(port)).trouble

    assert trouble and trouble.stage is Stage.TLS
    assert "clear text" in trouble.words


def test_tls_where_the_server_speaks_clear_text_is_told_as_such() -> None:
    with relay() as (port, _):
        trouble = relays(to_test=QUICK).test(to(port, secure=True)).trouble

    assert trouble and trouble.stage is Stage.TLS


EHLO = b"250-relay.example\r\n250 STARTTLS\r\n"


@pytest.mark.parametrize(
    ("lines", "stage"),
    [
        ((), Stage.GREETING),
        ((b"220 hi\r\n",), Stage.GREETING),
        ((b"220 hi\r\n", EHLO), Stage.TLS),
        ((b"220 hi\r\n", EHLO, b"220 go\r\n"), Stage.TLS),
    ],
)
def test_a_server_that_falls_silent_is_left(lines: Sequence[bytes], stage: Stage) -> None:
    with server(script(*lines)) as port:
        trouble = relays(to_test=QUICK).test(to(port)).trouble

    assert trouble and (trouble.stage, trouble.words) == (stage, "no answer in time")


def test_a_shorter_time_is_for_the_connection_and_for_each_answer() -> None:
    quick, unset = within(TO_SEND, 0.3), within(TO_SEND, 0)

    assert (quick.connect, quick.reply, quick.whole) == (0.3, 0.3, TO_SEND.whole)
    assert unset is TO_SEND
    assert within(TO_TEST, 60) == TO_TEST
    with server(script()) as port:
        tested = relays(to_test=within(TO_TEST, 0.3)).test(to(port))
    assert tested.trouble is not None
    assert tested.trouble.stage is Stage.GREETING


def test_a_server_that_says_a_letter_now_and_then_is_left_as_well() -> None:
    """Each read has something, and no line ever ends."""

    def dribble(client: socket.socket) -> None:
        client.settimeout(0.05)
        while True:
            client.sendall(b"2")
            with suppress(TimeoutError):
                if not client.recv(1):
                    return

    with server(dribble) as port:
        trouble = relays(to_test=QUICK).test(to(port)).trouble

    assert trouble and (trouble.stage, trouble.words) == (Stage.GREETING, "no answer in time")


@pytest.mark.parametrize("flood", [b"2" * 65536, b"250-more\r\n" * 8192])
def test_a_server_that_never_stops_talking_is_left(flood: bytes) -> None:
    def talk(client: socket.socket) -> None:
        while True:
            client.sendall(flood)

    with server(talk) as port:
        trouble = relays().test(to(port)).trouble

    assert trouble and (trouble.stage, trouble.words) == (
        Stage.GREETING,
        "the server says too much",
    )


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (b"SSH-2.0-OpenSSH_9.6\r\n", "what answers is no SMTP server"),
        (b"", "the server closed the connection"),
        (b"554 5.7.1 go\x1b[31m away\r\n", "5.7.1 go [31m away"),
        (b"554 " + b"a" * 1000 + b"\r\n", "a" * 200),
    ],
)
def test_what_a_server_says_is_told_in_few_printable_letters(said: bytes, words: str) -> None:
    with server(lambda client: client.sendall(said)) as port:
        trouble = relays().test(to(port)).trouble

    assert trouble and (trouble.stage, trouble.words) == (Stage.GREETING, words)


def test_a_server_that_repeats_the_password_is_not_quoted(tls: ssl.SSLContext) -> None:
    whole = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode())

    def repeat(client: socket.socket) -> None:
        with tls.wrap_socket(client, server_side=True) as encrypted:
            script(*READY, b"535 not " + whole + b"\r\n", b"221\r\n")(encrypted)

    with server(repeat) as port:
        trouble = relays().test(to(port, secure=True)).trouble

    assert trouble and (trouble.stage, trouble.code) == (Stage.AUTH, 535)
    assert "not shown" in trouble.words


def test_where_nobody_listens_the_connection_is_refused() -> None:
    with socket.create_server((HOST, 0)) as listening:
        port = listening.getsockname()[1]

    trouble = relays().test(to(port)).trouble

    assert trouble and (trouble.stage, trouble.words) == (Stage.CONNECT, "refused")


def test_a_name_without_an_address_is_told() -> None:
    def nothing(name: str) -> Sequence[str]:
        raise HostNotFound("there is no such name")

    trouble = relays(nothing).test(to(587)).trouble

    assert trouble and (trouble.stage, trouble.words) == (Stage.NAME, "there is no such name")


@pytest.mark.parametrize(
    "addresses",
    [
        ["169.254.169.254"],
        ["127.0.0.1"],
        ["::1"],
        ["10.0.0.1"],
        ["fd00:ec2::254"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::7f00:1"],
        ["8.8.8.8", "127.0.0.1"],
        [],
    ],
)
def test_nothing_but_public_addresses_is_connected_to(addresses: Sequence[str]) -> None:
    trouble = relays(Names([addresses]), with_private=False).test(to(587)).trouble

    assert trouble and trouble.stage is Stage.ADDRESS
    assert trouble.is_permanent


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "a.localhost", "::1", "169.254.169.254"]
)
def test_an_address_or_localhost_in_place_of_a_name_is_judged_alike(host: str) -> None:
    trouble = relays(with_private=False).test(to(587, host=host)).trouble

    assert trouble and trouble.stage is Stage.ADDRESS


def test_metadata_is_not_reached_where_private_relays_are() -> None:
    trouble = relays(with_private=True).test(to(587, host="169.254.169.254")).trouble

    assert trouble and trouble.stage is Stage.ADDRESS


def test_a_name_that_changes_its_mind_is_asked_once() -> None:
    names = Names([[HOST], ["169.254.169.254"]])

    with relay() as (port, taken):
        relays(names).deliver(to(port, username=""), "a@b.example", ["c@d.example"], RAW)

    assert names.asked == 1
    assert len(taken.mails) == 1


def test_the_next_address_is_tried_where_one_does_not_answer() -> None:
    with relay() as (port, taken):
        relays(Names([["127.0.0.2", HOST]])).deliver(
            to(port, username=""), "a@b.example", ["c@d.example"], RAW
        )

    assert len(taken.mails) == 1


# Mail


def test_a_mail_arrives_as_it_is_with_its_envelope(good: tuple[int, Taken]) -> None:
    port, taken = good

    answers = relays().deliver(to(port), "ann@b.example", ["c@d.example", "e@d.example"], RAW)

    (mail,) = taken.mails
    assert (mail.mail_from, mail.rcpt_tos) == ("ann@b.example", ["c@d.example", "e@d.example"])
    assert mail.original_content == RAW
    assert [(each.recipient, each.verdict, each.code) for each in answers] == [
        ("c@d.example", Verdict.ACCEPTED, 250),
        ("e@d.example", Verdict.ACCEPTED, 250),
    ]
    assert answers[0].words == "queued as 1"


def test_each_recipient_has_an_answer_of_its_own(good: tuple[int, Taken]) -> None:
    port, taken = good
    taken.refusals = {"no@d.example": "550 5.1.1 nobody", "full@d.example": "452 4.2.2 full"}
    recipients = ["no@d.example", "yes@d.example", "full@d.example"]

    answers = relays().deliver(to(port), "ann@b.example", recipients, RAW)

    assert [(each.verdict, each.stage, each.code) for each in answers] == [
        (Verdict.PERMANENT, Stage.RECIPIENT, 550),
        (Verdict.ACCEPTED, Stage.DATA, 250),
        (Verdict.TEMPORARY, Stage.RECIPIENT, 452),
    ]
    assert taken.mails[0].rcpt_tos == ["yes@d.example"]


@pytest.mark.parametrize(
    ("command", "answer", "verdict", "stage"),
    [
        ("MAIL", "550 5.7.1 not from there", Verdict.PERMANENT, Stage.SENDER),
        ("MAIL", "451 4.3.0 later", Verdict.TEMPORARY, Stage.SENDER),
        ("c@d.example", "550 nobody", Verdict.PERMANENT, Stage.RECIPIENT),
        ("DATA", "554 5.7.1 spam", Verdict.PERMANENT, Stage.DATA),
        ("DATA", "452 4.3.1 no room", Verdict.TEMPORARY, Stage.DATA),
    ],
)
def test_what_a_relay_refuses_it_refuses_for_all(
    good: tuple[int, Taken], command: str, answer: str, verdict: Verdict, stage: Stage
) -> None:
    port, taken = good
    taken.refusals = {command: answer}

    (told,) = relays().deliver(to(port), "a@b.example", ["c@d.example"], RAW)

    assert (told.verdict, told.stage, told.code) == (verdict, stage, int(answer[:3]))
    assert taken.mails == []


def test_a_wrong_password_is_permanent_and_no_answer_temporary(good: tuple[int, Taken]) -> None:
    (wrong,) = relays().deliver(to(good[0], password="x"), "a@b.example", ["c@d.example"], RAW)
    with server(script()) as port:
        (silent,) = relays(to_send=QUICK).deliver(to(port), "a@b.example", ["c@d.example"], RAW)

    assert (wrong.verdict, wrong.stage) == (Verdict.PERMANENT, Stage.AUTH)
    assert (silent.verdict, silent.stage) == (Verdict.TEMPORARY, Stage.GREETING)


TAKES = (
    *(b"220 hi\r\n", b"250 relay.example\r\n"),
    *(b"250 sender\r\n", b"250 recipient\r\n", b"354 go on\r\n"),
)


def ending(*after: bytes) -> Says:
    """A server that reads a mail to its end, answers so, and leaves."""

    def says(client: socket.socket) -> None:
        heard = client.makefile("rb")
        for line in TAKES:
            client.sendall(line)
            if line is not TAKES[-1]:
                heard.readline()
        while heard.readline() != b".\r\n":
            pass
        for line in after:
            client.sendall(line)
        if not after:
            heard.read()  # silent, until the client leaves

    return says


@pytest.mark.parametrize("after", [(), (b"",), (b"25",), (b"what?\r\n",), (b"354 more\r\n",)])
def test_a_whole_mail_without_an_answer_is_uncertain(after: Sequence[bytes]) -> None:
    with server(ending(*after)) as port:
        (told,) = relays(to_send=QUICK).deliver(
            to(port, username=""), "a@b.example", ["c@d.example"], RAW
        )

    assert (told.verdict, told.stage) == (Verdict.UNCERTAIN, Stage.DATA)


def test_a_mail_that_was_not_sent_to_its_end_is_not_uncertain() -> None:
    def leave(client: socket.socket) -> None:
        heard = client.makefile("rb")
        for line in TAKES:
            client.sendall(line)
            heard.readline()

    with server(leave) as port:
        (told,) = relays(to_send=QUICK).deliver(
            to(port, username=""), "a@b.example", ["c@d.example"], b"text\r\n" * 5_000_000
        )

    assert (told.verdict, told.stage) == (Verdict.TEMPORARY, Stage.DATA)


def test_an_accepted_mail_is_accepted_whatever_the_server_says_to_good_bye() -> None:
    with server(ending(b"250 queued\r\n")) as port:
        (told,) = relays().deliver(to(port, username=""), "a@b.example", ["c@d.example"], RAW)

    assert told.verdict is Verdict.ACCEPTED


@pytest.mark.parametrize("recipient", ["c@d.example>\r\nRCPT TO:<e@f.example", "ü@d.example"])
def test_no_recipient_becomes_a_command(good: tuple[int, Taken], recipient: str) -> None:
    port, taken = good

    answers = relays().deliver(to(port), "a@b.example", [recipient, "c@d.example"], RAW)

    assert answers[0].verdict is Verdict.PERMANENT
    assert taken.mails[0].rcpt_tos == ["c@d.example"]


def test_no_line_end_in_a_mail_ends_the_mail(good: tuple[int, Taken]) -> None:
    """Some servers take a bare one for the end (SMTP smuggling)."""
    port, taken = good
    raw = b"Subject: Hi\r\n\r\none\n.\r\nMAIL FROM:<x@y.example>\r.\rend"

    relays().deliver(to(port), "a@b.example", ["c@d.example"], raw)

    (mail,) = taken.mails
    assert mail.original_content == (
        b"Subject: Hi\r\n\r\none\r\n.\r\nMAIL FROM:<x@y.example>\r\n.\r\nend\r\n"
    )


def test_a_signed_mail_that_a_relay_received_verifies(good: tuple[int, Taken]) -> None:
    """By a verifier of somebody else's, on the bytes that came out of the relay."""
    port, taken = good
    der, public = new_key(KeyType.RSA)
    key = PrivateKey("b.example", "mf2026011", KeyType.RSA, der)
    signed = sign(RAW, key, datetime(2026, 1, 1, tzinfo=UTC))

    relays().deliver(to(port), "ann@b.example", ["c@d.example"], signed)

    received = taken.mails[0].original_content or b""
    record = f"v=DKIM1; k=rsa; p={public}".encode()
    assert received.startswith(b"DKIM-Signature:")
    assert dkim.verify(received, dnsfunc=lambda name, timeout=5: record)
