"""Document 003's JSON of messages: whole ones, also in lists, bounded by what one answer takes."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, Self

import msgspec
from msgspec import UNSET, UnsetType

from mayfly import limits
from mayfly.inboxes import ids
from mayfly.inboxes.models import Overflow
from mayfly.kit.clock import precise_stamp
from mayfly.kit.http.query import Html
from mayfly.kit.http.schemas import Body, Count, PreciseTime, View, about
from mayfly.mail.mime.dates import dated
from mayfly.mail.mime.models import ParsedMail, Part
from mayfly.messages import message_schemas as whole
from mayfly.messages.models import Change, Content, Message
from mayfly.messages.schemas import (
    Decoded,
    PreciseInboxFull,
    PreciseInboxFullOrNot,
    Sender,
    Size,
    ThreadId,
    Verdicts,
    marks,
)
from mayfly.pop3.models import Trouble, uidl_of
from mayfly.pop3.schemas import FetchWarning
from mayfly.private_inboxes.schemas import InboxId
from mayfly.waits.models import Arrival
from mayfly.waits.schemas import Waited

_ROOM_BYTES = limits.MAX_ANSWER_BYTES - 10_000  # the rest of the list's document is short
_Uid = Annotated[
    str,
    about(
        "The message's number in its inbox: 1, 2, 3…, in order of arrival; also of one that was"
        " fetched, whose name at the POP3 server is `pop3_uidl`",
        examples=["1"],
    ),
]


class Recipient(View):
    """An address that a header names."""

    address: str
    name: str


class InboxAttachment(View):
    """An attachment of a message."""

    id: str
    filename: str
    content_type: whole.ContentType
    size_bytes: Decoded
    content_id: whole.ContentId
    inline: whole.Inline

    @classmethod
    def of(cls, part: Part) -> Self:
        """A part of an email."""
        return cls.of_model(part, size_bytes=part.size, content_id=part.content_id or None)


class InboxMessage(View):
    """A whole message. Reading it does not mark it as read. Lists have no `confirmation`."""

    id: str
    uid: _Uid
    message_id: whole.OwnId
    sender: Sender
    recipients: Annotated[list[Recipient], about("Those in To and Cc")]
    subject: str
    text_body: whole.Text
    html_body: whole.HtmlText
    headers: Annotated[
        dict[str, str], about("By lower-case name; a repeated header has one line for each")
    ]
    size_bytes: Size
    received_at: PreciseTime
    fetched_at: Annotated[
        PreciseTime, about("When it came in here; the same as `received_at` unless it was fetched")
    ]
    attachments: list[InboxAttachment]
    sender_name: str
    is_read: bool
    is_spam: Annotated[bool, about("Whether it lies in spam")]
    expires_at: Annotated[PreciseTime, about("From then on it is not found")]
    sha256: whole.Sha256
    verdicts: Verdicts
    thread_id: ThreadId
    defects: whole.Defects
    truncated: Annotated[
        Sequence[Literal["text_body", "html_body"]], about("What was too long and is cut")
    ]
    pop3_uidl: Annotated[
        str | UnsetType, about("The POP3 server's name for it (RFC 1939), if it was fetched there")
    ] = UNSET
    blocked_images: whole.BlockedImages = UNSET
    confirmation: whole.Confirmation | UnsetType = UNSET

    @classmethod
    def of(cls, found: Message, content: Content, **more: Any) -> Self:
        """One message, as it came; `more` are other fields, or others' values.

        `recipients` are those that its headers name in To and Cc: other recipients
        of the envelope are no reader's business.
        """
        mail, summary = content.mail, found.summary
        received_at = precise_stamp(summary.received_at)
        fields: dict[str, Any] = {
            "id": str(found.id),
            "uid": str(found.id.sequence),
            "message_id": mail.message_id,
            "sender": summary.from_address,
            "recipients": [Recipient.of_model(each) for each in (*mail.to, *mail.cc)],
            "subject": mail.subject,
            "text_body": mail.text,
            "html_body": mail.html,
            "headers": _headers(mail),
            "size_bytes": summary.size_bytes,
            "received_at": received_at,
            "fetched_at": received_at,  # pushed mail was fetched the moment it was received
            "attachments": [InboxAttachment.of(part) for part in mail.parts],
            "sender_name": summary.from_name,
            "is_read": found.is_read,
            "is_spam": found.is_spam,
            "expires_at": precise_stamp(found.expires_at),
            "sha256": content.sha256,
            "verdicts": Verdicts.of(summary.verdicts),
            "thread_id": summary.thread_id,
            "defects": list(mail.defects),
            "truncated": [],
        }
        uidl = uidl_of(content.object_key)
        if uidl is not None:
            fields |= {"pop3_uidl": uidl, "received_at": _received_there(mail, summary.received_at)}
        return cls(**(fields | more))

    @classmethod
    def opened(cls, found: Message, content: Content, base_url: str, html: Html) -> Self:
        """One message on its own, its HTML as requested, with what it is to confirm."""
        more: dict[str, Any] = {"confirmation": whole.Confirmation.of(content.mail)}
        if html is not Html.RAW:
            url = f"{base_url}/v1/inboxes/{found.id.inbox}/messages/{found.id.sequence}"
            safe = whole.safe_html(content.mail, url, html)
            more |= {"html_body": safe.html, "blocked_images": safe.blocked_images}
        return cls.of(found, content, **more)

    def cut(self) -> Self:
        """The message with its bodies shortened; `truncated` names them."""
        return whole.cut(self, "text_body", "html_body")


class InboxMessages(View):
    """Messages in their order, as many as fit into one answer."""

    inbox_id: InboxId
    messages: list[InboxMessage]
    count: Annotated[Count, about("How many messages are in this answer")]
    last_uid: Annotated[str, about("The `since_uid` to go on with", examples=["1"])]
    inbox_full: PreciseInboxFullOrNot
    warning: FetchWarning | UnsetType = UNSET

    @classmethod
    def of(
        cls,
        inbox: ids.InboxId,
        messages: Iterable[tuple[Message, Content]],
        last: int,
        overflow: Overflow | None = None,
        trouble: Trouble | None = None,
    ) -> Self:
        """Those that fit; `last` is where `since_uid` goes on from if all do."""
        shown: list[InboxMessage] = []
        room = _ROOM_BYTES
        for found, content in messages:
            message, size_bytes = _listed(found, content)
            room -= size_bytes + 1
            if room < 0:
                last = max(int(each.uid) for each in shown)
                break
            shown.append(message)
        return cls(
            inbox_id=str(inbox),
            messages=shown,
            count=len(shown),
            last_uid=str(last),
            inbox_full=PreciseInboxFull.of(overflow),
            warning=FetchWarning.of(trouble) if trouble else UNSET,
        )


class WaitedInboxMessage(Waited):
    """What a wait came to. No answer in time is an answer, too: ask again with `after=seq`."""

    message: Annotated[InboxMessage | None, about("As lists show it; null if none came in time")]
    warning: FetchWarning | UnsetType = UNSET

    @classmethod
    def of(cls, arrival: Arrival, trouble: Trouble | None = None) -> Self:
        """The answer; with what is wrong with the mailbox elsewhere that the inbox shows."""
        message = None
        if arrival.message and arrival.content:
            message, _ = _listed(arrival.message, arrival.content)
        warning = FetchWarning.of(trouble) if trouble else UNSET
        return cls.of_arrival(arrival, message=message, warning=warning)


class InboxMarks(Body):
    """Whether a message is read, and whether it is spam; one of the two, or both."""

    EXAMPLE = {"is_read": True}
    RULES = {"minProperties": 1}

    is_read: bool | UnsetType = UNSET
    is_spam: Annotated[
        bool | UnsetType, about("`false` takes it out of spam: then lists show it")
    ] = UNSET

    def change(self) -> Change:
        """The change; InvalidInput for none."""
        return marks(self.is_read, self.is_spam, *self.__struct_encode_fields__)


class MarkedMessage(View):
    """What is answered when a message is marked."""

    inbox_id: InboxId
    uid: _Uid
    is_read: bool
    is_spam: bool

    @classmethod
    def of(cls, found: Message) -> Self:
        """The marks as they are now."""
        inbox, uid = str(found.id.inbox), str(found.id.sequence)
        return cls(inbox_id=inbox, uid=uid, is_read=found.is_read, is_spam=found.is_spam)


class DeletedInboxMessage(View):
    """What is answered when a message is gone."""

    inbox_id: InboxId
    uid: _Uid
    deleted: bool = True

    @classmethod
    def of(cls, found: Message) -> Self:
        """Which message it was."""
        return cls(inbox_id=str(found.id.inbox), uid=str(found.id.sequence))


def _listed(found: Message, content: Content) -> tuple[InboxMessage, int]:
    """The message as lists have it, and its size in JSON; cut if it would take up a page."""
    message = InboxMessage.of(found, content)
    size_bytes = len(msgspec.json.encode(message))
    if size_bytes <= limits.MAX_LISTED_BYTES:
        return message, size_bytes
    message = message.cut()
    return message, len(msgspec.json.encode(message))


def _headers(mail: ParsedMail) -> dict[str, str]:
    """Values by lower-case name; those of a repeated name one per line, in their order."""
    gathered: dict[str, list[str]] = {}
    for name, value in whole.shown_headers(mail):
        gathered.setdefault(name.lower(), []).append(value)
    return {name: "\n".join(values) for name, values in gathered.items()}


def _received_there(mail: ParsedMail, fetched_at: datetime) -> str:
    """When the POP3 server says that it got the mail: the topmost Received has that (RFC 5321
    section 4.4); not later than it was fetched, and then if there is none.
    """
    top = next((value for name, value in mail.headers if name.lower() == "received"), "")
    found = dated(top.rpartition(";")[2].strip()).moment or mail.date or fetched_at
    return precise_stamp(min(found, fetched_at) if found.year >= 1970 else fetched_at)
