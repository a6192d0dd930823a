"""Relays of domains, what is kept of them, and the keys that their messages are signed with."""

from collections.abc import Sequence
from typing import Protocol

from mayfly.email_auth.dkim import Keyring
from mayfly.relays.models import RecipientAnswer, Relay, RelayConfig, RelayTest


class RelayConfigs(Protocol):
    """The relays of domains, by the domain's id."""

    def get(self, domain: str) -> RelayConfig | None:
        """That of the domain, read consistently; None if it has none."""

    def put(self, config: RelayConfig) -> None:
        """Put it in the place of whatever was there."""

    def remove(self, domain: str) -> bool:
        """Forget it; False if there was none."""


class Keyrings(Protocol):
    """The signing keys of domains, by the domain's id; written as a whole."""

    def get(self, domain: str) -> Keyring:
        """That of the domain, read consistently; an empty one if it has none."""

    def put(self, keyring: Keyring) -> None:
        """Put it in the place of the revision before it; Contended if that is not there."""

    def remove(self, domain: str) -> None:
        """Forget it, if there is one."""


class DomainSecrets(Protocol):
    """Seals what is secret of a domain, so that it opens for that domain (by its id) alone."""

    def seal(self, domain: str, plain: bytes) -> bytes:
        """The secret (4,096 bytes at most) as it may be kept; SecretsUnavailable if it cannot."""

    def open(self, domain: str, sealed: bytes) -> bytes:
        """The secret again; SecretsUnavailable if it cannot be opened, now or ever."""


class Relays(Protocol):
    """The way to relays. Their answers are returned, never raised."""

    def test(self, relay: Relay) -> RelayTest:
        """Connect and authenticate, as for a message, and send none."""

    def deliver(
        self, relay: Relay, sender: str, recipients: Sequence[str], raw: bytes
    ) -> Sequence[RecipientAnswer]:
        """Hand over a message; one answer for each recipient, in their order.

        Of an answer that is temporary or permanent the relay has taken nothing. `raw` has lines of
        at most 998 bytes that end in CRLF.
        """
