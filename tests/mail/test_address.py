"""One spelling for every way of writing the same mailbox."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mayfly.errors import InvalidAddress
from mayfly.mail.address import Address, normal_domain


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("alice@example.com", "alice@example.com"),
        (" Alice@EXAMPLE.com ", "alice@example.com"),
        ('"alice"@example.com', "alice@example.com"),
        ('"a\\"b c"@example.com', '"a\\"b c"@example.com'),
        ("alice@example.com.", "alice@example.com"),
        ("alice+tag@example.com", "alice+tag@example.com"),
        ("o'brien=x@example.com", "o'brien=x@example.com"),
        ("alice@Bücher.example", "alice@xn--bcher-kva.example"),
        ("alice@XN--BCHER-KVA.example", "alice@xn--bcher-kva.example"),
        ("alice@straße.example", "alice@xn--strae-oqa.example"),
        ("用户@例え.example", "用户@xn--r8jz45g.example"),
        ("@a.example,@b.example:alice@example.com", "alice@example.com"),
    ],
)
def test_an_address_has_one_spelling(written: str, read: str) -> None:
    assert str(Address.parse(written)) == read


@pytest.mark.parametrize(
    "text",
    [
        "",
        "@",
        "alice",
        "alice@",
        "@example.com",
        "al ice@example.com",
        "alice@exa mple.com",
        "alice@-example.com",
        "alice@exam_ple.com",
        "alice@[127.0.0.1]",
        "alice..b@example.com",
        ".alice@example.com",
        "a" * 65 + "@example.com",
        "alice@" + "a" * 64 + ".com",
        "alice@" + "a." * 130 + "com",
        "alice@example..com",
        "al\x00ice@example.com",
        "alice\r\n@example.com",
        '"ali\nce"@example.com',
        "\ud800@example.com",
        "alice@\ud800.com",
    ],
)
def test_what_is_no_address_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(InvalidAddress) as refusal:
        Address.parse(text)

    assert len(str(refusal.value)) < 700


def test_the_plus_tag_can_be_left_out() -> None:
    assert Address.parse("alice+a+b@example.com").untagged == Address("alice", "example.com")
    assert Address.parse("alice@example.com").untagged == Address("alice", "example.com")
    assert Address.parse("+a@example.com").untagged == Address("+a", "example.com")


@given(st.text(max_size=80))
def test_any_text_is_an_address_or_a_clear_refusal(text: str) -> None:
    try:
        address = Address.parse(text)
    except InvalidAddress:
        return

    assert Address.parse(str(address)) == address


@given(st.text(max_size=30))
def test_any_text_is_a_domain_or_a_clear_refusal(text: str) -> None:
    try:
        domain = normal_domain(text)
    except InvalidAddress:
        return

    assert normal_domain(domain) == domain
    assert domain.isascii()
