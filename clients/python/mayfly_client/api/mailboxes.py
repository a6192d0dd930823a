"""Mailboxes: inboxes of an account, with names of its choice; folders and threads.

Written by `make pages`; what is wrong here is wrong in `mayfly/` or in `bench/pages/client.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from mayfly_client.api.addresses import InboxFull
from mayfly_client.api.messages import (
    AttachmentLine,
    Confirmation,
    DeletedMessages,
    FileLink,
    MessageAttachment,
    MessageHeader,
    NamedAddress,
    SampleSent,
    Verdicts,
)
from mayfly_client.flows import M, Sent, operation
from mayfly_client.subjects import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """A mailbox as its account sees it."""

    id: str
    email_address: str
    created_at: datetime
    expires_at: datetime
    message_count: int
    is_active: bool
    last_message_number: int
    inbox_full: "InboxFull | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailboxes:
    """An account's mailboxes."""

    mailboxes: "list[Mailbox]"
    count: int
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletedMailbox:
    """What is answered when a mailbox is gone."""

    message: str
    id: str
    deleted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxMessageLine:
    """A message in a list."""

    id: int
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
    thread_id: int
    mailbox_id: str
    folder_id: int
    folder: str
    is_flagged: bool
    rules: list[str]
    from_email: str
    sent_at: datetime
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxMessages:
    """Part of a list."""

    mailbox_id: str
    messages: "list[MailboxMessageLine]"
    cursor: str | None
    last_number: int | None
    inbox_full: "InboxFull | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitedMailboxMessage:
    """What a wait came to. No answer in time is an answer, too: ask again with `after=seq`."""

    status: str
    value: str | None
    confidence: str | None
    where: str | None
    seq: int
    message: "MailboxMessageLine | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkResult:
    """What became of one message."""

    id: int
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkResults:
    """What became of each message."""

    mailbox_id: str
    results: "list[BulkResult]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarded:
    """What became of a message at one destination."""

    to: str
    status: str
    email_id: str | None
    reason: str | None
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxMessage:
    """A message. Reading it does not mark it as read."""

    id: int
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
    thread_id: int
    body_text: str
    body_html: str
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
    mailbox_id: str
    folder_id: int
    folder: str
    is_flagged: bool
    rules: list[str]
    forwarded: "list[Forwarded]"
    from_email: str
    sent_at: datetime
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletedMailboxMessage:
    """What is answered when a message is gone."""

    mailbox_id: str
    id: int
    deleted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxFolder:
    """A folder and how much is in it."""

    id: int
    name: str
    messages: int
    unread: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Folders:
    """All folders of a mailbox."""

    mailbox_id: str
    folders: "list[MailboxFolder]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """An author of a thread."""

    email: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LatestMessage:
    """The newest message of a thread."""

    id: int
    folder_id: int
    folder: str
    preview: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxThread:
    """Messages that belong together, wherever they lie."""

    id: int
    subject: str
    participants: "list[Participant]"
    messages: int
    unread: int
    latest: "LatestMessage"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxThreads:
    """Part of the list of threads."""

    mailbox_id: str
    threads: "list[MailboxThread]"
    cursor: int | None


class MailboxesApi(Subject[M]):
    """Inboxes of an account, with names of its choice; folders and threads."""

    @operation("POST", "/api/user/mailbox/create", Mailbox, ("token",))
    def create_mailbox(self, *, alias: str | None = None, domain: str | None = None) -> Sent:
        """Create a mailbox."""
        return Sent(body={"alias": alias, "domain": domain})

    @operation("GET", "/api/user/mailbox", Mailboxes, ("token",))
    def list_mailboxes(self, *, expired: bool | None = None) -> Sent:
        """List mailboxes."""
        return Sent(query={"expired": expired})

    @operation("GET", "/api/user/mailbox/{mailboxId}", Mailbox, ("token",))
    def show_mailbox(self, mailbox_id: str) -> Sent:
        """Show a mailbox."""
        return Sent((mailbox_id,))

    @operation("DELETE", "/api/user/mailbox/{mailboxId}", DeletedMailbox, ("token",))
    def delete_mailbox(self, mailbox_id: str) -> Sent:
        """Delete a mailbox. An anonymous session ends with its mailbox."""
        return Sent((mailbox_id,))

    @operation("POST", "/api/user/mailbox/{mailboxId}/extend", Mailbox, ("token",))
    def extend_mailbox(self, mailbox_id: str) -> Sent:
        """Extend a mailbox.

        A week from its end, or from now if it has expired; but no longer than an email of
        now is kept.
        """
        return Sent((mailbox_id,))

    @operation("GET", "/api/user/mailbox/{mailboxId}/qr", bytes, ("token",))
    def mailbox_qr(self, mailbox_id: str) -> Sent:
        """Show a mailbox's address as a QR code."""
        return Sent((mailbox_id,))

    @operation("GET", "/api/user/mailbox/{mailboxId}/messages", MailboxMessages, ("token",))
    def list_mailbox_messages(
        self,
        mailbox_id: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        after: int | None = None,
        wait: int | None = None,
        folder: Literal["inbox", "1", "archive", "2", "trash", "3", "spam", "4"] | None = None,
        thread: int | None = None,
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

        A message that is moved keeps its number: `after` shows what comes in, not what is
        moved into a folder.
        """
        return Sent(
            (mailbox_id,),
            query={
                "limit": limit,
                "cursor": cursor,
                "after": after,
                "wait": wait,
                "folder": folder,
                "thread": thread,
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

    @operation("DELETE", "/api/user/mailbox/{mailboxId}/messages", DeletedMessages, ("token",))
    def delete_mailbox_messages(
        self,
        mailbox_id: str,
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
        folder: Literal["inbox", "1", "archive", "2", "trash", "3", "spam", "4"] | None = None,
        thread: int | None = None,
    ) -> Sent:
        """Delete the messages that a filter means.

        At most 100 in one request, the oldest ones first: with `more`, ask again with
        `after` from `seq`. A request that names no filter is refused.
        """
        return Sent(
            (mailbox_id,),
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
                "folder": folder,
                "thread": thread,
            },
        )

    @operation("GET", "/api/user/mailbox/{mailboxId}/wait", WaitedMailboxMessage, ("token",))
    def wait_in_mailbox(
        self,
        mailbox_id: str,
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
            (mailbox_id,),
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

    @operation("POST", "/api/user/mailbox/{mailboxId}/sample", SampleSent, ("token",))
    def send_sample_to_mailbox(self, mailbox_id: str) -> Sent:
        """Send a sample message with a code.

        For trying `wait`: a message with a code comes in, as any other does, within a
        second or so. It counts as one more inbox for `RATE_LIMIT_CREATE`.
        """
        return Sent((mailbox_id,))

    @operation("POST", "/api/user/mailbox/{mailboxId}/messages:bulk", BulkResults, ("token",))
    def change_mailbox_messages(
        self,
        mailbox_id: str,
        *,
        ids: Sequence[int],
        is_read: bool | None = None,
        is_flagged: bool | None = None,
        folder: Literal["inbox", "archive", "trash", "spam"] | int | None = None,
        folder_id: int | None = None,
        delete: bool | None = None,
    ) -> Sent:
        """Change or delete many messages.

        Each message is changed on its own: one that is not there stops no other.
        """
        return Sent(
            (mailbox_id,),
            body={
                "isRead": is_read,
                "isFlagged": is_flagged,
                "folder": folder,
                "folderId": folder_id,
                "ids": ids,
                "delete": delete,
            },
        )

    @operation("GET", "/api/user/mailbox/{mailboxId}/messages/{number}", MailboxMessage, ("token",))
    def show_mailbox_message(
        self,
        mailbox_id: str,
        number: int | str,
        *,
        html: Literal["raw", "safe"] | None = None,
        images: Literal["blocked", "remote"] | None = None,
    ) -> Sent:
        """Show a message."""
        return Sent((mailbox_id, number), query={"html": html, "images": images})

    @operation(
        "PATCH", "/api/user/mailbox/{mailboxId}/messages/{number}", MailboxMessageLine, ("token",)
    )
    def change_mailbox_message(
        self,
        mailbox_id: str,
        number: int | str,
        *,
        is_read: bool | None = None,
        is_flagged: bool | None = None,
        folder: Literal["inbox", "archive", "trash", "spam"] | int | None = None,
        folder_id: int | None = None,
    ) -> Sent:
        """Mark or move a message. Moving to `trash` can be undone; deleting cannot."""
        return Sent(
            (mailbox_id, number),
            body={
                "isRead": is_read,
                "isFlagged": is_flagged,
                "folder": folder,
                "folderId": folder_id,
            },
        )

    @operation(
        "DELETE",
        "/api/user/mailbox/{mailboxId}/messages/{number}",
        DeletedMailboxMessage,
        ("token",),
    )
    def delete_mailbox_message(self, mailbox_id: str, number: int | str) -> Sent:
        """Delete a message."""
        return Sent((mailbox_id, number))

    @operation("GET", "/api/user/mailbox/{mailboxId}/messages/{number}/raw", bytes, ("token",))
    def raw_mailbox_message(self, mailbox_id: str, number: int | str) -> Sent:
        """Download the raw mail.

        Byte for byte what was received, with the `sha256` that the message shows.
        """
        return Sent((mailbox_id, number))

    @operation("GET", "/api/user/mailbox/{mailboxId}/messages/{number}/raw", FileLink, ("token",))
    def raw_mailbox_message_link(self, mailbox_id: str, number: int | str) -> Sent:
        """Download the raw mail: where it is, for a few minutes."""
        return Sent((mailbox_id, number), query={"link": "1"})

    @operation(
        "GET",
        "/api/user/mailbox/{mailboxId}/messages/{number}/attachments/{attachmentId}",
        bytes,
        ("token",),
    )
    def download_mailbox_attachment(
        self, mailbox_id: str, number: int | str, attachment_id: str
    ) -> Sent:
        """Download an attachment.

        With the attachment's type, except types that a browser might run: those come as
        application/octet-stream.
        """
        return Sent((mailbox_id, number, attachment_id))

    @operation(
        "GET",
        "/api/user/mailbox/{mailboxId}/messages/{number}/attachments/{attachmentId}",
        FileLink,
        ("token",),
    )
    def download_mailbox_attachment_link(
        self, mailbox_id: str, number: int | str, attachment_id: str
    ) -> Sent:
        """Download an attachment: where it is, for a few minutes."""
        return Sent((mailbox_id, number, attachment_id), query={"link": "1"})

    @operation("GET", "/api/user/mailbox/{mailboxId}/folders", Folders, ("token",))
    def list_folders(self, mailbox_id: str) -> Sent:
        """List folders.

        Mail that SES judges to be spam or to carry a virus comes in as `spam`, all other as
        `inbox`. Every mailbox has all folders from the start.
        """
        return Sent((mailbox_id,))

    @operation("GET", "/api/user/mailbox/{mailboxId}/threads", MailboxThreads, ("token",))
    def list_threads(
        self,
        mailbox_id: str,
        *,
        limit: int | None = None,
        cursor: int | None = None,
        folder: Literal["inbox", "1", "archive", "2", "trash", "3", "spam", "4"] | None = None,
        include_spam: bool | None = None,
    ) -> Sent:
        """List threads.

        Messages belong together by References and In-Reply-To; a reply without either, by
        its subject without `Re:` and the like. `GET …/messages?thread=` has the messages.
        """
        return Sent(
            (mailbox_id,),
            query={"limit": limit, "cursor": cursor, "folder": folder, "includeSpam": include_spam},
        )
