"""Messages: mail of public addresses.

Written by `make pages`; what is wrong here is wrong in `mayfly/` or in `bench/pages/client.py`.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from mayfly_client.flows import M, Sent, operation
from mayfly_client.subjects import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentLine:
    """An attachment as a list names it."""

    filename: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """What SES found: PASS, FAIL, GRAY, PROCESSING_FAILED, or null if it did not look."""

    spam: str | None
    virus: str | None
    spf: str | None
    dkim: str | None
    dmarc: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLine:
    """A message in a list."""

    id: str
    from_: str
    subject: str
    received_at: datetime
    has_attachments: bool
    seq: int
    from_name: str
    preview: str
    is_read: bool
    is_spam: bool
    size: int
    attachments: "list[AttachmentLine]"
    verdicts: "Verdicts"
    thread_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletedMessages:
    """What is answered when a filter's messages are gone."""

    deleted: int
    seq: int
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitedMessage:
    """What a wait came to. No answer in time is an answer, too: ask again with `after=seq`."""

    status: str
    value: str | None
    confidence: str | None
    where: str | None
    seq: int
    message: "MessageLine | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleSent:
    """A sample message is on its way."""

    email: str
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageAttachment:
    """An attachment of a message."""

    filename: str
    size: int
    id: str
    content_type: str
    content_id: str | None
    inline: bool
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedAddress:
    """An address that a header names."""

    name: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageHeader:
    """One header of an email."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """What the mail is for, if it clearly is for that; null if not, or if there are two.

    It is found by words alone, and says nothing of whether the sender is who it claims to
    be.
    """

    code: str | None
    link: str | None
    secure: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """A relay of an email."""

    from_: str
    by: str
    with_: str
    date: datetime | None
    delay_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostics:
    """What the headers say beyond the message."""

    hops: "list[Hop]"
    defects: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message. Reading it does not mark it as read."""

    id: str
    from_: str
    subject: str
    received_at: datetime
    has_attachments: bool
    seq: int
    from_name: str
    preview: str
    is_read: bool
    is_spam: bool
    size: int
    attachments: "list[MessageAttachment]"
    verdicts: "Verdicts"
    thread_id: str
    body: str
    html: str
    to: "list[NamedAddress]"
    cc: "list[NamedAddress]"
    reply_to: "list[NamedAddress]"
    sender: "list[NamedAddress]"
    date: datetime | None
    headers: "list[MessageHeader]"
    message_id: str
    in_reply_to: list[str]
    references: list[str]
    list_unsubscribe: list[str]
    defects: list[str]
    recovered: bool
    sha256: str
    expires_at: datetime
    raw_url: str
    confirmation: "Confirmation"
    truncated: list[str]
    blocked_images: int | None = None
    diagnostics: "Diagnostics | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletedMessage:
    """What is answered when a message is gone."""

    id: str
    deleted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLink:
    """Where a file is."""

    url: str = field(repr=False)


