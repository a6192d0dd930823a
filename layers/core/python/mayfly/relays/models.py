"""Relays: SMTP servers that domains send through, and what such a server says to us."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from mayfly.errors import NotFound

MAIL_SERVERS = 25
"""The port at which mail servers talk to each other, and closed where none may run."""
PORTS = (MAIL_SERVERS, 465, 587, 2525)
"""The ports that relays listen on: on others there is something else."""
_NO_SUCH_ADDRESS = re.compile(r"5\.(?:1\.(?:1|2|3|6|10)|2\.1)(?![.\d])")
"""How a reply begins that blames the recipient's address, and for good (RFC 2034, RFC 3463
sections 3.2 and 3.3): no such mailbox, no such host, not well-formed, moved away, a host that takes
no email (RFC 7505), a mailbox that was disabled. Everything else is about the mail, its sender, or
the moment: policy, size, a full mailbox.
"""


@dataclass(frozen=True, slots=True)
class Relay:
    """Where to connect to, and the credentials; without a username, none.

    `secure` is TLS from the first byte (RFC 8314); otherwise STARTTLS (RFC 3207) comes before
    anything that is secret. Both check the certificate for `host`. Of a request without a
    password, the one that is kept for it is meant.
    """

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
class RelayFailure:
    """Where a dialogue ended and why, in words fit for an answer; `code` 0 if no server spoke."""

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

    trouble: RelayFailure | None = None
    tls: str = ""
    """The version of TLS, empty without."""
    mechanism: str = ""
    """The method of authentication (RFC 4954), empty without one."""


class Verdict(StrEnum):
    """What a relay did with a message for one recipient."""

    ACCEPTED = "accepted"
    TEMPORARY = "temporary"
    """Not taken; it may be later."""
    PERMANENT = "permanent"
    """Not taken, and never will be."""
    UNCERTAIN = "uncertain"
    """The whole message was sent and not answered: it may be on its way."""


@dataclass(frozen=True, slots=True)
class RecipientAnswer:
    """What a relay did with a message for this recipient, and its words."""

    recipient: str = field(repr=False)
    verdict: Verdict
    stage: Stage
    code: int = 0
    words: str = field(default="", repr=False)

    @property
    def is_gone(self) -> bool:
        """Whether mail can never arrive there, as the server's enhanced status code says.

        Only of an answer to `RCPT`: what is said after the mail may be about any recipient of it.
        """
        is_refused = self.verdict is Verdict.PERMANENT and self.stage is Stage.RECIPIENT
        return is_refused and bool(_NO_SUCH_ADDRESS.match(self.words))


class RelayNotFound(NotFound):
    """The domain is sent for by SES: it has no relay."""
