"""The folders of a mailbox: they are always there, and hold what their rule or a reader put in."""

from enum import StrEnum

from mayfly.errors import InvalidInput


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
