"""The registrable part of a domain."""

import pytest

from mayfly.domains.models import registrable


@pytest.mark.parametrize(
    ("domain", "wanted"),
    [
        ("example.com", "example.com"),
        ("mail.example.com", "example.com"),
        ("a.b.c.example.co.uk", "example.co.uk"),
        ("shop.someone.github.io", "github.io"),
        ("mail.xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("x.y.xn--55qx5d.cn", "y.xn--55qx5d.cn"),
        ("a.city.kawasaki.jp", "city.kawasaki.jp"),
        ("deep.name.of.nothing.known", "nothing.known"),
    ],
)
def test_a_domain_is_part_of_what_somebody_has_registered(domain: str, wanted: str) -> None:
    assert registrable(domain) == wanted


@pytest.mark.parametrize("domain", ["co.uk", "com", "localhost", "github.io"])
def test_what_nobody_can_register_stands_for_itself(domain: str) -> None:
    assert registrable(domain) == domain
