"""Mailpit's JSON of one whole message, field for field."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Self

import msgspec

from mayfly import limits
from mayfly.inboxes.models import Inbox
from mayfly.kit.clock import precise_stamp
from mayfly.kit.http.schemas import View
from mayfly.mail.mime.models import ParsedMail, Part
from mayfly.mail.mime.transfer import part_bytes
from mayfly.mailpit.schemas import NO_TAGS, Person, bare, go, sender, unnamed
from mayfly.messages.message_schemas import CUT_CHARS, shown_headers
from mayfly.messages.models import Content, Message


class Checksums(View, rename=go, kw_only=True):
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


class Attachment(View, rename=go):
    """An attachment, or a picture in the HTML."""

    part_id: str
    file_name: str
    content_type: str
    content_id: str
    size: int
    checksums: Checksums


class ListUnsubscribe(View, rename=go, kw_only=True):
    """What the List-Unsubscribe headers say."""

    header: str
    links: list[str]
    errors: str = ""
    header_post: str


class Whole(View, rename=go, kw_only=True):
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
    tags: Sequence[str] = NO_TAGS
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
            message_id=bare(mail.message_id),
            from_=sender(message),
            to=Person.all(mail.to),
            cc=Person.all(mail.cc),
            bcc=unnamed(mail, inbox),
            reply_to=Person.all(mail.reply_to),
            return_path=bare(header(mail, "return-path")),
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
