"""The JSON of folders and threads, and of what is done to many messages (document 001)."""

from collections.abc import Mapping
from typing import Any

from mayfly import limits
from mayfly.errors import InvalidInput
from mayfly.inboxes.ids import InboxId
from mayfly.kit.http.body import wanted_flag
from mayfly.kit.http.query import MAX_SEQUENCE
from mayfly.kit.http.schema import (
    Schema,
    array,
    body,
    flag,
    named,
    number,
    or_null,
    record,
    text,
    time,
)
from mayfly.kit.http.times import stamp
from mayfly.mailboxes.message_schemas import FOLDER, FOLDER_ID, MAILBOX_ID, NUMBER, THREAD_ID
from mayfly.mailboxes.threads import FolderCount, Thread
from mayfly.messages.models import Change, Folder
from mayfly.messages.schemas import Document

CHANGE_FIELDS = ("isRead", "folder", "folderId")
BULK_FIELDS = ("ids", *CHANGE_FIELDS, "delete")


def wanted_change(sent: Mapping[str, Any]) -> Change:
    """What a PATCH changes: the read flag, the folder by its name or its number, or both."""
    is_read = wanted_flag(sent, "isRead") if "isRead" in sent else None
    if "folder" in sent and "folderId" in sent:
        raise InvalidInput("name the folder once: folder or folderId")
    wanted = [sent[name] for name in ("folder", "folderId") if name in sent]
    change = Change(is_read, Folder.parse(wanted[0]) if wanted else None)
    if change == Change():
        raise InvalidInput(f"send one of {', '.join(CHANGE_FIELDS)}")
    return change


def wanted_bulk(sent: Mapping[str, Any]) -> tuple[list[int], Change | None]:
    """Which messages, each once, and what to do: a change, or None to delete them."""
    numbers = _numbers(sent.get("ids"))
    change = {name: sent[name] for name in CHANGE_FIELDS if name in sent}
    if "delete" not in sent:
        return numbers, wanted_change(change)
    if sent["delete"] is not True:
        raise InvalidInput("delete must be true, or left out")
    if change:
        raise InvalidInput("delete goes alone: what is deleted cannot be changed")
    return numbers, None


def _numbers(ids: object) -> list[int]:
    most = limits.BULK_MESSAGES
    if not isinstance(ids, list) or not 1 <= len(ids) <= most:
        raise InvalidInput(f"ids must be a list of 1 to {most} numbers of messages")
    if not all(type(each) is int and 1 <= each <= MAX_SEQUENCE for each in ids):
        raise InvalidInput("ids must be numbers of messages, from 1 on")
    return list(dict.fromkeys(ids))


def bulk(mailbox: InboxId, results: Mapping[int, str]) -> Document:
    """What became of each message."""
    return {
        "mailboxId": str(mailbox),
        "results": [{"id": each, "result": str(result)} for each, result in results.items()],
    }


def folders(mailbox: InboxId, shelves: list[FolderCount]) -> Document:
    """All folders of the mailbox."""
    return {
        "mailboxId": str(mailbox),
        "folders": [
            {
                "id": each.folder.number,
                "name": each.folder.value,
                "messages": each.messages,
                "unread": each.unread,
            }
            for each in shelves
        ],
    }


def threads(mailbox: InboxId, found: list[Thread], before: int | None) -> Document:
    """Part of the list of threads."""
    return {
        "mailboxId": str(mailbox),
        "threads": [_thread(each) for each in found],
        "cursor": before,
    }


def _thread(thread: Thread) -> Document:
    participants: dict[str, str] = {}
    for each in thread.messages:
        participants.setdefault(each.summary.from_address, each.summary.from_name)
    latest = thread.latest
    return {
        "id": thread.number,
        "subject": thread.messages[0].summary.subject,
        "participants": [
            {"email": address, "name": name}
            for address, name in list(participants.items())[: limits.THREAD_PARTICIPANTS]
        ],
        "messages": len(thread.messages),
        "unread": thread.unread,
        "latest": {
            "id": latest.id.sequence,
            "folderId": latest.folder.number,
            "folder": latest.folder.value,
            "preview": latest.summary.preview,
            "createdAt": stamp(latest.summary.received_at),
        },
    }


_CHANGE: dict[str, Schema] = {
    "isRead": flag(),
    "folder": {
        "description": "Where to move it, by name or number",
        "anyOf": [FOLDER, FOLDER_ID],
    },
    "folderId": FOLDER_ID,
}
CHANGE_SCHEMA = body(_CHANGE, example={"isRead": True, "folder": "archive"})
BULK_SCHEMA = body(
    {
        "ids": {
            **array(NUMBER, "The messages' numbers"),
            "minItems": 1,
            "maxItems": limits.BULK_MESSAGES,
        },
        **_CHANGE,
        "delete": flag("`true`: remove them at once; goes alone"),
    },
    example={"ids": [1, 2], "isRead": True},
    required=("ids",),
)
RESULTS_SCHEMA = record(
    {
        "mailboxId": MAILBOX_ID,
        "results": array(
            record(
                {
                    "id": NUMBER,
                    "result": text(
                        "`busy`: too many wrote at once; it can be tried again",
                        enum=["done", "not_found", "busy"],
                    ),
                }
            )
        ),
    }
)
FOLDERS_SCHEMA = record(
    {
        "mailboxId": MAILBOX_ID,
        "folders": array(
            record(
                {
                    "id": FOLDER_ID,
                    "name": FOLDER,
                    "messages": number("How many lie there"),
                    "unread": number("How many of them are unread"),
                }
            ),
            "All there are; each mailbox has the same",
        ),
    }
)
THREAD_SCHEMA = record(
    {
        "id": THREAD_ID,
        "subject": text("Of its oldest message"),
        "participants": array(
            record({"email": text(), "name": text()}),
            f"Who wrote, {limits.THREAD_PARTICIPANTS} at most",
        ),
        "messages": number("How many it has"),
        "unread": number("How many of them are unread"),
        "latest": record(
            {
                "id": NUMBER,
                "folderId": FOLDER_ID,
                "folder": FOLDER,
                "preview": text(),
                "createdAt": time(),
            },
            "Its newest message",
        ),
    },
    "Messages that belong together, wherever they lie",
)
THREADS_SCHEMA = record(
    {
        "mailboxId": MAILBOX_ID,
        "threads": array(named("MailboxThread")),
        "cursor": or_null(number("The `cursor` of the next page, if there is one")),
    }
)
