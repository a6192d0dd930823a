"""An export: every message of an inbox, or of all an account's inboxes, in one file."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from mayfly import limits
from mayfly.inboxes.ids import InboxId


class ExportFormat(StrEnum):
    """What kind of file it is."""

    MBOX = "mbox"
    ZIP = "zip"


class ExportStatus(StrEnum):
    """How far it has come."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


OPEN = frozenset({ExportStatus.QUEUED, ExportStatus.RUNNING})


def of_inbox(inbox: InboxId) -> str:
    """The holder of an inbox's export."""
    return f"inbox/{inbox}"


def of_account(account: str) -> str:
    """The holder of an account's export."""
    return f"account/{account}"


@dataclass(frozen=True, slots=True)
class Export:
    """One export, and where its making goes on.

    `place` is the index of the inbox that is read, `after` the number of the last message read of
    it. `parts` are what S3 calls the parts that it has, `size_bytes` is how large they are, and
    `missing` counts messages whose raw bytes were gone. `expected` is how many messages there were
    when it was begun. `is_sealed` says that all is in the parts that the file will have.
    """

    holder: str
    id: str
    format: ExportFormat
    created_at: datetime
    updated_at: datetime
    expires_at: datetime
    inboxes: tuple[InboxId, ...]
    expected: int = 0
    status: ExportStatus = ExportStatus.QUEUED
    messages: int = 0
    missing: int = 0
    size_bytes: int = 0
    place: int = 0
    after: int = 0
    upload: str = ""
    is_sealed: bool = False
    parts: tuple[str, ...] = ()
    revision: int = 0

    @property
    def object_key(self) -> str:
        """Where the file is, below the prefix of exports."""
        return f"{self.holder}/{self.id}"

    def entries_key(self, part: int) -> str:
        """Where it is kept what is in a part, until the file is whole."""
        return f"{self.object_key}.{part}"

    @property
    def object_keys(self) -> list[str]:
        """All that may lie there of it: a part may be under way."""
        numbers = range(1, len(self.parts) + 2)
        return [self.object_key, *map(self.entries_key, numbers)]

    def blocks(self, now: datetime) -> bool:
        """Whether it is being made; one that nobody goes on with blocks no other."""
        return self.status in OPEN and now - self.updated_at < limits.EXPORT_STALE

    def seen_at(self, now: datetime) -> "Export":
        """As it is shown: failed, where nobody goes on with it."""
        is_left = self.status in OPEN and not self.blocks(now)
        return replace(self, status=ExportStatus.FAILED) if is_left else self

    def wait(self, now: datetime) -> timedelta:
        """How long until another one may be begun."""
        return max(timedelta(0), self.created_at + limits.EXPORT_EVERY - now)
