"""Which DNS records may be kept, and how they look in a zone file."""

from typing import Any

import dns.rdata
import dns.rdataclass
import dns.rdatatype
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mayfly.domains.records import MAX_RECORDS, RecordRequest, kept_records
from mayfly.errors import InvalidInput
from mayfly.kit.dns.records import Record, RecordType, zone_file

DOMAIN = "shop.example"
MX, SRV = {"priority": 10}, {"priority": 1, "weight": 2, "port": 5060}


def kept(*wishes: RecordRequest) -> tuple[Record, ...]:
    return kept_records(wishes, DOMAIN)


@pytest.mark.parametrize(
    ("wish", "line"),
    [
        (RecordRequest("A", "@", " 192.0.2.1 "), "shop.example. 1800 IN A 192.0.2.1"),
        (RecordRequest("AAAA", "WWW.Shop.Example.", "2001:DB8:0::1"), "IN AAAA 2001:db8::1"),
        (RecordRequest("CNAME", "www.shop.example", "X_y.Example."), "IN CNAME x_y.example."),
        (
            RecordRequest("MX", "@", "mail.example", 60, MX),
            "shop.example. 60 IN MX 10 mail.example.",
        ),
        (RecordRequest("MX", "@", ".", 60, {"priority": 0}), "IN MX 0 ."),
        (
            RecordRequest("SRV", "_sip._tcp.shop.example", "a.example", 60, SRV),
            "IN SRV 1 2 5060 a.example.",
        ),
        (RecordRequest("PTR", "1.shop.example", "a.example"), "IN PTR a.example."),
        (
            RecordRequest("TXT", "*.shop.example", 'a "b" \\'),
            '*.shop.example. 1800 IN TXT "a \\"b\\" \\\\"',
        ),
        (RecordRequest("TXT", "@", "x" * 256), f'"{"x" * 255}" "x"'),
    ],
)
def test_each_type_has_its_one_spelling(wish: RecordRequest, line: str) -> None:
    assert kept(wish)[0].line.endswith(line)


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        (RecordRequest("NS", "@", "ns.example"), "type"),
        (RecordRequest("SOA", "@", "x"), "type"),
        (RecordRequest("a", "@", "192.0.2.1"), "type"),
        (RecordRequest("A", "@", "192.0.2.256"), "IPv4"),
        (RecordRequest("A", "@", "2001:db8::1"), "IPv4"),
        (RecordRequest("AAAA", "@", "192.0.2.1"), "IPv6"),
        (RecordRequest("AAAA", "@", "fe80::1%eth0"), "IPv6"),
        (RecordRequest("CNAME", "@", "a.example"), "itself"),
        (RecordRequest("CNAME", "www.shop.example", "."), "host"),
        (RecordRequest("CNAME", "www.shop.example", "a b"), "host"),
        (RecordRequest("MX", "@", "mail_host.example", None, MX), "host"),
        (RecordRequest("MX", "@", "192.0.2.1 x", None, MX), "host"),
        (RecordRequest("MX", "@", "mail.example"), "priority"),
        (RecordRequest("MX", "@", "mail.example", None, {"priority": 65_536}), "priority"),
        (RecordRequest("MX", "@", "mail.example", None, {"priority": -1}), "priority"),
        (RecordRequest("MX", "@", "mail.example", None, MX | {"port": 25}), "port"),
        (RecordRequest("SRV", "@", "a.example", None, {"priority": 1, "weight": 2}), "port"),
        (RecordRequest("A", "@", "192.0.2.1", None, MX), "priority"),
        (RecordRequest("TXT", "@", ""), "value"),
        (RecordRequest("TXT", "@", "a\nb IN A 192.0.2.1"), "printable"),
        (RecordRequest("TXT", "@", "grün"), "ASCII"),
        (RecordRequest("TXT", "@", "x" * 2049), "2048"),
        (RecordRequest("A", "@", "192.0.2.1", 59), "ttl"),
        (RecordRequest("A", "@", "192.0.2.1", 86_401), "ttl"),
        (RecordRequest("A", "other.example", "192.0.2.1"), "end with"),
        (RecordRequest("A", "myshop.example", "192.0.2.1"), "end with"),
        (RecordRequest("A", "example", "192.0.2.1"), "end with"),
        (RecordRequest("A", "", "192.0.2.1"), "name"),
        (RecordRequest("A", "a..shop.example", "192.0.2.1"), "name"),
        (RecordRequest("A", "a.*.shop.example", "192.0.2.1"), "name"),
        (RecordRequest("A", "x" * 64 + ".shop.example", "192.0.2.1"), "name"),
        (RecordRequest("A", "a b.shop.example", "192.0.2.1"), "name"),
        (RecordRequest("A", "shop.example\n", "192.0.2.1\n@ IN NS evil"), "IPv4"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(wish: RecordRequest, reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason):
        kept(wish)


WWW = RecordRequest("CNAME", "www.shop.example", "a.example")


@pytest.mark.parametrize(
    "wishes",
    [
        (WWW, RecordRequest("A", "www.shop.example", "192.0.2.1")),
        (WWW, RecordRequest("CNAME", "www.shop.example", "b.example")),
        (WWW, WWW),
        (RecordRequest("A", "@", "192.0.2.1"), RecordRequest("A", "shop.example", "192.0.2.1")),
        (RecordRequest("A", "@", "192.0.2.1", 60), RecordRequest("A", "@", "192.0.2.2", 61)),
    ],
)
def test_what_cannot_stand_together_is_refused(wishes: tuple[RecordRequest, ...]) -> None:
    with pytest.raises(InvalidInput):
        kept(*wishes)


def test_so_many_records_are_possible_and_no_more() -> None:
    wishes = [RecordRequest("A", "@", f"192.0.2.{number}") for number in range(MAX_RECORDS + 1)]

    assert len(kept(*wishes[:-1])) == MAX_RECORDS
    with pytest.raises(InvalidInput):
        kept(*wishes)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=600))
def test_every_text_comes_back_from_its_zone_file(text: str) -> None:
    (record,) = kept(RecordRequest("TXT", "@", text))

    read: Any = dns.rdata.from_text(dns.rdataclass.IN, dns.rdatatype.TXT, record.rdata)

    assert b"".join(read.strings).decode() == text
    assert zone_file([record]).count("\n") == 1


@given(st.text(max_size=40), st.sampled_from([each.value for each in RecordType]), st.text())
def test_no_wish_makes_a_second_line(name: str, kind: str, value: str) -> None:
    try:
        records = kept(RecordRequest(kind, f"{name}.shop.example", value, None, {}))
    except InvalidInput:
        return

    assert zone_file(records).count("\n") == 1
    assert records[0].name.endswith(f".{DOMAIN}")
