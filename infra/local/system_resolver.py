"""The DNS servers that this machine asks, for names that are not its own."""

from functools import cache
from typing import Any

import dns.exception
import dns.message
import dns.query
import dns.rcode
import dns.resolver

from infra.local.name_server import nowhere

_SECONDS = 1.0
_SERVERS = 2
# RFC 2606 and 6761: nobody has them, and no server is to be asked.
_NOBODYS = ("test", "example", "invalid", "localhost", "example.com", "example.net", "example.org")


def asked_of_the_system(query: Any) -> Any:
    """What the system's servers say, NXDOMAIN where there can be no such name, else SERVFAIL.

    A machine that names no server has no names but its own.
    """
    name = query.question[0].name.to_text(omit_final_dot=True).lower()
    if any(name == each or name.endswith(f".{each}") for each in _NOBODYS) or not _servers():
        return nowhere(query)
    for server in _servers()[:_SERVERS]:
        try:
            reply, _ = dns.query.udp_with_fallback(query, server, _SECONDS)
            return reply
        except (dns.exception.DNSException, OSError):
            continue
    reply = dns.message.make_response(query)
    reply.set_rcode(dns.rcode.SERVFAIL)
    return reply


@cache
def _servers() -> list[str]:
    try:
        return [str(each) for each in dns.resolver.Resolver().nameservers]
    except dns.resolver.NoResolverConfiguration:
        return []
