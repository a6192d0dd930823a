"""A message: what a list shows of it, and what a reader sees."""

from dataclasses import dataclass
from datetime import datetime

from mayfly.domain.identity import MessageId
from mayfly.domain.mime import ParsedMail


@dataclass(frozen=True, slots=True)
class Verdicts:
    """SES's judgement of a mail: PASS, FAIL, GRAY or PROCESSING_FAILED each, "" when not judged.

    https://docs.aws.amazon.com/ses/latest/dg/receiving-email-notifications-contents.html
    """

    spam: str = ""
    virus: str = ""
    spf: str = ""
    dkim: str = ""
    dmarc: str = ""


@dataclass(frozen=True, slots=True)
class AttachmentLine:
    """An attachment as a list names it."""

    filename: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What a list shows of a mail: small, and the same for each of its recipients."""

    from_name: str
    from_address: str
    subject: str
    preview: str
    received_at: datetime
    size_bytes: int
    attachments: tuple[AttachmentLine, ...]
    thread_id: str
    verdicts: Verdicts
    recovered: bool = False
    """True when the notice was lost and the recipients were read from the mail's own headers."""


@dataclass(frozen=True, slots=True)
class Message:
    """A mail in an inbox. Its number there, `id.sequence`, is the cursor of every list."""

    id: MessageId
    summary: Summary
    expires_at: datetime
    is_read: bool = False


@dataclass(frozen=True, slots=True)
class Content:
    """What a reader sees of a mail; kept once per mail and shared by its recipients' messages."""

    mail: ParsedMail
    object_key: str
    size_bytes: int
    sha256: str
