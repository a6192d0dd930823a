"""Messages: their summaries, folders, contents and changes."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from mayfly.errors import InvalidInput, NotFound
from mayfly.inboxes.ids import MessageId
from mayfly.mail.mime.models import ParsedMail


class Folder(StrEnum):
    """Where a message lies. Each mailbox has all four; there is nothing to create."""

    INBOX = "inbox"
    ARCHIVE = "archive"
    TRASH = "trash"
    SPAM = "spam"

    @property
    def number(self) -> int:
        """The id that document 001 gives folders."""
        return _NUMBERS[self]

    @classmethod
    def parse(cls, wanted: object) -> "Folder":
        """The folder of this name or number; InvalidInput names those there are."""
        if isinstance(wanted, str):
            for each in cls:
                if wanted in (each.value, str(each.number)):
                    return each
        elif type(wanted) is int and wanted in _NUMBERS.values():
            return next(each for each in cls if each.number == wanted)
        names = ", ".join(f"{each.value} ({each.number})" for each in cls)
        raise InvalidInput(f"no such folder; there are {names}")


_NUMBERS = {each: number for number, each in enumerate(Folder, 1)}


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
class SummaryLimits:
    """How much of a mail the row of a message carries."""

    subject_chars: int
    """The subject; the detail has it whole."""
    name_chars: int
    """The sender's name."""
    address_chars: int
    """The sender's address: 64 + 1 + 255, RFC 5321 section 4.5.3.1."""
    attachments: int
    """Attachments that are listed."""


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
    own_thread_id: str = ""
    """The thread that replies to this mail alone would name; "" when that is `thread_id`."""
    sent_at: datetime | None = None
    """When the sender claims to have sent it."""
    sender: str = ""
    """Whom it counts for (`receiving.summary.sender_key`); known until it is delivered."""


@dataclass(frozen=True, slots=True)
class Message:
    """A mail in an inbox. Its number there, `id.sequence`, is the cursor of every list.

    `moved_to` is the folder a reader put it into; None while it lies where it came in. `place` is
    the sender's in its inbox (`Inbox.senders`), "" for one that came before there were any.
    `object_key` is that of the raw mail which its content is read from, "" if the content is kept.
    """

    id: MessageId
    summary: Summary
    expires_at: datetime
    is_read: bool = False
    moved_to: Folder | None = None
    place: str = ""
    object_key: str = ""

    @property
    def folder(self) -> Folder:
        """Where it lies: what SES calls spam or a virus comes in as spam."""
        verdicts = self.summary.verdicts
        is_spam = "FAIL" in (verdicts.spam, verdicts.virus)
        return self.moved_to or (Folder.SPAM if is_spam else Folder.INBOX)


@dataclass(frozen=True, slots=True)
class Change:
    """What a reader does to a message; None leaves it as it is."""

    is_read: bool | None = None
    folder: Folder | None = None

    def of(self, message: Message) -> Message:
        """The message with the change made."""
        return replace(
            message,
            is_read=message.is_read if self.is_read is None else self.is_read,
            moved_to=self.folder or message.moved_to,
        )


@dataclass(frozen=True, slots=True)
class Content:
    """What a reader sees of a mail; kept once per mail and shared by its recipients' messages."""

    mail: ParsedMail
    object_key: str
    size_bytes: int
    sha256: str


class PartNotFound(NotFound):
    """The message has no part with this id."""
