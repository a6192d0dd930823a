"""Readers who wait for mail ask again when their inbox has changed, and not before.

`MessageService.since` asks twice a second. On DynamoDB that is half a unit each time; here it is 5
ms of
the one interpreter, and fifty who wait take half of it from the mail that they wait for.
"""

import threading
import time
from dataclasses import dataclass, replace
from datetime import datetime

from mayfly.inboxes.ids import InboxId
from mayfly.kit.dynamodb.keys import INBOX_PARTITION
from mayfly.kit.dynamodb.table import Table
from mayfly.messages.dynamodb import DynamoMessages
from mayfly.messages.models import Message
from mayfly.messages.service import MessageService

_PLACES = 1024  # inboxes at one place wake each other's readers for nothing


class _Place:
    """Some of the inboxes: how often one of them has changed, and what waits for that."""

    def __init__(self) -> None:
        self.changes = 0
        self.changed = threading.Condition()


@dataclass(frozen=True, slots=True)
class _Nothing:
    """What was asked for in vain, and after how many changes at its place."""

    inbox: InboxId
    sequence: int
    place: _Place
    changes: int

    def is_past(self) -> bool:
        """Whether there may be something now."""
        return self.place.changes != self.changes


class _Memory(threading.local):
    """A long poll has a thread of its own, so what a thread asked last is what it waits for."""

    last: _Nothing | None = None


class Arrivals:
    """Knows whether an inbox has changed since a thread asked for its messages in vain."""

    def __init__(self) -> None:
        self._places = [_Place() for _ in range(_PLACES)]
        self._memory = _Memory()

    def note(self, partition: str) -> None:
        """A row of this partition has changed. To be called before anybody can read it."""
        if partition.startswith(INBOX_PARTITION):
            place = self._place(partition)
            with place.changed:
                place.changes += 1
                place.changed.notify_all()

    def question(self, inbox: InboxId, sequence: int) -> _Nothing:
        """For `is_known` before it is asked, and for `remember` if nothing is found."""
        place = self._place(INBOX_PARTITION + inbox.partition)
        # Counted before it is asked: after a change meanwhile, it is worth to ask again.
        return _Nothing(inbox, sequence, place, place.changes)

    def is_known(self, nothing: _Nothing) -> bool:
        """Whether this thread has asked the same before, and nothing has changed since."""
        return self._memory.last == nothing

    def remember(self, nothing: _Nothing) -> None:
        """It was asked, and nothing was found."""
        self._memory.last = nothing

    def pause(self, seconds: float) -> None:
        """Wait for the inbox that this thread found nothing in to change, so long at most."""
        last = self._memory.last
        if last is None:
            time.sleep(seconds)
            return
        with last.place.changed:
            last.place.changed.wait_for(last.is_past, seconds)

    def _place(self, partition: str) -> _Place:
        return self._places[hash(partition) % _PLACES]


@dataclass(frozen=True, slots=True)
class AwaitedMessages(DynamoMessages):
    """The messages; those an inbox is known not to have are not asked for."""

    arrivals: Arrivals

    def after(self, inbox: InboxId, sequence: int, limit: int, now: datetime) -> list[Message]:
        """One consistent query, or none."""
        question = self.arrivals.question(inbox, sequence)
        if self.arrivals.is_known(question):
            return []
        found = DynamoMessages.after(self, inbox, sequence, limit, now)
        if not found:
            self.arrivals.remember(question)
        return found


def woken(reader: MessageService, table: Table, arrivals: Arrivals) -> MessageService:
    """A reader that waits for arrivals."""
    awaited = AwaitedMessages(table, arrivals)
    return replace(reader, messages=awaited, pause=arrivals.pause)
