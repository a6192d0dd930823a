"""The JSON of a mailbox's messages: document 000's, with the fields of document 001 beside them.

Here a message's `id` is its number in the mailbox: 001 has numbers, and access to a
mailbox depends on the caller.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Literal, Self

from msgspec import field

from mayfly.forwarding.models import Told
from mayfly.forwarding.schemas import Forwarded
from mayfly.inboxes.ids import InboxId
from mayfly.kit.clock import stamp
from mayfly.kit.http.query import Html
from mayfly.kit.http.schemas import Count, Time, View, about
from mayfly.mailboxes.queries import MAX_THREAD
from mayfly.mailboxes.threads import ThreadedMessage
from mayfly.messages import message_schemas as whole
from mayfly.messages import models
from mayfly.messages.folders import Folder
from mayfly.messages.schemas import InboxFull, InboxFullOrNot, MessageLine
from mayfly.messages.service import Page
from mayfly.waits.schemas import Waited

MailboxId = Annotated[str, about("The mailbox's `id`", format="uuid")]
Number = Annotated[
    int, about("The message's number in its mailbox: 1, 2, 3…, in order of arrival", ge=1)
]
InFolder = Annotated[Folder, about("Where it lies")]
FolderId = Annotated[int, about("The folder's number", ge=1, le=len(Folder))]
ThreadId = Annotated[
    int, about("The same for a message and its replies in this mailbox", ge=0, le=MAX_THREAD)
]
_FromEmail = Annotated[str, about("The same as `from`")]
_SentAt = Annotated[Time, about("What the sender claims, or when it came")]
_Rules = Annotated[list[str], about("The rules that matched when it came in, by name")]
_CreatedAt = Annotated[Time, about("When it came, as `receivedAt`")]


def _own(filed: ThreadedMessage) -> dict[str, Any]:
    """What document 001 says of a message; the sender's own date may be any."""
    found, summary = filed.message, filed.message.summary
    return {
        "id": found.id.sequence,
        "mailbox_id": str(found.id.inbox),
        "folder_id": found.folder.number,
        "folder": found.folder,
        "thread_id": filed.thread,
        "from_email": summary.from_address,
        "is_flagged": found.is_flagged,
        "rules": list(found.rules),
        "sent_at": stamp(summary.sent_at or summary.received_at),
        "created_at": stamp(summary.received_at),
    }


class MailboxMessageLine(MessageLine, rename="camel", kw_only=True):
    """A message in a list."""

    id: Number  # type: ignore[assignment]  # numbers here, words there
    thread_id: ThreadId  # type: ignore[assignment]
    mailbox_id: MailboxId
    folder_id: FolderId
    folder: InFolder
    is_flagged: bool
    rules: _Rules
    from_email: _FromEmail
    sent_at: _SentAt
    created_at: _CreatedAt

    @classmethod
    def filed(cls, filed: ThreadedMessage) -> Self:
        """One message as lists show it."""
        return cls.of(filed.message, **_own(filed))


class MailboxMessages(View, rename="camel"):
    """Part of a list."""

    mailbox_id: MailboxId
    messages: list[MailboxMessageLine]
    cursor: Annotated[str | None, about("The `cursor` of the next page, if there may be one")]
    last_number: Annotated[
        Count | None, about("Where `after` goes on from; null on the pages of a `cursor`")
    ]
    inbox_full: InboxFullOrNot

    @classmethod
    def of(cls, mailbox: InboxId, page: Page[ThreadedMessage]) -> Self:
        """The messages of the page, and where the list goes on."""
        return cls(
            mailbox_id=str(mailbox),
            messages=list(map(MailboxMessageLine.filed, page.messages)),
            cursor=page.cursor,
            last_number=page.last_sequence,
            inbox_full=InboxFull.of(page.overflow),
        )


class WaitedMailboxMessage(Waited):
    """What a wait came to. No answer in time is an answer, too: ask again with `after=seq`."""

    message: Annotated[
        MailboxMessageLine | None, about("As lists show it; null if none came in time")
    ]


class MailboxMessage(whole.WholeMessage, rename="camel", kw_only=True):
    """A message. Reading it does not mark it as read."""

    id: Number  # type: ignore[assignment]  # as in lists
    thread_id: ThreadId  # type: ignore[assignment]
    body: whole.Text = field(name="bodyText")
    html: whole.HtmlText = field(name="bodyHtml")
    truncated: Annotated[  # type: ignore[assignment]
        Sequence[Literal["bodyText", "bodyHtml"]],
        about("What was too long for one answer and is cut"),
    ]
    mailbox_id: MailboxId
    folder_id: FolderId
    folder: InFolder
    is_flagged: bool
    rules: _Rules
    forwarded: Annotated[list[Forwarded], about("Whom its rules forward it to, and what became")]
    from_email: _FromEmail
    sent_at: _SentAt
    created_at: _CreatedAt

    @classmethod
    def filed(
        cls,
        filed: ThreadedMessage,
        content: models.Content,
        base_url: str,
        html: Html,
        told: Sequence[Told] = (),
    ) -> Self:
        """The whole message, and what was told of its forwards."""
        found = filed.message
        url = f"{base_url}/api/user/mailbox/{found.id.inbox}/messages/{found.id.sequence}"
        forwarded = list(map(Forwarded.of, told))
        return cls.opened(found, content, url, html, **_own(filed), forwarded=forwarded)


class DeletedMailboxMessage(View, rename="camel"):
    """What is answered when a message is gone."""

    mailbox_id: MailboxId
    id: Number
    deleted: bool = True

    @classmethod
    def of(cls, found: models.Message) -> Self:
        """Which message it was."""
        return cls(mailbox_id=str(found.id.inbox), id=found.id.sequence)
