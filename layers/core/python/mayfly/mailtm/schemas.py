"""mail.tm's JSON: accounts, domains, messages and their sources, plain or with JSON-LD's words.

Paths in it are relative to where the facade is, as clients put them behind their base URL.
"""

from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Self

import msgspec
from msgspec import field

from mayfly.domains.models import MailDomain
from mayfly.inboxes import models as inboxes
from mayfly.kit.clock import stamp
from mayfly.kit.http.schemas import Count, Time, View, about
from mayfly.mail.mime.models import Part
from mayfly.messages import models
from mayfly.messages.message_schemas import CUT_CHARS, NamedAddress

_UNKNOWN = datetime.fromtimestamp(0, UTC)
"""When the deployment began to name a domain is not known, and clients need a time."""


class Resource(View, rename="camel"):
    """What has a path of its own. `KIND` is its type in JSON-LD."""

    KIND: ClassVar[str]
    FOLDER: ClassVar[str]

    id: str

    @property
    def path(self) -> str:
        """Where it is."""
        return f"{self.FOLDER}/{self.id}"

    def linked(self) -> dict[str, Any]:
        """Its fields, with the words of JSON-LD."""
        return {"@id": self.path, "@type": self.KIND, **msgspec.to_builtins(self)}


class Domain(Resource, rename="camel"):
    """A domain that accounts can be made at."""

    KIND: ClassVar[str] = "Domain"
    FOLDER: ClassVar[str] = "/domains"

    domain: str
    is_active: bool
    is_private: bool
    created_at: Time
    updated_at: Time

    @classmethod
    def of(cls, domain: MailDomain) -> Self:
        """A domain of the deployment's or of an admin's."""
        created_at = domain.created_at or _UNKNOWN
        return cls(
            id=domain.id,
            domain=domain.name,
            is_active=domain.is_active,
            is_private=False,
            created_at=stamp(created_at),
            updated_at=stamp(domain.updated_at or created_at),
        )


class Account(Resource, rename="camel"):
    """A private inbox as mail.tm's accounts are."""

    KIND: ClassVar[str] = "Account"
    FOLDER: ClassVar[str] = "/accounts"

    address: str
    quota: Annotated[Count, about("Bytes it holds at most")]
    used: Count
    is_disabled: bool
    is_deleted: bool
    created_at: Time
    updated_at: Time

    @classmethod
    def of(cls, inbox: inboxes.Inbox, quota: inboxes.Quota) -> Self:
        """An inbox that is there."""
        return cls(
            id=str(inbox.id),
            address=str(inbox.shown_address),
            quota=quota.size_bytes,
            used=inbox.held_bytes,
            is_disabled=False,
            is_deleted=False,
            created_at=stamp(inbox.created_at),
            updated_at=stamp(inbox.created_at),
        )


class Token(Resource, rename="camel"):
    """What opens an account."""

    KIND: ClassVar[str] = "Token"
    FOLDER: ClassVar[str] = "/accounts"

    token: str


class MessageLine(Resource, rename="camel", kw_only=True):
    """A message in a list."""

    KIND: ClassVar[str] = "Message"
    FOLDER: ClassVar[str] = "/messages"

    account_id: Annotated[str, about("The account's path")]
    msgid: Annotated[str, about("Message-ID; in lists empty: the mail is not read for them")]
    from_: NamedAddress = field(name="from")
    to: Annotated[list[NamedAddress], about("In lists the account's own address alone")]
    subject: str
    intro: str
    seen: bool
    is_deleted: bool
    has_attachments: bool
    size: Count
    download_url: str
    source_url: str
    created_at: Time
    updated_at: Time

    @classmethod
    def listed(cls, found: models.Message, inbox: inboxes.Inbox) -> Self:
        """The message as a list of this inbox shows it."""
        return cls.of(found, to=[NamedAddress(name="", address=str(inbox.shown_address))])

    @classmethod
    def of(cls, found: models.Message, **more: Any) -> Self:
        """The message; `more` are other fields, `to` among them."""
        summary, message_id = found.summary, str(found.id)
        line: dict[str, Any] = {
            "account_id": f"{Account.FOLDER}/{found.id.inbox}",
            "msgid": "",
            "from_": NamedAddress(name=summary.from_name, address=summary.from_address),
            "subject": summary.subject,
            "intro": summary.preview,
            "seen": found.is_read,
            "is_deleted": False,
            "has_attachments": bool(summary.attachments),
            "size": summary.size_bytes,
            "download_url": f"{cls.FOLDER}/{message_id}/download",
            "source_url": f"{Source.FOLDER}/{message_id}",
            "created_at": stamp(summary.received_at),
            "updated_at": stamp(summary.received_at),
        }
        return cls(id=message_id, **(line | more))


class Attachment(View, rename="camel"):
    """A part of a message; it has no path of its own but its download."""

    id: str
    filename: str
    content_type: str
    disposition: str
    transfer_encoding: str
    related: Annotated[bool, about("Whether it belongs into the HTML")]
    size: Count
    download_url: str

    @classmethod
    def of(cls, part: Part, message_path: str) -> Self:
        """A part of the message that is there."""
        return cls(
            id=part.id,
            filename=part.filename,
            content_type=part.content_type,
            disposition="inline" if part.inline else "attachment",
            transfer_encoding=part.encoding,
            related=part.inline,
            size=part.size,
            download_url=f"{message_path}/attachment/{part.id}",
        )


class Message(MessageLine, rename="camel", kw_only=True):
    """A message. Reading it does not mark it as seen."""

    cc: list[NamedAddress]
    bcc: list[NamedAddress]
    flagged: bool
    verifications: list[str]
    retention: bool
    retention_date: Annotated[Time, about("From then on it is not found")]
    text: str
    html: Annotated[list[str], about("As it came; empty if the mail has none")]
    attachments: list[Attachment]

    @classmethod
    def opened(cls, found: models.Message, content: models.Content) -> Self:
        """The message with all that was read of the mail."""
        mail, path = content.mail, f"{cls.FOLDER}/{found.id}"
        return cls.of(
            found,
            msgid=mail.message_id,
            to=NamedAddress.all(mail.to),
            subject=mail.subject,
            cc=NamedAddress.all(mail.cc),
            bcc=[],
            flagged=found.is_flagged,
            verifications=[],
            retention=True,
            retention_date=stamp(found.expires_at),
            text=mail.text,
            html=[mail.html] if mail.html else [],
            attachments=[Attachment.of(part, path) for part in mail.parts],
        )

    def cut(self) -> Self:
        """The same with shortened bodies, for an answer that would be too large."""
        html = [each[:CUT_CHARS] for each in self.html]
        return msgspec.structs.replace(self, text=self.text[:CUT_CHARS], html=html)


class Source(Resource, rename="camel"):
    """A raw mail as text; `download_url` has it byte for byte."""

    KIND: ClassVar[str] = "Source"
    FOLDER: ClassVar[str] = "/sources"

    download_url: str
    data: str

    @classmethod
    def of(cls, message_id: str, raw: bytes) -> Self:
        """The source of this message: bytes that are no UTF-8 are replaced."""
        download_url = f"{MessageLine.FOLDER}/{message_id}/download"
        return cls(id=message_id, download_url=download_url, data=raw.decode("utf-8", "replace"))
