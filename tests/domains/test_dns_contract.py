"""What every Resolver and every HostedZones must do."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import dns.rcode
import pytest
from botocore.exceptions import EndpointConnectionError

from infra.local.dns.server import NameServer, Zone
from mayfly.domains.route53 import Route53HostedZones
from mayfly.errors import DnsUnavailable, InvalidInput, ZonesUnavailable
from mayfly.kit.dns.ports import HostedZones, Resolver
from mayfly.kit.dns.records import Place, Record, RecordType
from mayfly.kit.dns.resolver import DnsResolver
from mayfly.settings import Settings
from tests.aws import SIDES, on_side
from tests.domains.fakes_dns import FakeHostedZones, FakeResolver

LONG = "x" * 600
RECORDS = (
    Record(RecordType.A, "shop.example", "192.0.2.1"),
    Record(RecordType.A, "shop.example", "192.0.2.2"),
    Record(RecordType.AAAA, "shop.example", "2001:db8::1"),
    Record(RecordType.MX, "shop.example", "mail.shop.example", priority=10),
    Record(RecordType.MX, "none.example", ".", priority=0),
    Record(RecordType.TXT, "shop.example", 'mayfly-verify=abc "quoted" \\'),
    Record(RecordType.TXT, "shop.example", LONG),
    Record(RecordType.CNAME, "www.shop.example", "shop.example"),
    Record(RecordType.CNAME, "_key._domainkey.shop.example", "Key.DKIM.example"),
    Record(RecordType.SRV, "_sip._tcp.shop.example", "sip.example", 60, 1, 2, 5060),
    Record(RecordType.PTR, "1.shop.example", "host.example"),
)


@dataclass
class Wire:
    """The port under test, and how its servers stop answering."""

    resolver: Resolver
    silence: Callable[[], object]


@pytest.fixture(params=["fake", "dnspython"])
def wire(request: pytest.FixtureRequest) -> Iterator[Wire]:
    if request.param == "fake":
        fake = FakeResolver()
        fake.publish(*RECORDS)
        yield Wire(fake, lambda: setattr(fake, "is_down", True))
        return
    zone = Zone()
    zone.publish(RECORDS)
    server = NameServer(zone)
    with server.serving() as port:
        resolver = DnsResolver([("127.0.0.1", port)], 0.2, 0.3)
        yield Wire(resolver, lambda: setattr(server, "is_mute", True))


@pytest.mark.parametrize("record", RECORDS, ids=lambda each: f"{each.type} {each.value[:20]}")
def test_what_is_published_is_found(wire: Wire, record: Record) -> None:
    found = wire.resolver.ask(record.name, record.type)

    wanted = record.answer if record.type is RecordType.TXT else record.answer.lower()
    spelled = [each if record.type is RecordType.TXT else each.lower() for each in found]
    assert wanted in spelled
    assert len(found) == sum(each.place == record.place for each in RECORDS)


@pytest.mark.parametrize(
    "name", ["never.example", "shop.example", "tcp.shop.example", "a..b", "x" * 64 + ".example"]
)
def test_what_is_not_there_is_nothing(wire: Wire, name: str) -> None:
    assert wire.resolver.ask(name, RecordType.NS) == ()


def test_servers_that_say_nothing_are_told(wire: Wire) -> None:
    wire.silence()

    with pytest.raises(DnsUnavailable):
        wire.resolver.ask("shop.example", RecordType.TXT)


@pytest.fixture
def server() -> NameServer:
    zone = Zone()
    zone.publish(RECORDS)
    return NameServer(zone)


def asked(server: NameServer, name: str, kind: RecordType) -> tuple[str, ...]:
    with server.serving() as port:
        return DnsResolver([("127.0.0.1", port)], 0.2, 0.3).ask(name, kind)


@pytest.mark.parametrize("rcode", [dns.rcode.SERVFAIL, dns.rcode.REFUSED, dns.rcode.NOTIMP])
def test_servers_that_cannot_say_are_told(server: NameServer, rcode: int) -> None:
    server.rcode = rcode

    with pytest.raises(DnsUnavailable):
        asked(server, "shop.example", RecordType.TXT)


def test_an_alias_is_followed(server: NameServer) -> None:
    assert asked(server, "www.shop.example", RecordType.AAAA) == ("2001:db8::1",)


def test_an_alias_into_nothing_is_nothing(server: NameServer) -> None:
    server.zone.put("loop.example", "CNAME", ["gone.example."])

    assert asked(server, "loop.example", RecordType.A) == ()


def test_what_does_not_fit_into_a_datagram_comes_by_tcp(server: NameServer) -> None:
    many = [f'"{number} {"y" * 200}"' for number in range(50)]
    server.zone.put("big.example", "TXT", many)

    found = asked(server, "big.example", RecordType.TXT)

    assert len(found) == 50
    assert server.by_tcp == 1


def test_the_second_server_is_asked_when_the_first_is_mute(server: NameServer) -> None:
    mute = NameServer(Zone(), is_mute=True)
    with mute.serving() as first, server.serving() as second:
        resolver = DnsResolver([("127.0.0.1", first), ("127.0.0.1", second)], 0.1, 2)

        assert resolver.ask("shop.example", RecordType.AAAA) == ("2001:db8::1",)


def test_texts_in_other_scripts_or_none_are_read(server: NameServer) -> None:
    server.zone.put("odd.example", "TXT", ['"gr\\195\\188n"', '"\\255"'])

    assert set(asked(server, "odd.example", RecordType.TXT)) == {"grün", "\ufffd"}


@dataclass
class Registry:
    """The port under test, with the zones `example` and `shop.example`, and what is in them."""

    zones: HostedZones
    outer: str
    inner: str
    found: Callable[[str], dict[Place, list[str]]]


@pytest.fixture(params=SIDES)
def registry(request: pytest.FixtureRequest) -> Iterator[Registry]:
    if request.param == "fake":
        fake = FakeHostedZones(ZOUTER="example", ZINNER="shop.example")

        def kept(zone: str) -> dict[Place, list[str]]:
            return {
                place: sorted(each.rdata for each in records)
                for place, records in fake.kept[zone].items()
            }

        yield Registry(fake, "ZOUTER", "ZINNER", kept)
        return
    with on_side(Settings()) as clients:
        client = clients["route53"]
        outer, inner = made(client, "example"), made(client, "shop.example")
        made(client, "other.test")

        def listed(zone: str) -> dict[Place, list[str]]:
            sets = client.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
            return {
                (each["Name"].rstrip(".").replace("\\052", "*"), each["Type"]): sorted(
                    record["Value"] for record in each["ResourceRecords"]
                )
                for each in sets
                if each["Type"] not in ("NS", "SOA")
            }

        zones = Route53HostedZones(lambda: client, (outer, inner))
        yield Registry(zones, outer, inner, listed)


def made(client: Any, name: str) -> str:
    zone = client.create_hosted_zone(Name=name, CallerReference=name)["HostedZone"]
    return str(zone["Id"].rpartition("/")[2])


def texts(name: str, *values: str) -> list[Record]:
    return [Record(RecordType.TXT, name, each, 300) for each in values]


def test_the_closest_zone_covers_a_name(registry: Registry) -> None:
    names = ("shop.example", "www.shop.example", "myshop.example", "example", "other.test")

    covering = [registry.zones.covering(name) for name in names]

    assert covering == [*[registry.inner] * 2, *[registry.outer] * 2, ""]


def test_sets_are_what_they_are_made(registry: Registry) -> None:
    long = texts("shop.example", LONG)
    star = Record(RecordType.A, "*.shop.example", "192.0.2.1")
    registry.zones.write(registry.inner, [*texts("shop.example", "a", 'b"\\'), star], [])

    before = registry.found(registry.inner)
    ours = [("shop.example", "TXT")]
    registry.zones.write(registry.inner, long, [], ours)
    registry.zones.write(registry.inner, long, [], ours)
    registry.zones.write(registry.inner, long, [])

    assert before["shop.example", "TXT"] == ['"a"', '"b\\"\\\\"']
    after = registry.found(registry.inner)
    assert after["shop.example", "TXT"] == [f'"{"x" * 255}" "{"x" * 255}" "{"x" * 90}"']
    assert after["*.shop.example", "A"] == ["192.0.2.1"]


def test_what_is_gone_goes_and_the_rest_stays(registry: Registry) -> None:
    star = Record(RecordType.A, "*.shop.example", "192.0.2.1")
    kept = texts("kept.shop.example", "a")
    registry.zones.write(registry.inner, [star, *kept, *texts("shop.example", "b")], [])

    gone: Sequence[Place] = [star.place, ("shop.example", "TXT"), ("never.shop.example", "MX")]
    registry.zones.write(registry.inner, [], gone)
    registry.zones.write(registry.inner, [], gone)

    assert list(registry.found(registry.inner)) == [("kept.shop.example", "TXT")]


def test_what_others_have_in_the_zone_is_not_written_over(registry: Registry) -> None:
    theirs = [
        *texts("shop.example", "v=spf1 -all", "b"),
        Record(RecordType.A, "w.shop.example", "192.0.2.9"),
    ]
    registry.zones.write(registry.inner, theirs, [])
    before = registry.found(registry.inner)

    for mine in (
        texts("shop.example", "a"),
        [*texts("new.shop.example", "a"), *texts("shop.example", "b")],
        [Record(RecordType.A, "w.shop.example", "192.0.2.1")],
    ):
        with pytest.raises(InvalidInput, match="not yours"):
            registry.zones.check(registry.inner, mine, [])
        with pytest.raises(InvalidInput, match="not yours"):
            registry.zones.write(registry.inner, mine, [])

    assert registry.found(registry.inner) == before


def test_a_set_that_loses_nothing_may_be_added_to(registry: Registry) -> None:
    registry.zones.write(registry.inner, texts("shop.example", "a proof"), [])

    registry.zones.write(registry.inner, texts("shop.example", "a proof", "mine"), [])

    assert registry.found(registry.inner)["shop.example", "TXT"] == ['"a proof"', '"mine"']


def test_what_is_wanted_is_not_gone(registry: Registry) -> None:
    registry.zones.write(registry.inner, texts("shop.example", "a"), [("shop.example", "TXT")])

    assert list(registry.found(registry.inner)) == [("shop.example", "TXT")]


def test_a_zone_that_is_not_ours_is_not_written(registry: Registry) -> None:
    with pytest.raises(ZonesUnavailable):
        registry.zones.write("ZFOREIGN", texts("shop.example", "a"), [])


def test_without_zones_nobody_is_asked() -> None:
    zones = Route53HostedZones(lambda: pytest.fail("nothing to ask for"), ())

    assert zones.covering("shop.example") == ""


def test_a_service_that_cannot_be_reached_is_told() -> None:
    class Client:
        def __getattr__(self, name: str) -> Any:
            raise EndpointConnectionError(endpoint_url="https://route53.example")

    zones = Route53HostedZones(Client, ("Z1",))

    with pytest.raises(ZonesUnavailable):
        zones.covering("shop.example")
    with pytest.raises(ZonesUnavailable):
        zones.write("Z1", texts("shop.example", "a"), [])
