"""Query parameters of a mailbox's lists: what they may be, and how they are described."""

from dataclasses import dataclass

from mayfly import limits
from mayfly.kit.http.query import (
    LIST_PARAMETERS,
    MAX_SEQUENCE,
    ListQuery,
    Query,
    limit_parameter,
    list_query,
    parameter,
    whole_number,
)
from mayfly.messages.models import Folder

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


_FOLDER: dict[str, object] = {
    "type": "string",
    "enum": [name for each in Folder for name in (each, str(each.number))],
}
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
