"""Mails of ordinary size and shape, as text and HTML."""

import base64
import random
from email.message import EmailMessage

_SENTENCE = (
    "your order has been received and will be sent to you within two working days if you have"
    " any question about this invoice please answer to this message or call our service at the"
    " number below the parcel can be followed with this link until it is delivered"
)


def order_confirmation(recipient: str, seed: str) -> bytes:
    """A mail of about 7 KB: text and HTML that say the same."""
    choose, words = random.Random(seed), _SENTENCE.split()
    lines = [" ".join(choose.choices(words, k=12)).capitalize() + "." for _ in range(32)]
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
    return mail.as_bytes()


def with_attachment(recipient: str, seed: str, size_bytes: int) -> bytes:
    """A mail with one attachment of so many random bytes."""
    choose = random.Random(seed)
    encoded = base64.encodebytes(choose.randbytes(size_bytes)).replace(b"\n", b"\r\n")
    head = (
        f"From: orders@shop.example\r\nTo: {recipient}\r\nSubject: {seed}\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=part\r\n\r\n"
        "--part\r\n\r\nSee the attachment.\r\n--part\r\n"
        "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
        'Content-Disposition: attachment; filename="random.bin"\r\n\r\n'
    )
    return head.encode() + encoded + b"--part--\r\n"
