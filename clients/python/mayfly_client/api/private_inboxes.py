"""Private inboxes: opened by a token that ends soon and can be exchanged.

Written by `make pages`; what is wrong here is wrong in `mayfly/` or in `bench/pages/client.py`.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from mayfly_client.api.messages import Confirmation, DeletedMessages, FileLink, SampleSent, Verdicts
from mayfly_client.flows import M, Sent, operation
from mayfly_client.subjects import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class NewInbox:
    """A new inbox. Only its token opens it, however well its address is known."""

    inbox_id: str
    email_address: str
    inbox_type: str
    access_token: str = field(repr=False)
    token_expires_at: datetime
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxLogin:
    """A new token; the inbox's other ones go on."""

    inbox_id: str
    email_address: str
    access_token: str = field(repr=False)
    token_expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PreciseInboxFull:
    """Since when mail is dropped, and how many, with the times of document 003."""

    since: datetime
    dropped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """An inbox as its holder sees it."""

    inbox_id: str
    email_address: str
    inbox_type: str
    token_expires_at: datetime
    created_at: datetime
    expires_at: datetime
    message_count: int
    last_uid: str
    inbox_full: "PreciseInboxFull | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletedInbox:
    """What is answered when an inbox is gone."""

    inbox_id: str
    deleted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RotatedToken:
    """A new token; the inbox's older ones open nothing any more."""

    inbox_id: str
    access_token: str = field(repr=False)
    token_expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """An address that a header names."""

    address: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxAttachment:
    """An attachment of a message."""

    id: str
    filename: str
    content_type: str
    size_bytes: int
    content_id: str | None
    inline: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxMessage:
    """A whole message. Reading it does not mark it as read. Lists have no `confirmation`."""

    id: str
    uid: str
    message_id: str
    sender: str
    recipients: "list[Recipient]"
    subject: str
    text_body: str
    html_body: str
    headers: dict[str, str]
    size_bytes: int
    received_at: datetime
    fetched_at: datetime
    attachments: "list[InboxAttachment]"
    sender_name: str
    is_read: bool
    is_spam: bool
    expires_at: datetime
    sha256: str
    verdicts: "Verdicts"
    thread_id: str
    defects: list[str]
    truncated: list[str]
    pop3_uidl: str | None = None
    blocked_images: int | None = None
    confirmation: "Confirmation | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchWarning:
    """Why the last fetch did not bring all there is."""

    stage: str
    code: str | None
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxMessages:
    """Messages in their order, as many as fit into one answer."""

    inbox_id: str
    messages: "list[InboxMessage]"
    count: int
    last_uid: str
    inbox_full: "PreciseInboxFull | None"
    warning: "FetchWarning | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitedInboxMessage:
    """What a wait came to. No answer in time is an answer, too: ask again with `after=seq`."""

    status: str
    value: str | None
    confidence: str | None
    where: str | None
    seq: int
    message: "InboxMessage | None"
    warning: "FetchWarning | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedMessage:
    """What is answered when a message is marked."""

    inbox_id: str
    uid: str
    is_read: bool
    is_spam: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletedInboxMessage:
    """What is answered when a message is gone."""

    inbox_id: str
    uid: str
    deleted: bool


