"""Messages: their summaries, folders, contents and changes."""

from dataclasses import dataclass, field, fields, replace
from datetime import datetime

from mayfly.errors import NotFound
from mayfly.inboxes.ids import MessageId
from mayfly.mail.mime.models import ParsedMail
from mayfly.messages.folders import Folder


@dataclass(frozen=True, slots=True)
class Verdicts:
    """SES's judgement of an email: PASS, FAIL, GRAY or PROCESSING_FAILED each, "" when not judged.

    https://docs.aws.amazon.com/ses/latest/dg/receiving-email-notifications-contents.html
    """

    spam: str = ""
    virus: str = ""
    spf: str = ""
    dkim: str = ""
    dmarc: str = ""


NOT_JUDGED = Verdicts()


def comes_into(verdicts: Verdicts) -> Folder:
    """Where an email lies that nobody has filed. What SES is not sure of is no spam."""
    return Folder.SPAM if "FAIL" in (verdicts.spam, verdicts.virus) else Folder.INBOX


@dataclass(frozen=True, slots=True)
class AttachmentLine:
    """An attachment as a list names it."""

    filename: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class SummaryLimits:
    """How much of an email the row of a message carries."""

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
    """What a list shows of an email: small, and the same for each of its recipients."""

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
    """The sender it counts for (`receiving.models.sender_key`); known until it is delivered."""


@dataclass(frozen=True, slots=True)
class Filing:
    """What the rules of its inbox say of a new message: the folder, None for where mail comes in
    by itself; its marks; the `rules` that matched, by name; and who is to get or hear of it once it
    is there: the addresses that it is forwarded to, but for those that it `skips` for a reason, and
    webhooks by id.
    """

    folder: Folder | None = None
    is_read: bool = False
    is_flagged: bool = False
    rules: tuple[str, ...] = ()
    forwards: tuple[str, ...] = field(default=(), repr=False)
    skips: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    webhooks: tuple[str, ...] = ()


UNFILED = Filing()
"""Of an inbox without rules, or with rules that none of matched."""


@dataclass(frozen=True, slots=True)
class Message:
    """An email in an inbox. Its number there, `id.sequence`, is the cursor of every list.

    `moved_to` is the folder a reader put it into; None while it lies where it came in. `place` is
    the sender's in its inbox (`Inbox.senders`), "" for one that came before there were any.
    `object_key` is the raw message that its content is read from, "" if the content is kept.
    `rules`, `forwards`, `skips` and `webhooks` are those of its `Filing`; forwarding may add skips.
    """

    id: MessageId
    summary: Summary
    expires_at: datetime
    is_read: bool = False
    moved_to: Folder | None = None
    place: str = ""
    object_key: str = ""
    is_flagged: bool = False
    rules: tuple[str, ...] = ()
    forwards: tuple[str, ...] = field(default=(), repr=False)
    skips: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    webhooks: tuple[str, ...] = ()

    def filed(self, filing: Filing) -> "Message":
        """The new message as the rules have it."""
        return replace(
            self,
            moved_to=filing.folder,
            **{each.name: getattr(filing, each.name) for each in fields(filing)[1:]},
        )

    @property
    def folder(self) -> Folder:
        """Where it lies: what SES calls spam or a virus comes in as spam."""
        return self.moved_to or comes_into(self.summary.verdicts)

    @property
    def is_spam(self) -> bool:
        """Whether it lies in `spam`, by SES's word, a rule's or its reader's."""
        return self.folder is Folder.SPAM


@dataclass(frozen=True, slots=True)
class Change:
    """What a reader does to a message; None leaves it as it is."""

    is_read: bool | None = None
    folder: Folder | None = None
    is_flagged: bool | None = None

    def of(self, message: Message) -> Message:
        """The message with the change made."""
        return replace(
            message,
            is_read=message.is_read if self.is_read is None else self.is_read,
            moved_to=self.folder or message.moved_to,
            is_flagged=message.is_flagged if self.is_flagged is None else self.is_flagged,
        )


@dataclass(frozen=True, slots=True)
class Content:
    """What a reader sees of an email; kept once and shared by its recipients' messages."""

    mail: ParsedMail
    object_key: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Erased:
    """How many messages are gone, up to which number it has looked, and whether more may follow."""

    count: int
    sequence: int
    more: bool


class PartNotFound(NotFound):
    """The message has no part with this id."""
