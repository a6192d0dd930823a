"""The addresses of a host's name, asked of DNS."""

from collections.abc import Sequence
from dataclasses import dataclass

import dns.exception
import dns.resolver

from mayfly.domain.errors import HostNotFound

_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class DnsHosts:
    """`servers` are asked, the system's if there are none."""

    servers: Sequence[str] = ()

    def __call__(self, name: str) -> Sequence[str]:
        """All of its addresses; HostNotFound, with the reason, if there are none in time."""
        resolver = dns.resolver.Resolver(configure=not self.servers)
        if self.servers:
            resolver.nameservers = list(self.servers)
        try:
            found = resolver.resolve_name(f"{name}.", lifetime=_SECONDS)
        except dns.resolver.NXDOMAIN as error:
            raise HostNotFound("there is no such name") from error
        except dns.exception.DNSException as error:
            raise HostNotFound("DNS did not answer in time") from error
        return list(found.addresses())
