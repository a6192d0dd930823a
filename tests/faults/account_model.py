"""What an account is to its person, to compare the real one with."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from tests.faults.model import KEPT, Box

TERM, LONGER = timedelta(days=7), timedelta(days=10)
SESSION = timedelta(days=7)
MOST = 2  # active mailboxes


@dataclass
class Person:
    """One generation of an account; it counts for nobody else before it was logged in to."""

    password: str
    is_verified: bool = False
    sessions: dict[str, datetime] = field(default_factory=dict)
    boxes: list[Box] = field(default_factory=list)

    def token(self, now: datetime) -> str:
        """Of a session that goes on, "" if there is none."""
        return next((token for token, end in self.sessions.items() if now < end), "")

    def active(self, now: datetime) -> list[Box]:
        return [box for box in self.boxes if box.is_active(now)]

    def has_room(self, box: Box | None, now: datetime) -> bool:
        """Whether one more mailbox, or this one, may be active."""
        return len([each for each in self.active(now) if each is not box]) < MOST

    def extension(self, box: Box, now: datetime) -> datetime | None:
        """Until when the mailbox would live, if there is anything to gain."""
        end = min(max(now, box.inbox.expires_at) + TERM, now + box.kept)
        is_worth_it = end - box.inbox.expires_at >= timedelta(hours=1)
        return end if is_worth_it and self.has_room(box, now) else None

    def take_over(self, box: Box, now: datetime) -> None:
        """The mailbox of a session becomes one of the account, whose mail is kept for longer."""
        end = max(box.inbox.expires_at, now + TERM)
        box.inbox, box.kept = replace(box.inbox, expires_at=end), LONGER
        for number in box.readable(now):
            box.lines[number].expires_at += LONGER - KEPT
        self.boxes.append(box)


@dataclass
class Listener:
    """A connection that watches an account, in a session."""

    person: Person
    token: str
    ends_at: datetime

    def hears(self, now: datetime) -> bool:
        end = self.person.sessions.get(self.token)
        return end is not None and now < min(end, self.ends_at)
