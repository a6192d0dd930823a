"""Lists of other services: newest first from an offset, with counts of all that is there."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from mayfly import limits
from mayfly.admission.limits import waiting
from mayfly.errors import MessageNotFound
from mayfly.facades.boxes import Box
from mayfly.filters.models import Filter
from mayfly.kit.http.query import Query
from mayfly.kit.http.route import Call
from mayfly.messages.models import Content, Message
from mayfly.messages.search import Look
from mayfly.messages.service import MessageWithContent
from mayfly.private_inboxes.fetched import fetch_first
from mayfly.settings import Settings

_MOST_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a list is asked for: so many messages, after so many others."""

    start: int = 0
    limit: int = limits.MAX_PAGE_CONTENTS

    @classmethod
    def read(cls, query: Query) -> "Part":
        """What `start` and `limit` say; as there, what is no number counts as not said.

        Of whole messages an answer has `MAX_PAGE_CONTENTS` at most, whatever is asked for.
        """
        start, limit = (_number(query.get(name, "")) for name in ("start", "limit"))
        most = limits.MAX_PAGE_CONTENTS
        return cls(start or 0, most if limit is None else min(limit, most))


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None


@dataclass(slots=True)
class Listed:
    """Part of a list, and how many there are: in the inbox, and of those that are meant.

    A filter that looks into the mails reads so many as any (`limits.FILTER_READS`), the newest
    ones; what is older is not counted then.
    """

    total: int = 0
    unread: int = 0
    last_sequence: int = 0
    part: Part = Part()
    meant: list[Message] = field(default_factory=list)
    contents: dict[int, Content] = field(default_factory=dict)
    """Those that a filter had to read, by the messages' numbers."""

    @property
    def meant_unread(self) -> int:
        """How many of those that are meant are not read yet."""
        return sum(not each.is_read for each in self.meant)

    @property
    def shown(self) -> list[Message]:
        """Those of the part that was asked for."""
        return self.meant[self.part.start : self.part.start + self.part.limit]

    def opened(self, box: Box) -> Iterator[MessageWithContent]:
        """The same with their contents, each read when the caller goes on."""
        for message in self.shown:
            known = self.contents.get(message.id.sequence)
            try:
                content = known or box.flows.messages.loader.open(message)
            except MessageNotFound:  # deleted since it was listed
                continue
            yield MessageWithContent(message, content)


def listed(call: Call[Box, None], wanted: Filter, part: Part) -> Listed:
    """The part of the list; one that nothing is meant in is held a moment, see `patience`.

    Of an inbox that shows a mailbox elsewhere, what is new there is fetched first.
    """
    box, flows = call.caller, call.flows
    if not isinstance(box.ref, str):
        fetch_first(flows, box.ref)
    found, left = listed_now(box, wanted, part), patience(flows.settings)
    if found.meant or not left:
        return found
    look = Look(flows.messages.loader.open, wanted)
    with waiting(call.request, flows) as turn:
        page = flows.messages.search.since(box.ref, found.last_sequence, 1, left, look, turn)
    return listed_now(box, wanted, part) if page.messages else found


def patience(settings: Settings) -> timedelta:
    """How long an answer of nothing is held.

    As long as is between two lists at the rate limit: a client that asks again half a second after
    the answer, as those of other services do, keeps within it. Not at all where the limit allows
    that anyway, and where no place to wait is free.
    """
    if not settings.rate_limit_fetch:
        return timedelta()
    apart = settings.rate_window / settings.rate_limit_fetch
    is_needed = apart.total_seconds() > limits.FACADE_POLL_SECONDS
    return min(apart, limits.FACADE_PATIENCE) if is_needed else timedelta()


def listed_now(box: Box, wanted: Filter, part: Part) -> Listed:
    """The part of the list, as it is."""
    reader, found = box.flows.messages.reader, Listed(part=part)

    def open_and_keep(message: Message) -> Content:
        content = reader.loader.open(message)
        found.contents[message.id.sequence] = content
        return content

    look, cursor = Look(open_and_keep, wanted), None
    while True:
        page = reader.page(box.ref, limits.MAILBOX_PAGE_MESSAGES, cursor)
        found.total += len(page.messages)
        found.unread += sum(not each.is_read for each in page.messages)
        found.last_sequence = found.last_sequence or page.last_sequence or 0
        if not look.has_read_enough:
            found.meant += look.among(page.messages, len(page.messages))[0]
        cursor = page.cursor
        if cursor is None:
            return found
