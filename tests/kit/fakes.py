"""Mails of our own, in memory."""

from dataclasses import dataclass

from mayfly.errors import MailNotSent
from mayfly.mail.address import Address


@dataclass(frozen=True)
class SentMail:
    """What was handed over."""

    recipient: Address
    subject: str
    text: str


class FakeServiceMailer:
    """Keeps what is sent, and takes nothing while it is down."""

    def __init__(self) -> None:
        self.sent: list[SentMail] = []
        self.is_down = False

    def send(self, recipient: Address, subject: str, text: str) -> None:
        if self.is_down:
            raise MailNotSent("nothing is taken")
        self.sent.append(SentMail(recipient, subject, text))
