"""From a parsed mail to the line that lists show."""

import base64
import hashlib
from dataclasses import dataclass

from mayfly.domain.message import AttachmentLine, Summary
from mayfly.domain.mime import ParsedMail
from mayfly.domain.notice import Notice


@dataclass(frozen=True, slots=True)
class SummaryLimits:
    """How much of a mail the row of a message carries."""

    subject_chars: int
    name_chars: int
    address_chars: int
    attachments: int


def summarise(mail: ParsedMail, notice: Notice, size_bytes: int, limits: SummaryLimits) -> Summary:
    """What a list shows of the mail; long values are cut, as the detail has them whole."""
    sender = (mail.from_ or mail.sender)[:1]
    files = [part for part in mail.parts if not part.inline]
    return Summary(
        from_name=sender[0].name[: limits.name_chars] if sender else "",
        from_address=sender[0].address[: limits.address_chars] if sender else "",
        subject=mail.subject[: limits.subject_chars],
        preview=mail.preview,
        received_at=notice.received_at,
        size_bytes=size_bytes,
        attachments=tuple(
            AttachmentLine(part.filename, part.size) for part in files[: limits.attachments]
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
