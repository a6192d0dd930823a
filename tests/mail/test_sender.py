"""Whom a mail counts for in the inbox that it comes into."""

import pytest

from mayfly.mail.address import registrable
from mayfly.messages.models import Verdicts
from mayfly.receiving.models import sender_key

NOT_JUDGED = Verdicts(*["DISABLED"] * 5)
PROVEN = Verdicts(spf="PASS", dkim="PASS", dmarc="PASS")
ONLY_SPF = Verdicts(spf="PASS", dkim="GRAY", dmarc="GRAY")
FAILED = Verdicts(spf="FAIL", dkim="FAIL", dmarc="FAIL")


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("mail.shop.example.co.uk", "example.co.uk"),
        ("Example.COM.", "example.com"),
        ("a.b.example.com", "example.com"),
        ("one.github.io", "github.io"),
        ("a.duckdns.org", "duckdns.org"),
        ("shop.xn--55qx5d.cn", "shop.xn--55qx5d.cn"),
        ("localhost", "localhost"),
        ("co.uk", "co.uk"),
        ("[192.0.2.1]", "[192.0.2.1]"),
        ("192.0.2.1", "192.0.2.1"),
        ("[IPv6:2001:db8::1]", "[ipv6:2001:db8::1]"),
        ("", ""),
    ],
)
def test_the_registrable_domain_is_what_one_has_to_ask_for(name: str, part: str) -> None:
    assert registrable(name) == part


@pytest.mark.parametrize("name", ["a." * 100_000 + "com", "." * 100_000, "x" * 100_000])
def test_a_name_of_any_length_is_cut_first(name: str) -> None:
    assert len(registrable(name)) <= 253


def test_all_names_below_one_domain_are_one_sender() -> None:
    one = sender_key("bounce@a.mail.shop.example", "", NOT_JUDGED)

    assert one == sender_key("<b@OTHER.Shop.Example>", "x@elsewhere.example", NOT_JUDGED)
    assert one != sender_key("a@bank.example", "", NOT_JUDGED)
    assert len(one) == 6


def test_a_from_that_dmarc_believes_counts_and_not_the_envelope() -> None:
    one = sender_key("b1@a.mailer.example", "orders@shop.example", PROVEN)

    assert one == sender_key("b2@other.example", "news@mail.shop.example", PROVEN)
    assert one != sender_key("b1@a.mailer.example", "orders@bank.example", PROVEN)


def test_an_envelope_that_spf_believes_counts_and_not_the_from() -> None:
    one = sender_key("a@shop.example", "made-up@1.example", ONLY_SPF)

    assert one == sender_key("b@shop.example", "made-up@2.example", ONLY_SPF)


def test_all_senders_that_nobody_believes_are_one() -> None:
    keys = {sender_key(f"a@made-up-{n}.example", f"b@no-{n}.example", FAILED) for n in range(50)}
    keys |= {sender_key(None, "c@x.example", FAILED), sender_key("", "", FAILED)}

    assert len(keys) == 1


def test_all_null_senders_are_one() -> None:
    keys = {sender_key(null, f"a@{n}.example", NOT_JUDGED) for n, null in enumerate(("", "<>"))}

    assert len(keys) == 1
    assert keys != {sender_key("a@null", "", NOT_JUDGED)}


def test_without_an_envelope_the_from_counts_where_nobody_judges() -> None:
    assert sender_key(None, "a@shop.example", Verdicts()) == sender_key(
        "b@shop.example", "", NOT_JUDGED
    )
