"""The JSON of `message.received`: what a list shows, the text, and links to the rest."""

from collections.abc import Sequence
from typing import Annotated, Self

from msgspec import field

from mayfly import limits
from mayfly.kit.clock import stamp
from mayfly.kit.http.schemas import Count, Time, View, about
from mayfly.messages.message_schemas import Confirmation, NamedAddress
from mayfly.messages.models import Content, Message
from mayfly.messages.schemas import Verdicts
from mayfly.webhooks.links import FileLinks


class LinkedAttachment(View, rename="camel"):
    """An attachment, and where its bytes are for a while."""

    id: str
    filename: str
    content_type: str
    size: Count
    content_id: str | None
    inline: bool
    url: Annotated[str, about("Opens without a token until `linksExpireAt`", format="uri")]


class ReceivedMessage(View, rename="camel"):
    """A message that came in."""

    id: str
    seq: Count
    inbox_id: str
    address: Annotated[str, about("The inbox that it came to")]
    from_: str = field(name="from")
    from_name: str
    to: Sequence[NamedAddress]
    cc: Sequence[NamedAddress]
    reply_to: Sequence[NamedAddress]
    subject: str
    message_id: Annotated[str, about("The mail's own Message-ID")]
    thread_id: str
    received_at: Time
    expires_at: Time
    size: Count
    sha256: str
    verdicts: Verdicts
    text: Annotated[str, about("The beginning of the text, up to 16 KB")]
    truncated: Annotated[bool, about("Whether the text was longer")]
    confirmation: Confirmation
    attachments: Sequence[LinkedAttachment]
    raw_url: Annotated[str, about("The raw mail, likewise", format="uri")]
    links_expire_at: Time

    @classmethod
    def of(cls, found: Message, content: Content, address: str, links: FileLinks) -> Self:
        """The message, with new links."""
        mail, summary = content.mail, found.summary
        text = _beginning(mail.text)
        return cls.of_model(
            summary,
            id=str(found.id),
            seq=found.id.sequence,
            inbox_id=str(found.id.inbox),
            address=address,
            from_=summary.from_address,
            to=NamedAddress.all(mail.to),
            cc=NamedAddress.all(mail.cc),
            reply_to=NamedAddress.all(mail.reply_to),
            subject=mail.subject,
            message_id=mail.message_id,
            expires_at=stamp(found.expires_at),
            size=summary.size_bytes,
            sha256=content.sha256,
            verdicts=Verdicts.of(summary.verdicts),
            text=text,
            truncated=len(text) < len(mail.text),
            confirmation=Confirmation.of(mail),
            attachments=[
                LinkedAttachment.of_model(
                    part, content_id=part.content_id or None, url=links.link(found.id, part.id)
                )
                for part in mail.parts
            ],
            raw_url=links.link(found.id),
            links_expire_at=stamp(links.end()),
        )


def _beginning(text: str) -> str:
    """As much of it, in whole characters, as takes so many bytes."""
    octets = text[: limits.WEBHOOK_TEXT_BYTES].encode()[: limits.WEBHOOK_TEXT_BYTES]
    return octets.decode(errors="ignore")