class PrivateInboxesApi(Subject[M]):
    """Opened by a token that ends soon and can be exchanged."""

    @operation("POST", "/v1/inboxes", NewInbox)
    def create_inbox(
        self,
        *,
        mode: Literal["external", "generated"],
        token_ttl_seconds: int | None = None,
        domain: str | None = None,
        email_address: str | None = None,
        pop3_host: str | None = None,
        pop3_port: int | None = None,
        pop3_tls: bool | None = None,
        pop3_username: str | None = None,
        pop3_password: str | None = None,
        pop3_delete: bool | None = None,
    ) -> Sent:
        """Create a private inbox.

        Its name can be read aloud; what opens it is the token, and nothing else. With
        `mode: "external"` it shows a POP3 mailbox of yours, which is logged in to at once,
        and then no more than once a minute. What is there stays there, unless `pop3_delete`
        says otherwise.
        """
        return Sent(
            body={
                "mode": mode,
                "token_ttl_seconds": token_ttl_seconds,
                "domain": domain,
                "email_address": email_address,
                "pop3_host": pop3_host,
                "pop3_port": pop3_port,
                "pop3_tls": pop3_tls,
                "pop3_username": pop3_username,
                "pop3_password": pop3_password,
                "pop3_delete": pop3_delete,
            }
        )

    @operation("POST", "/v1/inboxes:login", InboxLogin)
    def login_inbox(
        self, *, email: str, password: str, token_ttl_seconds: int | None = None
    ) -> Sent:
        """Get a token for a password.

        For inboxes that were generated with a password. Others have none.
        """
        return Sent(
            body={"email": email, "password": password, "token_ttl_seconds": token_ttl_seconds}
        )

    @operation("GET", "/v1/inboxes/{inboxId}", Inbox, ("token",))
    def show_inbox(self, inbox_id: str) -> Sent:
        """Show an inbox."""
        return Sent((inbox_id,))

    @operation("DELETE", "/v1/inboxes/{inboxId}", DeletedInbox, ("token",))
    def delete_inbox(self, inbox_id: str) -> Sent:
        """Delete an inbox. Works after the inbox has expired, too."""
        return Sent((inbox_id,))

    @operation("POST", "/v1/inboxes/{inboxId}/token:rotate", RotatedToken, ("token",))
    def rotate_token(self, inbox_id: str, *, token_ttl_seconds: int | None = None) -> Sent:
        """Rotate an inbox's token. Subscriptions that were made with older tokens end."""
        return Sent((inbox_id,), body={"token_ttl_seconds": token_ttl_seconds})

    @operation("PUT", "/v1/inboxes/{inboxId}/credentials", Inbox, ("token",))
    def change_pop3_credentials(
        self, inbox_id: str, *, pop3_password: str, pop3_username: str | None = None
    ) -> Sent:
        """Change what opens an inbox's POP3 mailbox.

        After three wrong passwords nothing is fetched before this. Fetches what is new,
        too.
        """
        return Sent(
            (inbox_id,), body={"pop3_password": pop3_password, "pop3_username": pop3_username}
        )

    @operation("GET", "/v1/inboxes/{inboxId}/messages", InboxMessages, ("token",))
    def list_inbox_messages(
        self,
        inbox_id: str,
        *,
        since_uid: str | None = None,
        limit: int | None = None,
        fetch_new: bool | None = None,
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

        For programs: `since_uid=0&wait=25`, then again and again with `since_uid` from
        `last_uid`. Answers as soon as there is mail; nothing is missed or repeated. Of an
        external inbox, what is new in the POP3 mailbox is fetched first, once a minute at
        most, or as seldom as the server's LOGIN-DELAY wants: the newest of it, and the rest
        the next time. If that fails, `warning` says why beside what is there.
        """
        return Sent(
            (inbox_id,),
            query={
                "since_uid": since_uid,
                "limit": limit,
                "fetch_new": fetch_new,
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

    @operation("DELETE", "/v1/inboxes/{inboxId}/messages", DeletedMessages, ("token",))
    def delete_inbox_messages(
        self,
        inbox_id: str,
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
            (inbox_id,),
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

    @operation("GET", "/v1/inboxes/{inboxId}/wait", WaitedInboxMessage, ("token",))
    def wait_in_inbox(
        self,
        inbox_id: str,
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
            (inbox_id,),
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

    @operation("POST", "/v1/inboxes/{inboxId}/sample", SampleSent, ("token",))
    def send_sample_to_inbox(self, inbox_id: str) -> Sent:
        """Send a sample message with a code.

        For trying `wait`: a message with a code comes in, as any other does, within a
        second or so. It counts as one more inbox for `RATE_LIMIT_CREATE`.
        """
        return Sent((inbox_id,))

    @operation("GET", "/v1/inboxes/{inboxId}/messages/{uid}", InboxMessage, ("token",))
    def show_inbox_message(
        self,
        inbox_id: str,
        uid: int | str,
        *,
        html: Literal["raw", "safe"] | None = None,
        images: Literal["blocked", "remote"] | None = None,
    ) -> Sent:
        """Show a message.

        The mail's own images, which safe HTML links, need the token as well.
        """
        return Sent((inbox_id, uid), query={"html": html, "images": images})

    @operation("PATCH", "/v1/inboxes/{inboxId}/messages/{uid}", MarkedMessage, ("token",))
    def mark_inbox_message(
        self,
        inbox_id: str,
        uid: int | str,
        *,
        is_read: bool | None = None,
        is_spam: bool | None = None,
    ) -> Sent:
        """Mark a message as read, or as spam."""
        return Sent((inbox_id, uid), body={"is_read": is_read, "is_spam": is_spam})

    @operation("DELETE", "/v1/inboxes/{inboxId}/messages/{uid}", DeletedInboxMessage, ("token",))
    def delete_inbox_message(self, inbox_id: str, uid: int | str) -> Sent:
        """Delete a message."""
        return Sent((inbox_id, uid))

    @operation("GET", "/v1/inboxes/{inboxId}/messages/{uid}/raw", bytes, ("token",))
    def raw_inbox_message(self, inbox_id: str, uid: int | str) -> Sent:
        """Download the raw mail.

        Byte for byte what was received, with the `sha256` that the message shows.
        """
        return Sent((inbox_id, uid))

    @operation("GET", "/v1/inboxes/{inboxId}/messages/{uid}/raw", FileLink, ("token",))
    def raw_inbox_message_link(self, inbox_id: str, uid: int | str) -> Sent:
        """Download the raw mail: where it is, for a few minutes."""
        return Sent((inbox_id, uid), query={"link": "1"})

    @operation(
        "GET", "/v1/inboxes/{inboxId}/messages/{uid}/attachments/{attachmentId}", bytes, ("token",)
    )
    def download_inbox_attachment(self, inbox_id: str, uid: int | str, attachment_id: str) -> Sent:
        """Download an attachment.

        With the attachment's type, except types that a browser might run: those come as
        application/octet-stream.
        """
        return Sent((inbox_id, uid, attachment_id))

    @operation(
        "GET",
        "/v1/inboxes/{inboxId}/messages/{uid}/attachments/{attachmentId}",
        FileLink,
        ("token",),
    )
    def download_inbox_attachment_link(
        self, inbox_id: str, uid: int | str, attachment_id: str
    ) -> Sent:
        """Download an attachment: where it is, for a few minutes."""
        return Sent((inbox_id, uid, attachment_id), query={"link": "1"})
