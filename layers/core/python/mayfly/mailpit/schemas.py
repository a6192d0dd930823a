"""Mailpit's JSON, field for field."""

from collections.abc import Sequence
from typing import Self

import msgspec

from mayfly import __version__
from mayfly.inboxes.models import Inbox
from mayfly.kit.clock import precise_stamp
from mayfly.kit.http.schemas import View
from mayfly.mail.mime.models import Mailbox, ParsedMail
from mayfly.messages.models import Content, Message

_CAPITALS = {"id", "html", "smtp", "md5", "sha1", "sha256"}
NO_TAGS: Sequence[str] = ()


def go(name: str) -> str:
    """A field's name as Go writes it: `message_id` is `MessageID`."""
    words = name.split("_")
    return "".join(each.upper() if each in _CAPITALS else each.capitalize() for each in words)


class Person(View, rename=go, kw_only=True):
    """A name and an address."""

    name: str
    address: str

    @classmethod
    def all(cls, mailboxes: Sequence[Mailbox]) -> list[Self]:
        """Those of one header."""
        return list(map(cls.of_model, mailboxes))


class Summary(View, rename=go, kw_only=True):
    """A message in a list. Mayfly has no tags, and nobody sends to it with a user name."""

    id: str
    message_id: str
    read: bool
    from_: Person = msgspec.field(name="From")
    to: list[Person]
    cc: list[Person]
    bcc: list[Person]
    reply_to: list[Person]
    subject: str
    created: str
    username: str = ""
    tags: Sequence[str] = NO_TAGS
    size: int
    attachments: int
    snippet: str

    @classmethod
    def of(cls, message: Message, content: Content, inbox: Inbox) -> Self:
        """The message as a list has it."""
        mail = content.mail
        return cls(
            id=str(message.id),
            message_id=bare(mail.message_id),
            read=message.is_read,
            from_=sender(message),
            to=Person.all(mail.to),
            cc=Person.all(mail.cc),
            bcc=unnamed(mail, inbox),
            reply_to=Person.all(mail.reply_to),
            subject=message.summary.subject,
            created=precise_stamp(message.summary.received_at),
            size=message.summary.size_bytes,
            attachments=sum(not each.inline for each in mail.parts),
            snippet=message.summary.preview,
        )


class Summaries(View, kw_only=True):
    """A list: `total` and `unread` are of the inbox, `messages_…` of what was looked for."""

    total: int
    unread: int
    count: int
    messages_count: int
    messages_unread: int
    start: int
    tags: Sequence[str] = NO_TAGS
    messages: list[Summary]


class Runtime(View, rename=go, kw_only=True):
    """What the process does, which has no meaning for one inbox of many."""

    memory: int = 0
    messages_deleted: int = 0
    smtp_accepted: int = 0
    smtp_accepted_size: int = 0
    smtp_ignored: int = 0
    smtp_rejected: int = 0
    uptime: int


class Info(View, rename=go, kw_only=True):
    """What there is in the inbox, and which program this is."""

    version: str
    latest_version: str
    database: str = ""
    database_size: int
    messages: int
    unread: int
    tags: dict[str, int]
    runtime_stats: Runtime

    @classmethod
    def of(cls, inbox: Inbox, total: int, unread: int, age_seconds: float) -> Self:
        """Of an inbox that is so old, as if it were all there is."""
        return cls(
            version=f"Mayfly {__version__}",
            latest_version=f"Mayfly {__version__}",
            database_size=inbox.held_bytes,
            messages=total,
            unread=unread,
            tags={},
            runtime_stats=Runtime(smtp_accepted=inbox.sequence, uptime=int(age_seconds)),
        )


CONFIGURATION = {
    "Label": "Mayfly",
    "MessageRelay": {
        "Enabled": False,
        "SMTPServer": "",
        "ReturnPath": "",
        "AllowedRecipients": "",
        "BlockedRecipients": "",
        "OverrideFrom": "",
        "PreserveMessageIDs": False,
        "RecipientAllowlist": "",
    },
    "SpamAssassin": False,
    "ChaosEnabled": False,
    "DuplicatesIgnored": False,
    "HideDeleteAllButton": False,
}
"""What Mailpit's page would have to know: nothing of it is turned on."""


def sender(message: Message) -> Person:
    """Whom the message says it is from."""
    return Person(name=message.summary.from_name, address=message.summary.from_address)


def unnamed(mail: ParsedMail, inbox: Inbox) -> list[Person]:
    """The inbox, if neither To nor Cc names it: Mailpit calls that Bcc, too."""
    own = str(inbox.shown_address)
    named = {_untagged(each.address) for each in (*mail.to, *mail.cc)}
    return [] if _untagged(own) in named else [Person(name="", address=own)]


def _untagged(address: str) -> str:
    local, at, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"


def bare(text: str) -> str:
    """The id or address without its angle brackets."""
    return text.strip().removeprefix("<").removesuffix(">")
