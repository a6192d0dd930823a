"""Mails to send to the page."""

from email.message import EmailMessage
from email.policy import SMTP

SENDER = "Ann Example <ann@shop.example>"


def mail(
    subject: str = "Hello",
    *,
    text: str = "Good morning.",
    html: str = "",
    sender: str = SENDER,
    files: dict[str, bytes] | None = None,
) -> bytes:
    """A mail as people send it; `files` are attachments by their names."""
    made = EmailMessage(SMTP)
    made["From"], made["To"], made["Subject"] = sender, "you@mayfly.example", subject
    made.set_content(text)
    if html:
        made.add_alternative(html, subtype="html")
    for name, content in (files or {}).items():
        made.add_attachment(content, "application", "octet-stream", filename=name)
    return made.as_bytes()


def with_picture(picture: bytes) -> bytes:
    """A mail that shows a picture of its own (RFC 2392)."""
    made = EmailMessage(SMTP)
    made["From"], made["To"], made["Subject"] = SENDER, "you@mayfly.example", "A picture"
    made.set_content("See the picture.")
    made.add_alternative('<p>See:</p><img src="cid:one@shop.example" alt="a dot">', subtype="html")
    *_, page = made.iter_parts()
    assert isinstance(page, EmailMessage)
    page.add_related(picture, "image", "png", cid="<one@shop.example>")
    return made.as_bytes()


def html_mail(subject: str, html: str, sender: str = "x@shop.example") -> bytes:
    """HTML and nothing else, as it is."""
    head = f"From: {sender}\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n"
    return f"{head}Content-Type: text/html; charset=utf-8\r\n\r\n{html}".encode()


def headed(*headers: bytes, text: bytes = b"Good morning.") -> bytes:
    """A mail with these headers, as they are."""
    return b"\r\n".join([*headers, b"", text])
