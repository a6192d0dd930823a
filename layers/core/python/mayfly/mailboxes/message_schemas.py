"""The JSON of a mailbox's messages: document 000's, with the fields of document 001 beside them.

Here a message's `id` is its number in the mailbox: 001 has numbers, and who may read a mailbox is
decided by who asks.
"""

from dataclasses import dataclass

from mayfly import limits
from mayfly.inboxes.ids import InboxId
from mayfly.inboxes.models import Overflow
from mayfly.kit.http.query import (
    LIST_PARAMETERS,
    MAX_SEQUENCE,
    Html,
    ListQuery,
    Query,
    limit_parameter,
    list_query,
    parameter,
    whole_number,
)
from mayfly.kit.http.schema import Schema, array, flag, named, number, or_null, record, text, time
from mayfly.kit.http.times import stamp
from mayfly.mailboxes.threads import ThreadedMessage
from mayfly.messages import schemas as whole
from mayfly.messages.models import Content, Folder, Message
from mayfly.messages.overflow import SCHEMA as OVERFLOW
from mayfly.messages.overflow import overflow
from mayfly.messages.schemas import ITEM_PROPERTIES, Document, list_item

_BODIES = {"body": "bodyText", "html": "bodyHtml"}


def path_of(found: Message) -> str:
    """Where the message is found, below the base URL."""
    return f"/api/user/mailbox/{found.id.inbox}/messages/{found.id.sequence}"


def line(filed: ThreadedMessage) -> Document:
    """One message as lists show it."""
    return {**list_item(filed.message), **_own(filed)}


def page(
    mailbox: InboxId,
    messages: list[ThreadedMessage],
    cursor: str | None,
    last: int | None,
    full: Overflow | None = None,
) -> Document:
    """Part of a list."""
    return {
        "mailboxId": str(mailbox),
        "messages": [line(each) for each in messages],
        "cursor": cursor,
        "lastNumber": last,
        "inboxFull": overflow(full),
    }


def message(filed: ThreadedMessage, content: Content, base_url: str, html: Html) -> Document:
    """The whole message."""
    found = filed.message
    document = whole.message(found, content, base_url, html, path_of(found))
    return _renamed({**document, **_own(filed)})


def cut(document: Document) -> Document:
    """The document with its bodies shortened; `truncated` names them. The raw mail has all."""
    back = {new: old for old, new in _BODIES.items()}
    shorter = whole.cut({back.get(name, name): value for name, value in document.items()})
    return _renamed(shorter)


def deleted(found: Message) -> Document:
    """What is answered when a message is gone."""
    return {"mailboxId": str(found.id.inbox), "id": found.id.sequence, "deleted": True}


def _own(filed: ThreadedMessage) -> Document:
    """What document 001 says of a message; the sender's own date may be any."""
    found, summary = filed.message, filed.message.summary
    return {
        "id": found.id.sequence,
        "mailboxId": str(found.id.inbox),
        "folderId": found.folder.number,
        "folder": found.folder.value,
        "threadId": filed.thread,
        "fromEmail": summary.from_address,
        "sentAt": stamp(summary.sent_at or summary.received_at),
        "createdAt": stamp(summary.received_at),
    }


def _renamed(document: Document) -> Document:
    renamed = {_BODIES.get(name, name): value for name, value in document.items()}
    truncated = document["truncated"]
    assert isinstance(truncated, list)
    return {**renamed, "truncated": [_BODIES[name] for name in truncated]}


MAILBOX_ID = text("The mailbox's `id`", format="uuid")
NUMBER = number("The message's number in its mailbox: 1, 2, 3…, in order of arrival", minimum=1)
FOLDER = text("Where it lies", enum=[each.value for each in Folder])
FOLDER_ID = number("The folder's number", minimum=1, maximum=len(Folder))
THREAD_ID = number("The same for a message and its replies in this mailbox", maximum=2**53 - 1)
_OWN: dict[str, Schema] = {
    "id": NUMBER,
    "mailboxId": MAILBOX_ID,
    "folderId": FOLDER_ID,
    "folder": FOLDER,
    "threadId": THREAD_ID,
    "fromEmail": text("The same as `from`"),
    "sentAt": time("What the sender claims, or when it came"),
    "createdAt": time("When it came, as `receivedAt`"),
}
LINE_SCHEMA = record({**ITEM_PROPERTIES, **_OWN}, "A message in a list")
PAGE_SCHEMA = record(
    {
        "mailboxId": MAILBOX_ID,
        "messages": array(named("MailboxMessageLine")),
        "cursor": or_null(text("The `cursor` of the next page, if there may be one")),
        "lastNumber": or_null(
            number("Where `after` goes on from; null on the pages of a `cursor`")
        ),
        "inboxFull": OVERFLOW,
    }
)
DELETED_SCHEMA = record({"mailboxId": MAILBOX_ID, "id": NUMBER, "deleted": flag()})


SCHEMA = record(
    {
        **{_BODIES.get(name, name): schema for name, schema in whole.PROPERTIES.items()},
        **_OWN,
        "truncated": array(
            text(enum=list(_BODIES.values())), "What was too long for one answer and is cut"
        ),
    },
    "A message. Reading it does not mark it as read.",
    optional={"blockedImages": whole.BLOCKED_IMAGES},
)

MAX_THREAD = 2**53 - 1


@dataclass(frozen=True, slots=True)
class MailboxQuery:
    """What part of a mailbox's list is asked for."""

    list: ListQuery
    folder: Folder | None
    thread: int | None


@dataclass(frozen=True, slots=True)
class ThreadQuery:
    """What part of the list of threads is asked for."""

    folder: Folder | None
    limit: int
    before: int | None


def mailbox_query(query: Query) -> MailboxQuery:
    """Read the parameters of a list of messages; InvalidInput names the one that cannot be."""
    return MailboxQuery(
        list_query(query),
        _folder(query),
        whole_number("thread", query.get("thread"), 0, MAX_THREAD),
    )


def thread_query(query: Query) -> ThreadQuery:
    """Read the parameters of a list of threads; InvalidInput names the one that cannot be."""
    return ThreadQuery(
        _folder(query),
        whole_number("limit", query.get("limit"), 1, limits.MAX_PAGE_MESSAGES)
        or limits.PAGE_MESSAGES,
        whole_number("cursor", query.get("cursor"), 1, MAX_SEQUENCE),
    )


def _folder(query: Query) -> Folder | None:
    return Folder.parse(query["folder"]) if "folder" in query else None


_FOLDER = text(enum=[name for each in Folder for name in (each, str(each.number))])
MAILBOX_PARAMETERS = [
    LIST_PARAMETERS[0],
    parameter("cursor", {"type": "string"}, "Continues a list, newest first: `cursor` of before."),
    parameter(
        "after",
        {"type": "integer", "minimum": 0, "maximum": MAX_SEQUENCE},
        "Only messages with an `id` above this, oldest first: `lastNumber` of the answer before,"
        " or 0 for all. Not together with `cursor`.",
    ),
    LIST_PARAMETERS[3],
    parameter("folder", _FOLDER, "Only what lies in this folder, by name or number."),
    parameter(
        "thread",
        {"type": "integer", "minimum": 0, "maximum": MAX_THREAD},
        "Only the messages of this thread, by its `id`.",
    ),
]
THREAD_PARAMETERS = [
    limit_parameter("How many threads at most."),
    parameter(
        "cursor",
        {"type": "integer", "minimum": 1, "maximum": MAX_SEQUENCE},
        "Continues a list: `cursor` of the answer before.",
    ),
    parameter("folder", _FOLDER, "Only threads with a message in this folder, by name or number."),
]
