"""Query parameters of a mailbox's lists: what they may be, and how they are described."""

from mayfly import limits
from mayfly.filters.queries import FILTER_PARAMETERS, read_filter
from mayfly.kit.http.query import (
    LIST_PARAMETERS,
    MAX_SEQUENCE,
    ListQuery,
    Query,
    limit_parameter,
    list_query,
    parameter,
    spam_parameter,
    wants_spam,
    whole_number,
)
from mayfly.mailboxes.reader import MailboxFilter
from mayfly.messages.deleting import DELETE_PARAMETERS, read_deletion
from mayfly.messages.folders import Folder

MAX_THREAD = 2**53 - 1


def read_mailbox_query(query: Query) -> tuple[MailboxFilter, ListQuery]:
    """Read the parameters of a list of messages; InvalidInput names the one that cannot be."""
    part = list_query(query)
    folder, thread = _folder(query), query.get("thread")
    number = whole_number("thread", thread, 0, MAX_THREAD)
    return MailboxFilter(folder, number, read_filter(query), wants_spam(query)), part


def read_mailbox_deletion(query: Query) -> tuple[int, MailboxFilter]:
    """After which number, and which messages are to be deleted; see `read_deletion`."""
    after, wanted = read_deletion(query, "folder", "thread")
    thread = whole_number("thread", query.get("thread"), 0, MAX_THREAD)
    return after, MailboxFilter(_folder(query), thread, wanted, wants_spam(query))


def read_thread_query(query: Query) -> tuple[MailboxFilter, int, int | None]:
    """Read the filter, limit and cursor of a list of threads, likewise."""
    limit = whole_number("limit", query.get("limit"), 1, limits.MAX_PAGE_MESSAGES)
    before = whole_number("cursor", query.get("cursor"), 1, MAX_SEQUENCE)
    only = MailboxFilter(_folder(query), with_spam=wants_spam(query))
    return only, limit or limits.PAGE_MESSAGES, before


def _folder(query: Query) -> Folder | None:
    return Folder.parse(query["folder"]) if "folder" in query else None


_FOLDER: dict[str, object] = {
    "type": "string",
    "enum": [name for each in Folder for name in (each, str(each.number))],
}
_SPAM = spam_parameter()
_PARTS = [
    parameter("folder", _FOLDER, "Only what lies in this folder, by name or number."),
    parameter(
        "thread",
        {"type": "integer", "minimum": 0, "maximum": MAX_THREAD},
        "Only the messages of this thread, by its `id`.",
    ),
]
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
    *_PARTS,
    _SPAM,
    *FILTER_PARAMETERS,
]
MAILBOX_DELETE_PARAMETERS = [*DELETE_PARAMETERS, *_PARTS]
THREAD_PARAMETERS = [
    limit_parameter("How many threads at most."),
    parameter(
        "cursor",
        {"type": "integer", "minimum": 1, "maximum": MAX_SEQUENCE},
        "Continues a list: `cursor` of the answer before.",
    ),
    parameter("folder", _FOLDER, "Only threads with a message in this folder, by name or number."),
    _SPAM,
]
