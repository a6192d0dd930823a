"""The Relays port over SMTP (RFC 5321, 6409), with TLS and AUTH (RFC 3207, 8314, 4954).

A host is looked up once; what it is connected to are the addresses that were judged, so that a
name that answers differently the next time leads nowhere (docs/decisions/0035).
"""

import ssl
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass

from mayfly.errors import HostNotFound
from mayfly.kit.hosts import HostRefused, Lookup, addresses_of
from mayfly.kit.line import Broken, Line
from mayfly.relays.models import RecipientAnswer, Relay, RelayFailure, RelayTest, Stage
from mayfly.relays.smtp_dialogue import Dialogue, Ended, refused


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long a server may take, in seconds: to connect, for each reply, and for all of it."""

    connect: float
    reply: float
    whole: float


TO_TEST = Timeouts(connect=5, reply=8, whole=20)
"""API Gateway ends a request after 29 s."""
TO_SEND = Timeouts(connect=10, reply=60, whole=120)
"""RFC 5321 section 4.5.3.2 has minutes for each; a message that waits is tried again."""


def within(patience: Timeouts, seconds: float) -> Timeouts:
    """With so many seconds to connect and for each reply, but never longer than `whole`.

    A test has its own times at most; 0 leaves all as it is.
    """
    if not seconds:
        return patience
    if patience is TO_TEST:
        return Timeouts(
            min(seconds, patience.connect), min(seconds, patience.reply), patience.whole
        )
    return Timeouts(seconds, seconds, patience.whole)


@dataclass(frozen=True, slots=True)
class SmtpRelays:
    """See `mayfly.relays.ports.Relays`. `name` is what we say we are called.

    `trust` gives the certificates that count: without one of the caller's, the system's.
    """

    lookup: Lookup
    name: str
    with_private: bool = False
    to_test: Timeouts = TO_TEST
    to_send: Timeouts = TO_SEND
    trust: Callable[[], ssl.SSLContext] = ssl.create_default_context

    def test(self, relay: Relay) -> RelayTest:
        """One connection; the relay sees a client that says who it is and leaves."""
        try:
            with closing(self._connect(relay, self.to_test)) as dialogue:
                return RelayTest(tls=dialogue.tls, mechanism=dialogue.mechanism)
        except Ended as ended:
            return RelayTest(ended.trouble)

    def deliver(
        self, relay: Relay, sender: str, recipients: Sequence[str], raw: bytes
    ) -> Sequence[RecipientAnswer]:
        """One connection and one transaction."""
        try:
            with closing(self._connect(relay, self.to_send)) as dialogue:
                return dialogue.hand_over(sender, recipients, raw)
        except Ended as ended:
            return [refused(each, ended.trouble) for each in recipients]

    def _connect(self, relay: Relay, patience: Timeouts) -> Dialogue:
        ends_at = time.monotonic() + patience.whole
        addresses = self._addresses(relay.host)
        try:
            line = Line.to(addresses, relay.port, patience.connect, ends_at)
        except Broken as broken:
            raise Ended(RelayFailure(Stage.CONNECT, str(broken))) from broken
        dialogue = Dialogue(line, self.name, patience.reply)
        try:
            dialogue.begin(relay, self.trust())
        except BaseException:
            line.close()
            raise
        return dialogue

    def _addresses(self, host: str) -> Sequence[str]:
        """The addresses to connect to; a host with one that is not to be reached has none."""
        try:
            return addresses_of(host, self.lookup, self.with_private)
        except HostNotFound as error:
            raise Ended(RelayFailure(Stage.NAME, str(error))) from error
        except HostRefused as error:
            raise Ended(RelayFailure(Stage.ADDRESS, str(error))) from error
