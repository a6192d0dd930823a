"""Hosts that users name: their addresses, looked up once, and whether to connect to them.

What is connected to are the addresses that were judged, so that a name that answers differently the
next time leads nowhere (docs/decisions/0035).
"""

from collections.abc import Callable, Sequence
from ipaddress import IPv6Address, ip_address, ip_network

from mayfly.errors import MayflyError

_ADDRESSES_TRIED = 4
_LOCALHOST = ("127.0.0.1", "::1")  # RFC 6761 section 6.3

Lookup = Callable[[str], Sequence[str]]
"""The addresses of a name, in bounded time; HostNotFound, with the reason, if there are none."""


class HostRefused(MayflyError):
    """The host is, or has, an address that nothing connects to."""


def addresses_of(host: str, lookup: Lookup, with_private: bool = False) -> Sequence[str]:
    """The addresses to connect to, those of IPv4 first.

    HostNotFound if there are none, HostRefused if one of them is not `reachable`.
    """
    found = _literal(host) or lookup(host)
    if not found or not all(reachable(each, with_private) for each in found):
        raise HostRefused("not a public address: it is never connected to")
    return sorted(found, key=lambda each: ":" in each)[:_ADDRESSES_TRIED]


def _literal(host: str) -> Sequence[str]:
    if host == "localhost" or host.endswith(".localhost"):
        return _LOCALHOST
    try:
        return [str(ip_address(host))]
    except ValueError:
        return []


# The networks stand here, rather than to ask `ipaddress.is_global`, whose answer changed between
# patch releases of Python: those that IANA's registries do not call globally reachable, and those
# that carry another address in them.
# https://www.iana.org/assignments/iana-ipv4-special-registry
# https://www.iana.org/assignments/iana-ipv6-special-registry

_OURS = tuple(  # nobody else's, but those of the network that this runs in
    ip_network(each)
    for each in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1", "fc00::/7")
)
_METADATA = ip_address("fd00:ec2::254")  # https://docs.aws.amazon.com/AWSEC2/latest/UserGuide
_NOT_GLOBAL = tuple(
    ip_network(each)
    for each in (
        "0.0.0.0/8",  # this network, RFC 791
        "10.0.0.0/8",  # private, RFC 1918
        "100.64.0.0/10",  # shared by a carrier's customers, RFC 6598
        "127.0.0.0/8",  # loopback, RFC 1122
        "168.63.129.16/32",  # the host of a virtual machine in Azure
        "169.254.0.0/16",  # link-local, RFC 3927; 169.254.169.254 gives credentials
        "172.16.0.0/12",
        "192.0.0.0/24",  # protocol assignments, RFC 6890
        "192.0.2.0/24",  # documentation, RFC 5737
        "192.31.196.0/24",  # AS112, RFC 7535
        "192.52.193.0/24",  # AMT, RFC 7450
        "192.88.99.0/24",  # relays of 6to4, RFC 7526
        "192.168.0.0/16",
        "192.175.48.0/24",  # AS112, RFC 7534
        "198.18.0.0/15",  # benchmarks, RFC 2544
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast, RFC 5771
        "240.0.0.0/4",  # reserved, RFC 1112, with the broadcast address
        "2001::/23",  # protocol assignments, with Teredo, ORCHID and benchmarks, RFC 2928
        "2001:db8::/32",  # documentation, RFC 3849
        "2002::/16",  # 6to4: an IPv4 address in it, RFC 3056
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation, RFC 9637
    )
)
_UNICAST = ip_network("2000::/3")  # all that IANA gives out; NAT64 and mapped ones lie outside


def reachable(text: str, with_private: bool = False) -> bool:
    """Whether to connect to this address; False for what is no address at all.

    `with_private` adds loopback and private networks, and never what is link-local or tells
    credentials.
    """
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        return False
    if with_private and address != _METADATA and any(address in network for network in _OURS):
        return True
    if isinstance(address, IPv6Address) and address not in _UNICAST:
        return False
    return not any(address in network for network in _NOT_GLOBAL)
