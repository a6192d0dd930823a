"""The Pop3Servers port over TCP, with TLS from the first byte or by STLS (RFC 8314, RFC 2595)."""

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from mayfly import limits
from mayfly.domains.models import MailServer
from mayfly.errors import HostNotFound
from mayfly.kit.hosts import HostRefused, Lookup, addresses_of, reachable
from mayfly.kit.line import REPLIES_BYTES, Broken, Line
from mayfly.pop3.dialogue import Dialogue
from mayfly.pop3.models import PORTS, STLS_PORT, Credentials, Pop3Failed, Stage, Trouble


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a server may take, in seconds: to connect, for each reply, and for all of it."""

    connect: float = 5
    reply: float = 10
    whole: float = 22


_MOST_BYTES = 2 * limits.POP3_BYTES + limits.POP3_LIST_BYTES + REPLIES_BYTES


@dataclass(frozen=True, slots=True)
class TcpPop3Servers:
    """See `mayfly.pop3.ports.Pop3Servers`.

    `with_private` allows servers in this machine's own network, there also at other ports than
    POP3's, and `in_clear` speaks to these without TLS if that is asked for. `trust` gives the
    certificates that count: without one of the caller's, the system's.
    """

    lookup: Lookup
    with_private: bool = False
    in_clear: bool = False
    patience: Patience = Patience()
    trust: Callable[[], ssl.SSLContext] = ssl.create_default_context

    @contextmanager
    def open(self, server: MailServer, credentials: Credentials) -> Iterator[Dialogue]:
        """One connection."""
        ends_at = time.monotonic() + self.patience.whole
        try:
            addresses = addresses_of(server.host, self.lookup, self.with_private)
        except (HostNotFound, HostRefused) as error:
            raise Pop3Failed(Trouble(Stage.NAME, str(error))) from error
        is_near = not any(map(reachable, addresses))
        if server.port not in PORTS and not is_near:
            ports = " or ".join(map(str, PORTS))
            raise Pop3Failed(Trouble(Stage.CONNECT, f"POP3 servers are connected to at {ports}"))
        try:
            line = Line.to(
                addresses, server.port, self.patience.connect, ends_at, most_bytes=_MOST_BYTES
            )
        except Broken as broken:
            raise Pop3Failed(Trouble(Stage.CONNECT, str(broken))) from broken
        try:
            dialogue = Dialogue(line, self.patience.reply)
            is_plain = self.in_clear and is_near and not server.tls
            dialogue.begin(
                server.host,
                credentials,
                None if is_plain else self.trust(),
                is_secure=server.tls and server.port != STLS_PORT,
            )
            yield dialogue
        finally:
            line.close()
