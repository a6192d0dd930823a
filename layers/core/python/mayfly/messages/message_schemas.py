"""Document 000's JSON of one whole message, and of the relays that it came through."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, TypeVar
from urllib.parse import quote

import msgspec
from msgspec import UNSET, UnsetType, field

from mayfly import limits
from mayfly.kit.clock import stamp, stamp_or_none
from mayfly.kit.http.query import Html
from mayfly.kit.http.schemas import Count, Time, View, about
from mayfly.mail.mime.models import DEFECTS
from mayfly.mail.mime.parser import Mailbox, ParsedMail, Part
from mayfly.messages import models
from mayfly.messages.schemas import AttachmentLine, MessageLine

if TYPE_CHECKING:
    from mayfly.mail import diagnostics
    from mayfly.mail.html.sanitize import SafeHtml

CUT_CHARS = 150_000
"""What is left of a body in a document that would be too large for one answer."""

# RFC 5322 section 3.6.3 and RFC 5321 section 7.2: other recipients are no reader's business.
_HIDDEN_HEADERS = {"bcc", "resent-bcc"}
# It begins with the first of several blanks: from each of them, it would be looked for to the last.
_FOR_CLAUSE = re.compile(
    r"(?:(?<!\s)\s++|(?<=\())for\s++(?:<[^<>]*+>|[^\s;<>]+@[^\s;<>]+)", re.IGNORECASE
)
WHAT_IS_WRONG = (
    "What is wrong with the mail, or was cut. After a name `:` and a detail may follow. "
    + (", ".join(f"`{name}`" for name in DEFECTS))
)
ContentType = Annotated[str, about("What the mail says it is", examples=["application/pdf"])]
ContentId = Annotated[str | None, about("What `cid:` links in the HTML call it")]
Inline = Annotated[bool, about("Whether it belongs into the HTML")]
OwnId = Annotated[str, about("Message-ID of the mail, empty if it has none")]
Sha256 = Annotated[str, about("Of the raw mail", pattern="^[0-9a-f]{64}$")]
Text = Annotated[str, about("The plain text, empty if the mail has none")]
HtmlText = Annotated[str, about("The HTML, as it came without `html=safe`; empty if none")]
Defects = Annotated[
    list[Annotated[str, about(examples=["missing-boundary"])]], about(WHAT_IS_WRONG)
]
BlockedImages = Annotated[
    Count | UnsetType,
    about("With `html=safe`: images that lie elsewhere and were left out; 0 with `images=remote`"),
]
_Ids = list[Annotated[str, about(examples=["<id@example.com>"])]]


class MessageAttachment(AttachmentLine, rename="camel"):
    """An attachment of a message."""

    id: str
    content_type: ContentType
    content_id: ContentId
    inline: Inline
    url: Annotated[str, about("Where its bytes are", format="uri")]

    @classmethod
    def of(cls, part: Part, url: str) -> Self:
        """An attachment of the message that is found at this URL."""
        url = _attachment_url(part, url)
        return cls.of_model(part, content_id=part.content_id or None, url=url)


class NamedAddress(View):
    """An address that a header names."""

    name: str
    address: str

    @classmethod
    def all(cls, mailboxes: Sequence[Mailbox]) -> list[Self]:
        """Those of one header."""
        return list(map(cls.of_model, mailboxes))


class MessageHeader(View):
    """One header of an email."""

    name: str
    value: str


class Confirmation(View):
    """What the mail is for, if it clearly is for that; null if not, or if there are two.

    It is found by words alone, and says nothing of whether the sender is who it claims to be.
    """

    code: Annotated[str | None, about("The code to type, without blanks", examples=["482913"])]
    link: Annotated[
        str | None, about("The link that confirms, signs in or sets a password; https or http")
    ]
    secure: Annotated[bool | None, about("Whether the link is https; null without a link")]

    @classmethod
    def of(cls, mail: ParsedMail) -> Self:
        """What the reader is to type or to open, if the mail clearly says so."""
        from mayfly.mail.codes import find as looking

        found = looking.confirmation(mail.subject, mail.text, mail.html, limits.CONFIRMATION)
        return cls.of_model(found)


class Hop(View, rename="camel"):
    """A relay of an email."""

    from_: Annotated[str, about("The host that handed the message over")] = field(name="from")
    by: Annotated[str, about("The host that took it")]
    with_: Annotated[str, about(examples=["ESMTPS"])] = field(name="with")
    date: Time | None
    delay_seconds: Annotated[float, about("Since the hop before")]

    @classmethod
    def of(cls, hop: "diagnostics.Hop") -> Self:
        """A hop, without whom the mail was for."""
        named = {name: without_recipients(getattr(hop, name)) for name in ("from_", "by", "with_")}
        return cls.of_model(hop, **named)


class Diagnostics(View):
    """What the headers say beyond the message."""

    hops: Annotated[
        list[Hop],
        about("The relays of the mail, the first one first; all but the last may be invented"),
    ]
    defects: list[str]

    @classmethod
    def of(cls, found: "diagnostics.Diagnostics") -> Self:
        """The hops, and the faults of the headers."""
        return cls(hops=list(map(Hop.of, found.hops)), defects=list(found.defects))


class WholeMessage(MessageLine, rename="camel", kw_only=True):
    """A message. Reading it does not mark it as read."""

    body: Text
    html: HtmlText
    attachments: Sequence[MessageAttachment]
    to: list[NamedAddress]
    cc: list[NamedAddress]
    reply_to: list[NamedAddress]
    sender: list[NamedAddress]
    date: Annotated[Time | None, about("What the sender claims")]
    headers: Annotated[
        list[MessageHeader],
        about("Decoded, in their order; without Bcc and the recipients in Received"),
    ]
    message_id: OwnId
    in_reply_to: _Ids
    references: _Ids
    list_unsubscribe: list[str]
    defects: Defects
    recovered: Annotated[bool, about("Whether its recipients had to be read from its own headers")]
    sha256: Sha256
    expires_at: Annotated[Time, about("From then on it is not found")]
    raw_url: Annotated[str, about("Where the raw mail is", format="uri")]
    confirmation: Confirmation
    truncated: Annotated[
        Sequence[Literal["body", "html"]], about("What was too long for one answer and is cut")
    ]
    blocked_images: BlockedImages = UNSET

    @classmethod
    def opened(
        cls, found: models.Message, content: models.Content, url: str, html: Html, **more: Any
    ) -> Self:
        """The message that is found at this URL: its line, then all that was read of the mail.

        `html` is as it came, or made safe with the mail's own images linked; `blockedImages`
        counts those that were not. It names neither Bcc nor whom a relay passed the mail on `for`.
        """
        mail = content.mail
        whole: dict[str, Any] = {
            "body": mail.text,
            "html": mail.html,
            "attachments": [MessageAttachment.of(part, url) for part in mail.parts],
            "to": NamedAddress.all(mail.to),
            "cc": NamedAddress.all(mail.cc),
            "reply_to": NamedAddress.all(mail.reply_to),
            "sender": NamedAddress.all(mail.sender),
            "date": stamp_or_none(mail.date),
            "headers": [MessageHeader(name, value) for name, value in shown_headers(mail)],
            "message_id": mail.message_id,
            "in_reply_to": list(mail.in_reply_to),
            "references": list(mail.references),
            "list_unsubscribe": list(mail.list_unsubscribe),
            "defects": list(mail.defects),
            "recovered": found.summary.recovered,
            "sha256": content.sha256,
            "expires_at": stamp(found.expires_at),
            "raw_url": f"{url}/raw",
            "confirmation": Confirmation.of(mail),
            "truncated": [],
        }
        if html is not Html.RAW:
            safe = safe_html(mail, url, html)
            whole |= {"html": safe.html, "blocked_images": safe.blocked_images}
        return cls.of(found, **(whole | more))


class Message(WholeMessage, rename="camel", kw_only=True):
    """A message. Reading it does not mark it as read."""

    diagnostics: Diagnostics | UnsetType = UNSET


_Whole = TypeVar("_Whole", bound=View)


def cut(whole: _Whole, text: str = "body", html: str = "html") -> _Whole:
    """The message with these two bodies shortened; `truncated` names them. The raw mail has all."""
    long = [name for name in (text, html) if len(getattr(whole, name)) > CUT_CHARS]
    shorter = {name: getattr(whole, name)[:CUT_CHARS] for name in long}
    if html in shorter and getattr(whole, "blocked_images", UNSET) is not UNSET:
        shorter[html] = ""  # safe HTML goes as a whole: what ends inside a tag is not safe any more
    named = dict(zip(whole.__struct_fields__, whole.__struct_encode_fields__, strict=True))
    return msgspec.structs.replace(whole, **shorter, truncated=[named[name] for name in long])


def shown_headers(mail: ParsedMail) -> list[tuple[str, str]]:
    """The headers that a reader sees, in their order: none that names other recipients."""
    return [
        (name, without_recipients(value) if name.lower() == "received" else value)
        for name, value in mail.headers
        if name.lower() not in _HIDDEN_HEADERS
    ]


def without_recipients(received: str) -> str:
    """A Received header's words without `for <address>`, which names an envelope recipient."""
    return _FOR_CLAUSE.sub("", received)


def safe_html(mail: ParsedMail, url: str, wanted: Html) -> "SafeHtml":
    """The mail's HTML made safe, with its own images linked below the message's URL."""
    from mayfly.mail.html.sanitize import sanitise
    from mayfly.mail.mime.pictures import picture_names

    names = picture_names(mail.parts)
    images = {name: _attachment_url(part, url) for name, part in names.items()}
    return sanitise(mail.html, images, remote_images=wanted is Html.WITH_IMAGES)


def _attachment_url(part: Part, url: str) -> str:
    return f"{url}/attachments/{quote(part.id, safe='')}"
