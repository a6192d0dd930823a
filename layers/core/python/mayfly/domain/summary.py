"""From a parsed mail to the line that lists show."""

import base64
import hashlib

from mayfly.domain.message import AttachmentLine, Summary
from mayfly.domain.mime import ParsedMail
from mayfly.domain.notice import Notice

SUBJECT_CHARS = 300
NAME_CHARS = 100
ADDRESS_CHARS = 320  # 64 + 1 + 255, RFC 5321 section 4.5.3.1
LISTED_ATTACHMENTS = 8


def summarise(mail: ParsedMail, notice: Notice, size_bytes: int) -> Summary:
    """What a list shows of the mail; long values are cut, as the detail has them whole."""
    sender = (mail.from_ or mail.sender)[:1]
    files = [part for part in mail.parts if not part.inline]
    return Summary(
        from_name=sender[0].name[:NAME_CHARS] if sender else "",
        from_address=sender[0].address[:ADDRESS_CHARS] if sender else "",
        subject=mail.subject[:SUBJECT_CHARS],
        preview=mail.preview,
        received_at=notice.received_at,
        size_bytes=size_bytes,
        attachments=tuple(
            AttachmentLine(part.filename, part.size) for part in files[:LISTED_ATTACHMENTS]
        ),
        thread_id=thread_id(mail),
        verdicts=notice.verdicts,
        recovered=notice.recovered,
    )


def thread_id(mail: ParsedMail) -> str:
    """The same for a mail and its replies: named after the first mail of the conversation.

    That is the first of References, else In-Reply-To, else the mail itself (RFC 5322 3.6.4).
    """
    root = (*mail.references, *mail.in_reply_to, mail.message_id, mail.subject)
    first = next((name for name in root if name), "")
    return base64.b32encode(hashlib.sha256(first.encode()).digest()[:10]).decode("ascii").lower()
