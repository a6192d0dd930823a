"""Relays: SMTP servers that domains send through, and what such a server says to us."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

PORTS = (25, 465, 587, 2525)
"""The ports that relays listen on: on others there is something else."""


@dataclass(frozen=True, slots=True)
class Relay:
    """Where to connect to, and what to prove who we are with; without a username, nothing.

    `secure` is TLS from the first byte (RFC 8314); otherwise STARTTLS (RFC 3207) comes before
    anything that is secret. Both check the certificate for `host`.
    """

    host: str
    port: int
    secure: bool
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class WantedRelay:
    """A relay as somebody describes it. Without a password, the one that is kept for it."""

    host: str
    port: int
    secure: bool
    username: str = field(default="", repr=False)
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class RelayConfig:
    """A domain's relay as it is kept: `sealed` is the password as only its key can open it.

    `domain` is the domain's id, which no other account's claim on the name has.
    """

    domain: str
    host: str
    port: int
    secure: bool
    username: str = field(repr=False)
    sealed: bytes = field(repr=False)
    updated_at: datetime


class Stage(StrEnum):
    """How far a dialogue with a relay came."""

    NAME = "name"
    ADDRESS = "address"
    CONNECT = "connect"
    GREETING = "greeting"
    TLS = "tls"
    CERTIFICATE = "certificate"
    AUTH = "auth"
    SENDER = "sender"
    RECIPIENT = "recipient"
    DATA = "data"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Where a dialogue ended and why, in words that may be shown; `code` 0 if no server spoke."""

    stage: Stage
    words: str
    code: int = 0

    @property
    def is_permanent(self) -> bool:
        """Whether the same would happen again: the server said so, or we never connect there."""
        return 500 <= self.code <= 599 or self.stage is Stage.ADDRESS


@dataclass(frozen=True, slots=True)
class RelayTest:
    """What came of connecting to a relay: all well without `trouble`."""

    trouble: Trouble | None = None
    tls: str = ""
    """The version of TLS, empty without."""
    mechanism: str = ""
    """How it was proved who we are (RFC 4954), empty if it was not."""


class Verdict(StrEnum):
    """What a relay did with a mail for one recipient."""

    ACCEPTED = "accepted"
    TEMPORARY = "temporary"
    """Not taken; it may be later."""
    PERMANENT = "permanent"
    """Not taken, and never will be."""
    UNCERTAIN = "uncertain"
    """The whole mail was sent and not answered: it may be on its way."""


@dataclass(frozen=True, slots=True)
class RecipientAnswer:
    """What a relay did with a mail for this recipient, and its words."""

    recipient: str = field(repr=False)
    verdict: Verdict
    stage: Stage
    code: int = 0
    words: str = field(default="", repr=False)
