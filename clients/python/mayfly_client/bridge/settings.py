"""What the bridge is told: where Mayfly is, where to listen, and with which certificate."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """A port of None is not opened, 0 is any that is free.

    `socket` is the address of the WebSocket; "" asks Mayfly's page for it. `trust` is a file of
    certificates for Mayfly's own TLS. With `forwards`, Mayfly is told the address of each client,
    which it believes only of proxies.
    """

    url: str
    socket: str = ""
    host: str = "127.0.0.1"
    imap_port: int | None = 1143
    pop3_port: int | None = 1110
    imaps_port: int | None = None
    pop3s_port: int | None = None
    tls_cert: str = ""
    tls_key: str = ""
    trust: str = ""
    forwards: bool = False
