"""Mails of the suite: each has an id of its own, as real ones have."""

import secrets
from email.message import EmailMessage

SMALL = bytes(range(256)) * 300
LONG = f"<p>{secrets.token_hex(100_000)}</p>"  # too long for a row, however it is packed
LARGE = bytes(range(256)) * 20_000  # 5.1 MB: more than Lambda can answer


def a_mail(subject: str = "Hello", *, attached: bytes = SMALL, html: str = "") -> bytes:
    mail = EmailMessage()
    mail["From"] = "Sender <sender@example.org>"
    mail["To"] = "somebody@example.org"
    mail["Subject"] = subject
    mail["Message-ID"] = f"<{secrets.token_hex(8)}@example.org>"
    mail.set_content("the text\r\n")
    if html:
        mail.add_alternative(html, subtype="html")
    mail.add_attachment(attached, maintype="application", subtype="pdf", filename="a report.pdf")
    return mail.as_bytes().replace(b"\n", b"\r\n")
