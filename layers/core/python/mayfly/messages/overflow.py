"""What is said of an inbox that drops mail because it is full, or a sender's share of it is."""

from typing import Annotated, Any, Self

import msgspec

from mayfly.inboxes.models import Overflow
from mayfly.kit.http.schemas import PreciseTime, Time, View, about
from mayfly.kit.http.times import precise_stamp, stamp

_DROPPED = about("Mails that were dropped since", ge=1)
_NOT_NULL = about(
    "Not null while mail is dropped: the inbox is full, or one sender's share of it. Deleting a"
    " message ends it"
)


class InboxFull(View):
    """Since when mail is dropped, and how many."""

    since: Time
    dropped: Annotated[int, _DROPPED]

    @classmethod
    def of(cls, found: Overflow | None) -> Self | None:
        """Since when, and how many mails; None while there is room."""
        return None if found is None else cls(since=stamp(found.since), dropped=found.dropped)


class PreciseInboxFull(View):
    """Since when mail is dropped, and how many, with the times of document 003."""

    since: PreciseTime
    dropped: Annotated[int, _DROPPED]

    @classmethod
    def of(cls, found: Overflow | None) -> Self | None:
        """Since when, and how many mails; None while there is room."""
        if found is None:
            return None
        return cls(since=precise_stamp(found.since), dropped=found.dropped)


InboxFullOrNot = Annotated[InboxFull | None, _NOT_NULL]
PreciseInboxFullOrNot = Annotated[PreciseInboxFull | None, _NOT_NULL]


def overflow(found: Overflow | None) -> dict[str, Any] | None:
    """The same for a frame, whose fields these are among others."""
    full = InboxFull.of(found)
    return None if full is None else msgspec.structs.asdict(full)
