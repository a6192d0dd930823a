"""What is said of an inbox that drops mail because it is full, or a sender's share of it is."""

from collections.abc import Callable
from datetime import datetime

from mayfly.inboxes.models import Overflow
from mayfly.kit.http.schema import Schema, number, or_null, precise_time, record, time
from mayfly.kit.http.times import precise_stamp, stamp

Document = dict[str, object]


def overflow(found: Overflow | None, write: Callable[[datetime], str] = stamp) -> Document | None:
    """Since when, and how many mails; None while there is room."""
    return None if found is None else {"since": write(found.since), "dropped": found.dropped}


def precise_overflow(found: Overflow | None) -> Document | None:
    """The same with the times of document 003."""
    return overflow(found, precise_stamp)


def _schema(since: Schema) -> Schema:
    dropped = number("Mails that were dropped since", minimum=1)
    shape = record(
        {"since": since, "dropped": dropped},
        "Not null while mail is dropped: the inbox is full, or one sender's share of it. Deleting a"
        " message ends it",
    )
    return or_null(shape)


SCHEMA = _schema(time())
PRECISE_SCHEMA = _schema(precise_time())