class MessagesApi(Subject[M]):
    """Mail of public addresses."""

    @operation("GET", "/api/emails/{email}/messages", list[MessageLine])
    def list_messages(
        self,
        email: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        after: int | None = None,
        wait: int | None = None,
        include_spam: bool | None = None,
        from_: str | None = None,
        to: str | None = None,
        subject: str | None = None,
        text: str | None = None,
        has_attachment: bool | None = None,
        is_read: bool | None = None,
        since: datetime | str | None = None,
        before: datetime | str | None = None,
        larger: str | None = None,
        smaller: str | None = None,
        q: str | None = None,
    ) -> Sent:
        """List messages.

        For programs: `after=0&wait=25`, then again and again with `after` from `X-Last-
        Sequence`. Answers as soon as there is mail; nothing is missed or repeated.
        """
        return Sent(
            (email,),
            query={
                "limit": limit,
                "cursor": cursor,
                "after": after,
                "wait": wait,
                "includeSpam": include_spam,
                "from": from_,
                "to": to,
                "subject": subject,
                "text": text,
                "hasAttachment": has_attachment,
                "isRead": is_read,
                "since": since,
                "before": before,
                "larger": larger,
                "smaller": smaller,
                "q": q,
            },
        )

    @operation("DELETE", "/api/emails/{email}/messages", DeletedMessages, ("token",))
    def delete_messages(
        self,
        email: str,
        *,
        after: int | None = None,
        include_spam: bool | None = None,
        from_: str | None = None,
        to: str | None = None,
        subject: str | None = None,
        text: str | None = None,
        has_attachment: bool | None = None,
        is_read: bool | None = None,
        since: datetime | str | None = None,
        before: datetime | str | None = None,
        larger: str | None = None,
        smaller: str | None = None,
        q: str | None = None,
    ) -> Sent:
        """Delete the messages that a filter means.

        At most 100 in one request, the oldest ones first: with `more`, ask again with
        `after` from `seq`. A request that names no filter is refused.
        """
        return Sent(
            (email,),
            query={
                "after": after,
                "includeSpam": include_spam,
                "from": from_,
                "to": to,
                "subject": subject,
                "text": text,
                "hasAttachment": has_attachment,
                "isRead": is_read,
                "since": since,
                "before": before,
                "larger": larger,
                "smaller": smaller,
                "q": q,
            },
        )

    @operation("GET", "/api/emails/{email}/wait", WaitedMessage)
    def wait_for_message(
        self,
        email: str,
        *,
        after: int | None = None,
        require: Literal["message", "code", "link"] | None = None,
        timeout: int | None = None,
        include_spam: bool | None = None,
        from_: str | None = None,
        to: str | None = None,
        subject: str | None = None,
        text: str | None = None,
        has_attachment: bool | None = None,
        is_read: bool | None = None,
        since: datetime | str | None = None,
        before: datetime | str | None = None,
        larger: str | None = None,
        smaller: str | None = None,
        q: str | None = None,
    ) -> Sent:
        """Wait for a message, a code or a link.

        Take `after` before you trigger the mail, 0 for a new inbox, and nothing is missed.
        Time that is over is an answer (`timeout`), not an error: ask again with `after`
        from `seq`.
        """
        return Sent(
            (email,),
            query={
                "after": after,
                "require": require,
                "timeout": timeout,
                "includeSpam": include_spam,
                "from": from_,
                "to": to,
                "subject": subject,
                "text": text,
                "hasAttachment": has_attachment,
                "isRead": is_read,
                "since": since,
                "before": before,
                "larger": larger,
                "smaller": smaller,
                "q": q,
            },
        )

    @operation("POST", "/api/emails/{email}/sample", SampleSent, ("token",))
    def send_sample(self, email: str) -> Sent:
        """Send a sample message with a code.

        For trying `wait`: a message with a code comes in, as any other does, within a
        second or so. It counts as one more inbox for `RATE_LIMIT_CREATE`.
        """
        return Sent((email,))

    @operation("GET", "/api/messages/{id}", Message)
    def show_message(
        self,
        message_id: str,
        *,
        html: Literal["raw", "safe"] | None = None,
        images: Literal["blocked", "remote"] | None = None,
        diagnostics: bool | None = None,
    ) -> Sent:
        """Show a message."""
        return Sent(
            (message_id,), query={"html": html, "images": images, "diagnostics": diagnostics}
        )

    @operation("PATCH", "/api/messages/{id}", MessageLine, ("token",))
    def mark_message(
        self, message_id: str, *, is_read: bool | None = None, is_spam: bool | None = None
    ) -> Sent:
        """Mark a message as read, or as spam.

        Everybody who may read it may mark it as read; `isSpam` needs the access token.
        """
        return Sent((message_id,), body={"isRead": is_read, "isSpam": is_spam})

    @operation("DELETE", "/api/messages/{id}", DeletedMessage, ("token",))
    def delete_message(self, message_id: str) -> Sent:
        """Delete a message."""
        return Sent((message_id,))

    @operation("GET", "/api/messages/{id}/raw", bytes)
    def raw_message(self, message_id: str) -> Sent:
        """Download the raw mail.

        Byte for byte what was received, with the `sha256` that the message shows.
        """
        return Sent((message_id,))

    @operation("GET", "/api/messages/{id}/raw", FileLink)
    def raw_message_link(self, message_id: str) -> Sent:
        """Download the raw mail: where it is, for a few minutes."""
        return Sent((message_id,), query={"link": "1"})

    @operation("GET", "/api/messages/{id}/attachments/{attachmentId}", bytes)
    def download_attachment(self, message_id: str, attachment_id: str) -> Sent:
        """Download an attachment.

        With the attachment's type, except types that a browser might run: those come as
        application/octet-stream.
        """
        return Sent((message_id, attachment_id))

    @operation("GET", "/api/messages/{id}/attachments/{attachmentId}", FileLink)
    def download_attachment_link(self, message_id: str, attachment_id: str) -> Sent:
        """Download an attachment: where it is, for a few minutes."""
        return Sent((message_id, attachment_id), query={"link": "1"})
