"""Which DNS records may be kept, and how they look in a zone file."""

from typing import Any

import dns.rdata
import dns.rdataclass
import dns.rdatatype
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mayfly.domains.records import MAX_RECORDS, Wish, kept_records
from mayfly.errors import InvalidInput
from mayfly.kit.dns.records import Record, RecordType, zone_file

DOMAIN = "shop.example"
MX, SRV = {"priority": 10}, {"priority": 1, "weight": 2, "port": 5060}


def kept(*wishes: Wish) -> tuple[Record, ...]:
    return kept_records(wishes, DOMAIN)


@pytest.mark.parametrize(
    ("wish", "line"),
    [
        (Wish("A", "@", " 192.0.2.1 "), "shop.example. 1800 IN A 192.0.2.1"),
        (Wish("AAAA", "WWW.Shop.Example.", "2001:DB8:0::1"), "IN AAAA 2001:db8::1"),
        (Wish("CNAME", "www.shop.example", "X_y.Example."), "IN CNAME x_y.example."),
        (Wish("MX", "@", "mail.example", 60, MX), "shop.example. 60 IN MX 10 mail.example."),
        (Wish("MX", "@", ".", 60, {"priority": 0}), "IN MX 0 ."),
        (Wish("SRV", "_sip._tcp.shop.example", "a.example", 60, SRV), "IN SRV 1 2 5060 a.example."),
        (Wish("PTR", "1.shop.example", "a.example"), "IN PTR a.example."),
        (Wish("TXT", "*.shop.example", 'a "b" \\'), '*.shop.example. 1800 IN TXT "a \\"b\\" \\\\"'),
        (Wish("TXT", "@", "x" * 256), f'"{"x" * 255}" "x"'),
    ],
)
def test_each_type_has_its_one_spelling(wish: Wish, line: str) -> None:
    assert kept(wish)[0].line.endswith(line)


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        (Wish("NS", "@", "ns.example"), "type"),
        (Wish("SOA", "@", "x"), "type"),
        (Wish("a", "@", "192.0.2.1"), "type"),
        (Wish("A", "@", "192.0.2.256"), "IPv4"),
        (Wish("A", "@", "2001:db8::1"), "IPv4"),
        (Wish("AAAA", "@", "192.0.2.1"), "IPv6"),
        (Wish("AAAA", "@", "fe80::1%eth0"), "IPv6"),
        (Wish("CNAME", "@", "a.example"), "itself"),
        (Wish("CNAME", "www.shop.example", "."), "host"),
        (Wish("CNAME", "www.shop.example", "a b"), "host"),
        (Wish("MX", "@", "mail_host.example", None, MX), "host"),
        (Wish("MX", "@", "192.0.2.1 x", None, MX), "host"),
        (Wish("MX", "@", "mail.example"), "priority"),
        (Wish("MX", "@", "mail.example", None, {"priority": 65_536}), "priority"),
        (Wish("MX", "@", "mail.example", None, {"priority": -1}), "priority"),
        (Wish("MX", "@", "mail.example", None, MX | {"port": 25}), "port"),
        (Wish("SRV", "@", "a.example", None, {"priority": 1, "weight": 2}), "port"),
        (Wish("A", "@", "192.0.2.1", None, MX), "priority"),
        (Wish("TXT", "@", ""), "value"),
        (Wish("TXT", "@", "a\nb IN A 192.0.2.1"), "printable"),
        (Wish("TXT", "@", "grün"), "ASCII"),
        (Wish("TXT", "@", "x" * 2049), "2048"),
        (Wish("A", "@", "192.0.2.1", 59), "ttl"),
        (Wish("A", "@", "192.0.2.1", 86_401), "ttl"),
        (Wish("A", "other.example", "192.0.2.1"), "end with"),
        (Wish("A", "myshop.example", "192.0.2.1"), "end with"),
        (Wish("A", "example", "192.0.2.1"), "end with"),
        (Wish("A", "", "192.0.2.1"), "name"),
        (Wish("A", "a..shop.example", "192.0.2.1"), "name"),
        (Wish("A", "a.*.shop.example", "192.0.2.1"), "name"),
        (Wish("A", "x" * 64 + ".shop.example", "192.0.2.1"), "name"),
        (Wish("A", "a b.shop.example", "192.0.2.1"), "name"),
        (Wish("A", "shop.example\n", "192.0.2.1\n@ IN NS evil"), "IPv4"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(wish: Wish, reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason):
        kept(wish)


WWW = Wish("CNAME", "www.shop.example", "a.example")


@pytest.mark.parametrize(
    "wishes",
    [
        (WWW, Wish("A", "www.shop.example", "192.0.2.1")),
        (WWW, Wish("CNAME", "www.shop.example", "b.example")),
        (WWW, WWW),
        (Wish("A", "@", "192.0.2.1"), Wish("A", "shop.example", "192.0.2.1")),
        (Wish("A", "@", "192.0.2.1", 60), Wish("A", "@", "192.0.2.2", 61)),
    ],
)
def test_what_cannot_stand_together_is_refused(wishes: tuple[Wish, ...]) -> None:
    with pytest.raises(InvalidInput):
        kept(*wishes)


def test_so_many_records_are_possible_and_no_more() -> None:
    wishes = [Wish("A", "@", f"192.0.2.{number}") for number in range(MAX_RECORDS + 1)]

    assert len(kept(*wishes[:-1])) == MAX_RECORDS
    with pytest.raises(InvalidInput):
        kept(*wishes)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=600))
def test_every_text_comes_back_from_its_zone_file(text: str) -> None:
    (record,) = kept(Wish("TXT", "@", text))

    read: Any = dns.rdata.from_text(dns.rdataclass.IN, dns.rdatatype.TXT, record.rdata)

    assert b"".join(read.strings).decode() == text
    assert zone_file([record]).count("\n") == 1


@given(st.text(max_size=40), st.sampled_from([each.value for each in RecordType]), st.text())
def test_no_wish_makes_a_second_line(name: str, kind: str, value: str) -> None:
    try:
        records = kept(Wish(kind, f"{name}.shop.example", value, None, {}))
    except InvalidInput:
        return

    assert zone_file(records).count("\n") == 1
    assert records[0].name.endswith(f".{DOMAIN}")
