"""Folders: the four of each mailbox, and how much is in each."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from mayfly.errors import InvalidInput

if TYPE_CHECKING:
    from mayfly.messages.models import Message


class Folder(StrEnum):
    """Where a message lies. Each mailbox has all four; there is nothing to create."""

    INBOX = "inbox"
    ARCHIVE = "archive"
    TRASH = "trash"
    SPAM = "spam"

    @property
    def number(self) -> int:
        """The id that document 001 gives folders."""
        return _NUMBERS[self]

    @classmethod
    def parse(cls, wanted: object) -> "Folder":
        """The folder of this name or number; InvalidInput names those there are."""
        if isinstance(wanted, str):
            for each in cls:
                if wanted in (each.value, str(each.number)):
                    return each
        elif type(wanted) is int and wanted in _NUMBERS.values():
            return next(each for each in cls if each.number == wanted)
        names = ", ".join(f"{each.value} ({each.number})" for each in cls)
        raise InvalidInput(f"no such folder; there are {names}")


_NUMBERS = {each: number for number, each in enumerate(Folder, 1)}


@dataclass(frozen=True, slots=True)
class FolderCount:
    """A folder and how much is in it."""

    folder: Folder
    messages: int
    unread: int


def folder_counts(messages: "Iterable[Message]") -> list[FolderCount]:
    """All folders, and how many of these messages are in each."""
    held = dict.fromkeys(Folder, 0)
    unread = dict.fromkeys(Folder, 0)
    for each in messages:
        held[each.folder] += 1
        unread[each.folder] += not each.is_read
    return [FolderCount(folder, held[folder], unread[folder]) for folder in Folder]
