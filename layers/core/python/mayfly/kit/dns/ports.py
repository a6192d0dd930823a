"""The Domain Name System: asking it, and writing to the zones that are ours."""

import ipaddress
from collections.abc import Sequence
from typing import Protocol

from mayfly.errors import InvalidInput
from mayfly.kit.dns.records import Place, Record, RecordType

Server = tuple[str, int]
"""An IP address and a port."""
_PORT = 53


def name_servers(texts: Sequence[str]) -> tuple[Server, ...]:
    """The servers of `host`, `host:port` and `[host]:port`; InvalidInput for what is none."""
    return tuple(map(_server, texts))


def _server(text: str) -> Server:
    has_port = text.count(":") == 1 or "]:" in text
    host, _, port = text.rpartition(":") if has_port else (text, "", "")
    try:
        number = int(port or _PORT)
        address = str(ipaddress.ip_address(host.strip("[]")))
    except ValueError as error:
        raise InvalidInput(f"not an IP address, or one with a port: {text}") from error
    if not 0 < number <= 65_535:
        raise InvalidInput(f"not a port: {text}")
    return address, number


class Resolver(Protocol):
    """Asks DNS servers."""

    def ask(self, name: str, kind: RecordType) -> tuple[str, ...]:
        """What they answer, in no order; () if there is no such name, or none of this type.

        Texts whole, whatever strings they are cut into; hosts in lower case without the dot at
        their end; the numbers of MX and SRV before them, with single spaces. DnsUnavailable if no
        server answers in time, or they say that they cannot.
        """


class HostedZones(Protocol):
    """The zones that this deployment may write domains' records to."""

    def covering(self, name: str) -> str:
        """The id of the zone that this name lies in, the closest if there are some; "" for none.

        ZonesUnavailable.
        """

    def check(self, zone: str, records: Sequence[Record], ours: Sequence[Place]) -> None:
        """InvalidInput names the first set that is in the zone already and not at one of `ours`.

        Unless it would lose nothing: each of its values is among these records. ZonesUnavailable.
        """

    def write(
        self,
        zone: str,
        records: Sequence[Record],
        gone: Sequence[Place],
        ours: Sequence[Place] = (),
    ) -> None:
        """Make the sets of records what they are here, and those `gone` nothing; all or none.

        What is not named stays, and so does what `check` refuses. Safe to repeat.
        ZonesUnavailable, InvalidInput if the zone cannot have them.
        """
