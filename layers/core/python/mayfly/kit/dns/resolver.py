"""The Resolver port on dnspython."""

import ipaddress
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mayfly.errors import DnsUnavailable, HostNotFound
from mayfly.kit.dns.ports import Resolver, Server
from mayfly.kit.dns.records import RecordType

SERVER_SECONDS = 1.0
QUESTION_SECONDS = 3.0
"""For all attempts together: a request asks some ten questions and ends after 29 seconds."""
# DNS Flag Day 2020: no larger answer by UDP, so that none is cut into fragments.
_UDP_BYTES = 1232


class DnsResolver:
    """See `mayfly.kit.dns.ports.Resolver`. Without servers, it asks those of the system."""

    def __init__(
        self,
        servers: Sequence[Server] = (),
        server_seconds: float = SERVER_SECONDS,
        question_seconds: float = QUESTION_SECONDS,
    ) -> None:
        """Load nothing yet: hardly any request asks."""
        self._servers = servers
        self._server_seconds = server_seconds
        self._question_seconds = question_seconds

    def ask(self, name: str, kind: RecordType) -> tuple[str, ...]:
        """Asks the servers in turn, by UDP, and by TCP what does not fit."""
        import dns.exception
        import dns.name
        import dns.resolver

        try:
            wanted = dns.name.from_text(f"{name}.")
        except dns.exception.DNSException:  # longer than names are
            return ()
        try:
            answer = self._resolver.resolve(wanted, kind.value, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.resolver.YXDOMAIN):
            return ()
        except (dns.exception.DNSException, OSError) as error:
            raise DnsUnavailable(f"no DNS server has answered for {name}") from error
        return tuple(_SPELLINGS[kind](each) for each in answer)

    @cached_property
    def _resolver(self) -> Any:
        import dns.nameserver  # some 0.1 s
        import dns.resolver

        resolver = dns.resolver.Resolver(configure=not self._servers)
        if self._servers:
            resolver.nameservers = [
                dns.nameserver.Do53Nameserver(host, port) for host, port in self._servers
            ]
        resolver.timeout = self._server_seconds
        resolver.lifetime = self._question_seconds
        resolver.use_edns(0, 0, _UDP_BYTES)
        return resolver


def _host(name: Any) -> str:
    return str(name.to_text(omit_final_dot=name.labels != (b"",)).lower())


_SPELLINGS: Mapping[RecordType, Callable[[Any], str]] = {
    RecordType.A: lambda each: str(each.address),
    RecordType.AAAA: lambda each: str(ipaddress.ip_address(each.address)),
    RecordType.CNAME: lambda each: _host(each.target),
    RecordType.NS: lambda each: _host(each.target),
    RecordType.PTR: lambda each: _host(each.target),
    RecordType.MX: lambda each: f"{each.preference} {_host(each.exchange)}",
    RecordType.TXT: lambda each: b"".join(each.strings).decode("utf-8", "replace"),
    RecordType.SRV: lambda each: f"{each.priority} {each.weight} {each.port} {_host(each.target)}",
}


@dataclass(frozen=True, slots=True)
class DnsHosts:
    """A `kit.hosts.Lookup`: two questions for each name."""

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
