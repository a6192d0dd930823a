"""Whether inboxes that a program has made are still there."""

import smtplib

from tests.local.conftest import DEADLINE
from tests.local.mayfly import Mayfly


def is_gone(laptop: Mayfly, address: str) -> bool:
    """Whether the laptop takes no mail for it: what is deleted takes none, and nothing else."""
    with smtplib.SMTP("127.0.0.1", laptop.smtp_port, timeout=DEADLINE) as connection:
        connection.ehlo()
        connection.mail("sender@example.org")
        code, _ = connection.rcpt(address)
    return code == 550
