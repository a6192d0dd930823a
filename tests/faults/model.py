"""What an inbox is to those who use it: a page of Python, to compare the real one with."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mayfly.inboxes.models import Inbox

KEPT, COOLDOWN = timedelta(hours=72), timedelta(days=30)


@dataclass
class Line:
    """A message as lists show it."""

    mail: str
    expires_at: datetime
    is_read: bool = False


@dataclass
class Box:
    """One generation of an inbox."""

    inbox: Inbox
    kept: timedelta = KEPT
    lines: dict[int, Line] = field(default_factory=dict)
    mails: set[str] = field(default_factory=set)
    version: int = 0
    deleted_at: datetime | None = None

    def is_active(self, now: datetime) -> bool:
        return self.deleted_at is None and now < self.inbox.expires_at

    def is_free(self, now: datetime) -> bool:
        return now >= (self.deleted_at or self.inbox.expires_at) + COOLDOWN

    def take(self, mail: str, sent_at: datetime, now: datetime) -> None:
        """A mail comes in, maybe late, maybe once more."""
        if mail in self.mails or not self.is_active(now) or sent_at + self.kept <= now:
            return
        if self.inbox.created_at <= sent_at + timedelta(minutes=5):
            self.mails.add(mail)
            self.lines[len(self.mails)] = Line(mail, sent_at + self.kept)

    def readable(self, now: datetime) -> list[int]:
        """The numbers of what can be read, oldest first."""
        return [
            n for n, line in self.lines.items() if now < line.expires_at and not self.deleted_at
        ]


@dataclass
class Ear:
    """What one connection was told of one inbox since it subscribed."""

    box: Box
    ends_at: datetime
    version: int
    told: int

    def hears(self, now: datetime) -> list[int]:
        """The numbers that are to be told now."""
        if self.ends_at <= now or self.version != self.box.version:
            return []
        if not self.box.is_active(now):
            return []
        return [n for n in self.box.readable(now) if n > self.told]
