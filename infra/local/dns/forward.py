"""Names that are not this machine's own, and the name server that the functions ask."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dns.exception
import dns.query
import dns.rcode
import dns.resolver

from infra.local.apigateway.own_names import HOST
from infra.local.configuration import Configuration
from infra.local.dns.server import NameServer, nowhere, refusal, spelled
from infra.local.dns.zone_file import ZoneFile
from infra.local.listeners import free_port_for
from mayfly.kit.dns.ports import Server, name_servers

_SECONDS = 1.0
# RFC 2606 and 6761: nobody has them, and no server is to be asked.
_NOBODYS = ("test", "example", "invalid", "localhost", "example.com", "example.net", "example.org")


@dataclass(frozen=True, slots=True)
class Forwarder:
    """See `server.Elsewhere`. Without servers there are no names but this machine's own."""

    servers: Sequence[Server]

    def __call__(self, query: Any) -> Any:
        """What the first server says that answers, NXDOMAIN for what nobody has, else SERVFAIL."""
        name = spelled(query.question[0].name)
        if not self.servers or any(name == each or name.endswith(f".{each}") for each in _NOBODYS):
            return nowhere(query)
        for host, port in self.servers:
            try:
                reply, _ = dns.query.udp_with_fallback(query, host, _SECONDS, port)
                return reply
            except (dns.exception.DNSException, OSError):
                continue
        return refusal(query, dns.rcode.SERVFAIL)


def system_servers() -> Sequence[Server]:
    """Those that this machine asks, two at most: who asks us does not wait longer."""
    try:
        found = dns.resolver.Resolver().nameservers
    except dns.resolver.NoResolverConfiguration:
        return ()
    return name_servers([str(each) for each in found[:2]])


@contextmanager
def names_served(configuration: Configuration) -> Iterator[str]:
    """Where a name server answers in the block; nowhere, if the settings name others.

    A server asks those of its system.

    PortTaken or InvalidInput if it cannot listen there.
    """
    if configuration.functions.dns_servers or configuration.is_server:
        yield ""
        return
    laptop = configuration.laptop
    server = NameServer(ZoneFile(Path(laptop.zone_file)), Forwarder(system_servers()))
    with ExitStack() as serving:
        with free_port_for("DNS_PORT", laptop.dns_port):
            port = serving.enter_context(server.serving(HOST, laptop.dns_port))
        yield f"{HOST}:{port}"
