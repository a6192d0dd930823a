"""DNS servers, as settings name them."""

import ipaddress
from collections.abc import Sequence

from mayfly.errors import InvalidInput

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
