"""Mails that carry a number, so that a reader can say which ones came, and how often."""

import re
from functools import cache

from bench.letters import order_confirmation

_NUMBER = re.compile(r"^Mail ([0-9]+) of the load$")


def numbered_letter(recipient: str, number: int) -> bytes:
    """A mail of about 7 KB with its number in the subject."""
    head, body = _rest()
    lines = (
        f"To: {recipient}",
        f"Subject: Mail {number} of the load",
        f"Message-ID: <load-{number}@shop.example>",
    )
    return "".join(f"{line}\n" for line in lines).encode() + head + b"\n\n" + body


def number_of(subject: str) -> int | None:
    """The number in a subject; None if it is another mail's."""
    found = _NUMBER.match(subject)
    return int(found[1]) if found else None


@cache
def _rest() -> tuple[bytes, bytes]:
    """What all of them share."""
    head, _, body = order_confirmation("everybody@load.example", "load").partition(b"\n\n")
    ours = (b"to:", b"subject:", b"message-id:")
    lines = [line for line in head.split(b"\n") if not line.lower().startswith(ours)]
    return b"\n".join(lines), body
