"""The addresses of a host's name, asked of DNS."""

from collections.abc import Sequence
from dataclasses import dataclass

from mayfly.errors import DnsUnavailable, HostNotFound
from mayfly.kit.dns.ports import Resolver
from mayfly.kit.dns.records import RecordType


@dataclass(frozen=True, slots=True)
class DnsHosts:
    """What `net.relay.SmtpRelays` looks names up with: two questions for each."""

    resolver: Resolver

    def __call__(self, name: str) -> Sequence[str]:
        """All of its addresses; HostNotFound, with the reason, if there are none in time."""
        found: list[str] = []
        silent = None
        for kind in (RecordType.A, RecordType.AAAA):
            try:
                found += self.resolver.ask(name, kind)
            except DnsUnavailable as error:
                silent = error
        if found:
            return found
        if silent is not None:
            raise HostNotFound("DNS did not answer in time") from silent
        raise HostNotFound("there is no such name, or it has no address")
