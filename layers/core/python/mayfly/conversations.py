"""A mailbox as a whole: what its folders hold, and which of its messages belong together."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from mayfly.blueprint import limits
from mayfly.domain.folder import Folder
from mayfly.domain.inbox import Inbox
from mayfly.domain.message import Message
from mayfly.domain.threading import stands_alone, thread_keys, thread_number
from mayfly.ports import Messages


@dataclass(frozen=True, slots=True)
class Filed:
    """A message and the number of its thread."""

    message: Message
    thread: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder and how much is in it."""

    folder: Folder
    messages: int
    unread: int


@dataclass(frozen=True, slots=True)
class Thread:
    """The messages that belong together, oldest first."""

    number: int
    messages: tuple[Message, ...]

    @property
    def latest(self) -> Message:
        """The newest of them."""
        return self.messages[-1]

    @property
    def unread(self) -> int:
        """How many of them were not read."""
        return sum(not each.is_read for each in self.messages)


def everything(messages: Messages, inbox: Inbox, now: datetime) -> list[Message]:
    """Every readable message of the mailbox, newest first; its quota bounds how many."""
    found: list[Message] = []
    before = None
    while True:
        page = messages.newest(inbox, before, limits.MAILBOX_PAGE_MESSAGES, now)
        found += page
        if len(page) < limits.MAILBOX_PAGE_MESSAGES:
            return found
        before = page[-1].id.sequence


def filed(
    messages: Messages, inbox: Callable[[], Inbox], chosen: Sequence[Message], now: datetime
) -> list[Filed]:
    """These messages of one mailbox with their threads.

    A message that is no reply is told by itself; if there is another among them, the mailbox is
    read as a whole.
    """
    keys = {each.id.sequence: each.summary.thread_id for each in chosen}
    if not all(map(stands_alone, chosen)):
        around = everything(messages, inbox(), now)
        keys = thread_keys({each.id.sequence: each for each in (*around, *chosen)}.values())
    return [Filed(each, thread_number(keys[each.id.sequence])) for each in chosen]


def shelves(messages: Iterable[Message]) -> list[Shelf]:
    """All folders, and how many of these messages are in each."""
    held = dict.fromkeys(Folder, 0)
    unread = dict.fromkeys(Folder, 0)
    for each in messages:
        held[each.folder] += 1
        unread[each.folder] += not each.is_read
    return [Shelf(folder, held[folder], unread[folder]) for folder in Folder]


def threads(messages: Sequence[Message]) -> list[Thread]:
    """These messages by thread, that with the newest message first."""
    keys = thread_keys(messages)
    gathered: dict[str, list[Message]] = {}
    for each in sorted(messages, key=lambda message: message.id.sequence):
        gathered.setdefault(keys[each.id.sequence], []).append(each)
    found = [Thread(thread_number(key), tuple(members)) for key, members in gathered.items()]
    return sorted(found, key=lambda thread: thread.latest.id.sequence, reverse=True)
