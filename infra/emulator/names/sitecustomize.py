"""Imported when a function's process starts: names of AWS lead to the emulator, others nowhere.

The template tells functions AWS's own addresses, such as the WebSocket API's. They stay as they
are; what differs is the resolver, as it would behind a private DNS zone.
"""

import os
import socket
from typing import Any

_resolve = socket.getaddrinfo
_HERE = ("127.0.0.1", "::1", "localhost")


def _resolve_here(host: Any, port: Any, *options: Any, **named: Any) -> Any:
    if isinstance(host, str) and host.endswith(".amazonaws.com"):
        host, port = "127.0.0.1", os.environ["GATEWAY_PORT"]
    if host not in _HERE:
        raise socket.gaierror(socket.EAI_NONAME, f"{host} is not on this machine")
    return _resolve(host, port, *options, **named)


socket.getaddrinfo = _resolve_here
