"""The names that the laptop knows: a zone file that is edited while it is served."""

import errno
import socket
from pathlib import Path

import dns.message
import dns.rcode
import pytest

from infra.local.dns.forward import Forwarder
from infra.local.dns.server import NameServer, Zone
from infra.local.dns.zone_file import ZoneFile
from mayfly.kit.dns.records import Record, RecordType, zone_file
from mayfly.kit.dns.resolver import DnsResolver
from tests.local.mayfly import command

NOBODYS = ("shop.example", "a.test", "www.example.com", "x.localhost")
RECORDS = (
    Record(RecordType.TXT, "shop.example", "mayfly-verify=0123"),
    Record(RecordType.TXT, "shop.example", "x" * 400),
    Record(RecordType.MX, "shop.example", "mx.shop.example", priority=10),
    Record(RecordType.CNAME, "key._domainkey.shop.example", "key.dkim.example"),
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "records.zone"


def test_what_the_api_prints_for_a_zone_is_answered(file: Path) -> None:
    file.write_text(zone_file(RECORDS))

    zone = ZoneFile(file)

    assert zone.get("shop.example", "MX") == (1800, ("10 mx.shop.example.",))
    texts = zone.get("shop.example", "TXT")
    assert texts is not None and len(texts[1]) == 2
    assert zone.has("_domainkey.shop.example") and zone.is_below("www.shop.example")


def test_records_come_and_go_with_the_file(file: Path) -> None:
    zone = ZoneFile(file)

    before = zone.has("shop.example")
    file.write_text(zone_file(RECORDS))
    there = zone.has("shop.example")
    file.unlink()

    assert (before, there, zone.has("shop.example")) == (False, True, False)


@pytest.mark.parametrize(
    ("mistake", "where"),
    [
        ("; a comment\nsecret.example. IN TXX foo\n", "a mistake at line 2,"),
        ("secret.example. IN A 1.2.3\n", "a mistake at line 2, or just before"),
        ("$INCLUDE /etc/passwd\n", "a mistake at line 1,"),
        ("secret.example. A 192.0.2.1\nsecret.example. CNAME b.example.\n", "a CNAME has more"),
        ("\udcff", "cannot be read as text"),
    ],
)
def test_a_mistake_is_told_by_its_line_and_changes_nothing(
    file: Path, mistake: str, where: str, caplog: pytest.LogCaptureFixture
) -> None:
    file.write_text(zone_file(RECORDS))
    zone = ZoneFile(file)
    assert zone.has("shop.example")

    file.write_bytes(mistake.encode("utf-8", "surrogateescape"))

    assert zone.has("shop.example") and zone.has("shop.example")
    (said,) = caplog.messages  # once, however often it is asked
    assert where in said
    assert "secret" not in said


def test_names_of_others_are_asked_elsewhere() -> None:
    asked: list[str] = []

    def elsewhere(query: dns.message.Message) -> dns.message.Message:
        asked.append(query.question[0].name.to_text())
        reply = dns.message.make_response(query)
        reply.set_rcode(dns.rcode.NXDOMAIN)
        return reply

    zone = Zone.of({("shop.example", "A"): ["192.0.2.1"]})
    with NameServer(zone, elsewhere).serving() as port:
        resolver = DnsResolver([("127.0.0.1", port)])
        ours = resolver.ask("shop.example", RecordType.A)
        below = resolver.ask("www.shop.example", RecordType.A)
        others = resolver.ask("other.example", RecordType.A)

    assert (ours, below, others) == (("192.0.2.1",), (), ())
    assert asked == ["other.example."]


def forwarded(name: str, *, is_mute: bool = False) -> dns.message.Message:
    """The answer to a question for an address, with a server that has one for every name here."""
    zone = Zone.of({(each, "A"): ["192.0.2.1"] for each in (*NOBODYS, "shop.mayfly")})
    with NameServer(zone, is_mute=is_mute).serving() as port:
        reply: dns.message.Message = Forwarder([("127.0.0.1", port)])(
            dns.message.make_query(name, "A")
        )
    return reply


@pytest.mark.parametrize("name", NOBODYS)
def test_no_server_is_asked_for_names_that_nobody_can_have(name: str) -> None:
    reply = forwarded(name)

    assert (reply.rcode(), list(reply.answer)) == (dns.rcode.NXDOMAIN, [])


def test_what_the_system_s_server_says_is_passed_on() -> None:
    assert "192.0.2.1" in forwarded("shop.mayfly").answer[0].to_text()


def test_a_server_that_says_nothing_is_no_answer() -> None:
    assert forwarded("shop.mayfly", is_mute=True).rcode() == dns.rcode.SERVFAIL


def test_a_machine_that_asks_no_server_has_its_own_names_only() -> None:
    reply = Forwarder(())(dns.message.make_query("shop.mayfly", "A"))

    assert reply.rcode() == dns.rcode.NXDOMAIN


@pytest.mark.parametrize("said", [b"", b"\0", b"\1\0half a question"])
def test_who_connects_and_says_no_more_is_sent_away_without_a_word(
    said: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    with (
        NameServer(Zone(), patience=0.01).serving() as port,
        socket.create_connection(("127.0.0.1", port)) as connection,
    ):
        connection.sendall(said)
        heard = connection.recv(1)

    assert (heard, capsys.readouterr().err) == (b"", "")


def test_any_free_port_is_one_for_both_protocols() -> None:
    with NameServer(Zone()).serving() as port:
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            with socket.socket(socket.AF_INET, kind) as other, pytest.raises(OSError) as refused:
                other.bind(("127.0.0.1", port))
            assert refused.value.errno == errno.EADDRINUSE


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_a_taken_port_is_named(kind: socket.SocketKind) -> None:
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind(("127.0.0.1", 0))
        if kind is socket.SOCK_STREAM:
            taken.listen()

        ended = command(DNS_PORT=str(taken.getsockname()[1]))

    assert ended.returncode == 1
    assert ended.stderr.strip().endswith(
        "Set DNS_PORT to another one, or to 0 for any that is free"
    )
    assert "Traceback" not in ended.stderr
