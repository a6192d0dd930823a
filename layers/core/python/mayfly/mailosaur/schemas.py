"""The JSON of Mailosaur's API: servers, messages, lists of messages, and errors."""

import re
from collections.abc import Sequence
from typing import Self

import msgspec
from msgspec import field

from mayfly.inboxes.models import Inbox
from mayfly.kit.clock import precise_stamp
from mayfly.kit.http.schemas import View
from mayfly.mail.mime.models import Mailbox, ParsedMail
from mayfly.mailosaur.content import Found, in_html, in_text
from mayfly.mailosaur.models import FileId, hidden_recipients
from mayfly.messages.message_schemas import CUT_CHARS, shown_headers
from mayfly.messages.models import Content
from mayfly.messages.models import Message as Kept

EMAIL = "Email"
"""The type of all messages here; Mailosaur has others."""
_FROM = re.compile(r"from\s+(\S{1,255})", re.IGNORECASE)


class Server(View):
    """An inbox. Its name is its address."""

    id: str
    name: str
    users: list[str]
    messages: int

    @classmethod
    def of(cls, id: str, inbox: Inbox) -> Self:
        """The inbox as a server of this id."""
        return cls(id=id, name=str(inbox.shown_address), users=[], messages=inbox.held_messages)


class Servers(View):
    """The servers that a key opens."""

    items: list[Server]


class Contact(View):
    """A sender or a recipient."""

    name: str
    email: str
    phone: str | None = None

    @classmethod
    def all(cls, mailboxes: Sequence[Mailbox]) -> list[Self]:
        """Those of one header."""
        return [cls(name=each.name, email=each.address) for each in mailboxes]

    @classmethod
    def hidden(cls, inbox: Inbox, mail: ParsedMail) -> list[Self]:
        """The inbox, if no header names it."""
        named = [each.address for each in (*mail.to, *mail.cc)]
        return [cls(name="", email=each) for each in hidden_recipients(inbox, named)]


class Summary(View):
    """A message in a list."""

    id: str
    type: str
    server: str
    from_: list[Contact] = field(name="from")
    to: list[Contact]
    cc: list[Contact]
    bcc: list[Contact]
    received: str
    subject: str
    summary: str
    attachments: int

    @classmethod
    def of(cls, server: str, inbox: Inbox, found: Kept, content: Content | None) -> Self:
        """A message of the inbox; one that was not opened names the inbox as its recipient."""
        row, mail = found.summary, content.mail if content else None
        sender = Contact(name=row.from_name, email=row.from_address)
        whole = Contact(name="", email=str(inbox.shown_address))
        return cls(
            id=str(found.id),
            type=EMAIL,
            server=server,
            from_=Contact.all(mail.from_) if mail else [sender],
            to=Contact.all(mail.to) if mail else [whole],
            cc=Contact.all(mail.cc) if mail else [],
            bcc=Contact.hidden(inbox, mail) if mail else [],
            received=precise_stamp(row.received_at),
            subject=mail.subject if mail else row.subject,
            summary=row.preview,
            attachments=len(mail.parts) if mail else len(row.attachments),
        )


class Summaries(View):
    """Messages, newest first."""

    items: list[Summary]


class LinkView(View):
    """A link of a body."""

    href: str
    text: str | None


class Code(View):
    """A code of a body."""

    value: str


class ImageView(View):
    """A picture of the HTML."""

    src: str
    alt: str | None


class Body(View):
    """A body, and what is in it; a mail without it has null, and no links."""

    body: str | None
    links: list[LinkView]
    codes: list[Code]
    images: list[ImageView] | None = None

    @classmethod
    def html(cls, mail: ParsedMail) -> Self:
        """The HTML, as it came."""
        found = in_html(mail)
        images = [ImageView(src=each.src, alt=each.alt) for each in found.images]
        return cls._of(mail.html, found, images)

    @classmethod
    def text(cls, mail: ParsedMail) -> Self:
        """The plain text."""
        return cls._of(mail.text, in_text(mail), None)

    @classmethod
    def _of(cls, body: str, found: Found, images: list[ImageView] | None) -> Self:
        return cls(
            body=body or None,
            links=[LinkView(href=each.href, text=each.text) for each in found.links],
            codes=[Code(value=each) for each in found.codes],
            images=images,
        )

    def cut(self) -> "Body":
        """The same, with what fits into an answer."""
        return msgspec.structs.replace(self, body=self.body[:CUT_CHARS] if self.body else None)


class Attachment(View, rename="camel"):
    """An attachment, or a picture of the HTML."""

    id: str
    content_type: str
    file_name: str
    content_id: str | None
    length: int
    url: str


class Header(View):
    """A header of the mail."""

    field: str
    value: str


class Metadata(View, rename="camel"):
    """How the mail came."""

    headers: list[Header]
    ehlo: str | None
    mail_from: str | None
    rcpt_to: list[Contact]

    @classmethod
    def of(cls, inbox: Inbox, mail: ParsedMail) -> Self:
        """What of the envelope the headers tell; of its recipients the inbox alone."""
        headers = shown_headers(mail)
        named = {name.lower(): value for name, value in reversed(headers)}
        hop, path = _FROM.match(named.get("received", "")), named.get("return-path")
        return cls(
            headers=[Header(field=name, value=value) for name, value in headers],
            ehlo=hop[1] if hop else None,
            mail_from=None if path is None else path.strip().strip("<>"),
            rcpt_to=[Contact(name="", email=str(inbox.shown_address))],
        )


class Message(View):
    """A whole message."""

    id: str
    type: str
    server: str
    from_: list[Contact] = field(name="from")
    to: list[Contact]
    cc: list[Contact]
    bcc: list[Contact]
    received: str
    subject: str
    html: Body
    text: Body
    attachments: list[Attachment]
    metadata: Metadata

    @classmethod
    def of(cls, server: str, inbox: Inbox, found: Kept, content: Content, files: str) -> Self:
        """A message of the inbox; its attachments are found below the URL `files`."""
        mail = content.mail
        ids = {each.id: str(FileId(found.id, each.id)) for each in mail.parts}
        return cls(
            id=str(found.id),
            type=EMAIL,
            server=server,
            from_=Contact.all(mail.from_),
            to=Contact.all(mail.to),
            cc=Contact.all(mail.cc),
            bcc=Contact.hidden(inbox, mail),
            received=precise_stamp(found.summary.received_at),
            subject=mail.subject,
            html=Body.html(mail),
            text=Body.text(mail),
            attachments=[
                Attachment(
                    id=ids[each.id],
                    content_type=each.content_type,
                    file_name=each.filename,
                    content_id=each.content_id or None,
                    length=each.size,
                    url=f"{files}/{ids[each.id]}",
                )
                for each in mail.parts
            ],
            metadata=Metadata.of(inbox, mail),
        )

    def cut(self) -> "Message":
        """The message with its bodies shortened."""
        return msgspec.structs.replace(self, html=self.html.cut(), text=self.text.cut())


class Detail(View):
    """What is wrong with a field."""

    description: str


class FieldError(View):
    """A field that cannot be."""

    field: str
    detail: list[Detail]


class ValidationError(View):
    """What is answered with 400."""

    type: str
    messages: dict[str, str]
    errors: list[FieldError]

    @classmethod
    def of(cls, field: str, text: str) -> Self:
        """One field is wrong."""
        error = FieldError(field=field, detail=[Detail(description=text)])
        return cls(type="ValidationError", messages={field: text}, errors=[error])


class Failure(View):
    """What is answered with every other error; the clients show it as it is."""

    type: str
    message: str
