"""Mailpit's JSON, field for field."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Self

import msgspec

from mayfly import __version__, limits
from mayfly.inboxes.models import Inbox
from mayfly.kit.clock import precise_stamp
from mayfly.kit.http.schemas import View
from mayfly.mail.mime.models import Mailbox, ParsedMail, Part
from mayfly.mail.mime.transfer import part_bytes
from mayfly.messages.message_schemas import CUT_CHARS, shown_headers
from mayfly.messages.models import Content, Message

_CAPITALS = {"id", "html", "smtp", "md5", "sha1", "sha256"}
_TAGS: Sequence[str] = ()


def _go(name: str) -> str:
    """A field's name as Go writes it: `message_id` is `MessageID`."""
    words = name.split("_")
    return "".join(each.upper() if each in _CAPITALS else each.capitalize() for each in words)


class Person(View, rename=_go, kw_only=True):
    """A name and an address."""

    name: str
    address: str

    @classmethod
    def all(cls, mailboxes: Sequence[Mailbox]) -> list[Self]:
        """Those of one header."""
        return list(map(cls.of_model, mailboxes))


class Summary(View, rename=_go, kw_only=True):
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
    tags: Sequence[str] = _TAGS
    size: int
    attachments: int
    snippet: str

    @classmethod
    def of(cls, message: Message, content: Content, inbox: Inbox) -> Self:
        """The message as a list has it."""
        mail = content.mail
        return cls(
            id=str(message.id),
            message_id=_bare(mail.message_id),
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
    tags: Sequence[str] = _TAGS
    messages: list[Summary]


class Checksums(View, rename=_go, kw_only=True):
    """Of an attachment's bytes; empty of a message too large to read for them."""

    md5: str = ""
    sha1: str = ""
    sha256: str = ""

    @classmethod
    def of(cls, content: bytes) -> Self:
        """Those of these bytes."""
        md5 = hashlib.md5(content, usedforsecurity=False)
        sha1 = hashlib.sha1(content, usedforsecurity=False)
        return cls(
            md5=md5.hexdigest(),
            sha1=sha1.hexdigest(),
            sha256=hashlib.sha256(content).hexdigest(),
        )


class Attachment(View, rename=_go):
    """An attachment, or a picture in the HTML."""

    part_id: str
    file_name: str
    content_type: str
    content_id: str
    size: int
    checksums: Checksums


class ListUnsubscribe(View, rename=_go, kw_only=True):
    """What the List-Unsubscribe headers say."""

    header: str
    links: list[str]
    errors: str = ""
    header_post: str


class Whole(View, rename=_go, kw_only=True):
    """A whole message."""

    id: str
    message_id: str
    from_: Person = msgspec.field(name="From")
    to: list[Person]
    cc: list[Person]
    bcc: list[Person]
    reply_to: list[Person]
    return_path: str
    subject: str
    list_unsubscribe: ListUnsubscribe
    date: str
    tags: Sequence[str] = _TAGS
    username: str = ""
    text: str
    html: str
    size: int
    inline: list[Attachment]
    attachments: list[Attachment]

    @classmethod
    def of(
        cls, message: Message, content: Content, inbox: Inbox, raw: Callable[[], bytes | None]
    ) -> Self:
        """The message; `raw` is asked for the bytes of one with attachments, None for too many."""
        mail = content.mail
        whole = raw() if mail.parts else None
        files = [(each.inline, _attachment(each, whole)) for each in mail.parts]
        return cls(
            id=str(message.id),
            message_id=_bare(mail.message_id),
            from_=sender(message),
            to=Person.all(mail.to),
            cc=Person.all(mail.cc),
            bcc=unnamed(mail, inbox),
            reply_to=Person.all(mail.reply_to),
            return_path=_bare(header(mail, "return-path")),
            subject=mail.subject,
            list_unsubscribe=ListUnsubscribe(
                header=header(mail, "list-unsubscribe"),
                links=list(mail.list_unsubscribe),
                header_post=header(mail, "list-unsubscribe-post"),
            ),
            date=precise_stamp(mail.date or message.summary.received_at),
            text=text_of(mail),
            html=mail.html,
            size=message.summary.size_bytes,
            inline=[each for inline, each in files if inline],
            attachments=[each for inline, each in files if not inline],
        )

    def cut(self) -> Self:
        """The message with its bodies shortened to what an answer holds. The source has all."""
        text, html = self.text[:CUT_CHARS], self.html[:CUT_CHARS]
        return msgspec.structs.replace(self, text=text, html=html)


class Runtime(View, rename=_go, kw_only=True):
    """What the process does, which has no meaning for one inbox of many."""

    memory: int = 0
    messages_deleted: int = 0
    smtp_accepted: int = 0
    smtp_accepted_size: int = 0
    smtp_ignored: int = 0
    smtp_rejected: int = 0
    uptime: int


class Info(View, rename=_go, kw_only=True):
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


def headers(mail: ParsedMail) -> dict[str, list[str]]:
    """The headers by name, in the order of the names; decoded, and without other recipients."""
    found: dict[str, list[str]] = {}
    for name, value in shown_headers(mail):
        found.setdefault("-".join(map(str.capitalize, name.split("-"))), []).append(value)
    return dict(sorted(found.items()))


def text_of(mail: ParsedMail) -> str:
    """The text; of a mail that has HTML alone, what is seen of that, as Mailpit has it."""
    if mail.text or not mail.html:
        return mail.text
    from mayfly.mail.html.text import visible

    return "\n".join(visible(mail.html[: limits.FILTER_TEXT_CHARS]).lines)


def header(mail: ParsedMail, wanted: str) -> str:
    """The first header of this name, in lower case; "" without one."""
    return next((value for name, value in mail.headers if name.lower() == wanted), "")


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


def _attachment(part: Part, raw: bytes | None) -> Attachment:
    content = None if raw is None else part_bytes(raw[part.start : part.end], part.encoding)
    return Attachment(
        part_id=part.id,
        file_name=part.filename,
        content_type=part.content_type,
        content_id=part.content_id,
        size=part.size,
        checksums=Checksums() if content is None else Checksums.of(content),
    )


def _bare(text: str) -> str:
    return text.strip().removeprefix("<").removesuffix(">")
