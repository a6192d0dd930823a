"""Messages of ordinary size and shape, as text and HTML."""

import random
import re
from email.message import EmailMessage
from email.policy import SMTP
from functools import cache

_LINE_BYTES = 191  # of one line, as text and as HTML
_SENTENCE = (
    "your order has been received and will be sent to you within two working days if you have"
    " any question about this invoice please answer to this message or call our service at the"
    " number below the parcel can be followed with this link until it is delivered"
)
_NUMBER = re.compile(r"^Mail ([0-9]+) of the load$")


def order_confirmation(recipient: str, seed: str) -> bytes:
    """A message of about 7 KB: text and HTML that say the same."""
    return _order(recipient, seed, 32).as_bytes()


def short_letter(recipient: str, seed: str) -> bytes:
    """A message of about 3.3 KB, with line ends as they come over SMTP."""
    return _order(recipient, seed, 15).as_bytes(policy=SMTP)


def letter_of(size: int, recipient: str) -> bytes:
    """A message of about so many bytes: up to 75 KB of text and HTML, the rest is a picture."""
    bytes_of_words = min(size, 75_000)
    mail = _order(recipient, "letter", bytes_of_words // _LINE_BYTES)
    picture = (size - bytes_of_words) * 3 // 4  # as base64, with its line ends
    if picture:
        content = random.Random("picture").randbytes(picture)
        mail.add_attachment(content, maintype="image", subtype="jpeg", filename="picture.jpg")
    return mail.as_bytes()


def _order(recipient: str, seed: str, count: int) -> EmailMessage:
    choose, words = random.Random(seed), _SENTENCE.split()
    lines = [" ".join(choose.choices(words, k=12)).capitalize() + "." for _ in range(count)]
    mail = EmailMessage()
    mail["From"] = "The Shop <orders@shop.example>"
    mail["To"] = recipient
    mail["Subject"] = f"Your order {choose.randrange(10**6)} has been received"
    mail["Date"] = "Thu, 1 Jan 2026 12:00:00 +0000"
    mail["Message-ID"] = f"<{seed}@shop.example>"
    mail["List-Unsubscribe"] = "<https://shop.example/unsubscribe>"
    mail.set_content("\n\n".join(lines))
    cells = "".join(
        f'<tr><td style="color:#333">{line}</td><td>{choose.randrange(100)} EUR</td></tr>'
        for line in lines
    )
    mail.add_alternative(f"<html><body><table>{cells}</table></body></html>", subtype="html")
    return mail


def numbered_letter(recipient: str, number: int) -> bytes:
    """A message of about 7 KB with its number in the subject."""
    head, body = _rest()
    lines = (
        f"To: {recipient}",
        f"Subject: Mail {number} of the load",
        f"Message-ID: <load-{number}@shop.example>",
    )
    return "".join(f"{line}\n" for line in lines).encode() + head + b"\n\n" + body


def number_of(subject: str) -> int | None:
    """The number in a subject; None if it is another message's."""
    found = _NUMBER.match(subject)
    return int(found[1]) if found else None


@cache
def _rest() -> tuple[bytes, bytes]:
    """What all of them share."""
    head, _, body = order_confirmation("everybody@load.example", "load").partition(b"\n\n")
    ours = (b"to:", b"subject:", b"message-id:")
    lines = [line for line in head.split(b"\n") if not line.lower().startswith(ours)]
    return b"\n".join(lines), body
