"""The maildrop of one POP3 session: the messages as they were at its login."""

from dataclasses import dataclass, field

from mayfly_client.bridge.boxes import INBOX, Line
from mayfly_client.bridge.inbox import Inbox


@dataclass(slots=True)
class Drop:
    """The messages of the folder inbox; those that are marked go when the client quits."""

    inbox: Inbox
    lines: list[Line] = field(default_factory=list)
    marked: set[int] = field(default_factory=set)

    @classmethod
    async def opened(cls, inbox: Inbox) -> "Drop":
        """What there is now."""
        await inbox.open()
        return cls(inbox, [each for each in inbox.lines.values() if each.folder == INBOX])

    def kept(self) -> list[tuple[int, Line]]:
        """What is not marked, by its place from 1 on."""
        places = enumerate(self.lines, 1)
        return [(at, line) for at, line in places if line.number not in self.marked]

    def at(self, place: int) -> Line | None:
        """The message at this place; None if there is none, or it is marked."""
        if not 0 < place <= len(self.lines):
            return None
        line = self.lines[place - 1]
        return None if line.number in self.marked else line

    def name(self, line: Line) -> str:
        """The message's unique id: never another's, as the inbox's beginning is part of it."""
        return f"{self.inbox.box.validity:x}.{line.number}"

    async def empty(self) -> None:
        """Delete what is marked."""
        await self.inbox.delete(self.marked)
