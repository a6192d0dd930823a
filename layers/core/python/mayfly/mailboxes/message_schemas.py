"""The JSON of a mailbox's messages: document 000's, with the fields of document 001 beside them.

Here a message's `id` is its number in the mailbox: 001 has numbers, and who may read a mailbox is
decided by who asks.
"""

from mayfly.inboxes.ids import InboxId
from mayfly.inboxes.models import Overflow
from mayfly.kit.http.query import Html
from mayfly.kit.http.schema import Schema, array, flag, named, number, or_null, record, text, time
from mayfly.kit.http.times import stamp
from mayfly.mailboxes.threads_conversation import Filed
from mayfly.messages import schemas as whole
from mayfly.messages.models import Content, Message
from mayfly.messages.models_folder import Folder
from mayfly.messages.overflow import SCHEMA as OVERFLOW
from mayfly.messages.overflow import overflow
from mayfly.messages.schemas_emails import ITEM_PROPERTIES, Document, list_item

_BODIES = {"body": "bodyText", "html": "bodyHtml"}


def path_of(found: Message) -> str:
    """Where the message is found, below the base URL."""
    return f"/api/user/mailbox/{found.id.inbox}/messages/{found.id.sequence}"


def line(filed: Filed) -> Document:
    """One message as lists show it."""
    return {**list_item(filed.message), **_own(filed)}


def page(
    mailbox: InboxId,
    messages: list[Filed],
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


def message(filed: Filed, content: Content, base_url: str, html: Html) -> Document:
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


def _own(filed: Filed) -> Document:
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
