"""Addresses that are connected to, and those that never are."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mayfly.kit.hosts import reachable

PUBLIC = ["8.8.8.8", "1.1.1.1", "172.32.0.1", "192.0.3.1", "2606:4700::1111", "2a00:1450::1"]
OWN_NETWORK = [
    "127.0.0.1",
    "127.255.0.9",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "::1",
    "fd00::1",
]
NEVER = [
    *("0.0.0.0", "0.1.2.3", "100.64.0.1", "100.100.100.200", "169.254.169.254", "169.254.170.2"),
    *("192.0.0.192", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.51.100.1", "203.0.113.1"),
    *("224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "168.63.129.16"),
    *("::", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "::7f00:1"),
    *("64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1"),
    *("2001:2::1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "3fff::1", "5f00::1"),
    *("fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "fd00:ec2::254", "2a00::1%1"),
    *("", "localhost", "127.1", "0x7f000001", "2130706433", "127.0.0.1/8", "017700000001"),
]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_connected_to(address: str) -> None:
    assert reachable(address)
    assert reachable(address, with_private=True)


@pytest.mark.parametrize("address", OWN_NETWORK)
def test_an_address_of_one_s_own_network_is_where_that_is_allowed(address: str) -> None:
    assert not reachable(address)
    assert reachable(address, with_private=True)


@pytest.mark.parametrize("address", NEVER)
def test_no_other_is_ever(address: str) -> None:
    assert not reachable(address)
    assert not reachable(address, with_private=True)


@given(st.ip_addresses())
def test_what_python_does_not_call_global_is_never_connected_to(address: object) -> None:
    found = ip_address(str(address))

    assert not reachable(str(found)) or (found.is_global and not found.is_multicast)
