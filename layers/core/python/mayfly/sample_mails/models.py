"""The sample message: an email as a service sends it that asks for a code."""

from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from mayfly.mail.address import Address

SAMPLE = "sample-"
"""What the names of raw messages begin with that are samples: nothing else is written there."""
_CODES = 10**6


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample message to this address; `seed` makes its code and its id, and is drawn for it."""

    recipient: Address
    sent_at: datetime
    seed: bytes

    @property
    def name(self) -> str:
        """What its raw message is called."""
        return f"{SAMPLE}{self.seed.hex()}"

    @property
    def code(self) -> str:
        """Six digits."""
        return f"{int.from_bytes(self.seed, 'big') % _CODES:06}"

    @property
    def sender(self) -> str:
        """An address that nobody has (RFC 2142 has it for whoever runs the domain)."""
        return f"no-reply@{self.recipient.domain}"

    def raw(self) -> bytes:
        """The email. Its last line binds the code to the domain, as senders should do."""
        domain = self.recipient.domain
        lines = (
            f"From: Mayfly <{self.sender}>",
            f"To: <{self.recipient}>",
            "Subject: Your sample code",
            f"Date: {format_datetime(self.sent_at)}",
            f"Message-ID: <{self.name}@{domain}>",
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "",
            f"Your code is {self.code}.",
            "",
            "This is a sample: somebody who holds this inbox has asked for it.",
            "",
            f"@{domain} #{self.code}",
            "",
        )
        return "\r\n".join(lines).encode()
