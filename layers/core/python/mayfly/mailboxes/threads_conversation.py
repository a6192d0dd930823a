"""A mailbox as its reader sees it: what its folders hold, and which messages belong together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mayfly.mailboxes.threads import thread_keys, thread_number
from mayfly.messages.models import Message
from mayfly.messages.models_folder import Folder


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
