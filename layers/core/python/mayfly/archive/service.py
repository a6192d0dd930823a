"""The archive: a copy of each raw message that somebody got, where nobody can change it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from mayfly.errors import Contended, ForeignNotice, RawMailMissing
from mayfly.inboxes.ids import MailKey
from mayfly.receiving.models import MailProgress
from mayfly.receiving.notice import Notice


class Archived(StrEnum):
    """What became of a message in the archive."""

    COPIED = "copied"
    THERE = "there"  # it was copied before
    NOT_KEPT = "not-kept"  # nobody got it, or whoever did has deleted it at once


class Archive(Protocol):
    """The second bucket."""

    def has(self, key: str) -> bool:
        """Whether there is an object of this key."""

    def copy(self, object_key: str, key: str) -> None:
        """Copy the raw message; RawMailMissing if it is gone."""


class Standings(Protocol):
    """How far emails have come (`messages.ports.Deliveries`)."""

    def standing(self, mail: MailKey) -> MailProgress:
        """How far the mail has come."""


@dataclass(frozen=True, slots=True)
class Archiver:
    """Copies what came in, apart from whoever receives it, and after that."""

    archive: Archive
    deliveries: Standings
    bucket: str
    prefix: str

    def keep(self, notice: Notice) -> Archived:
        """Copy the message once somebody has it; safe to repeat.

        Contended while nobody knows yet whether anybody does: to be tried again soon.
        """
        if notice.bucket != self.bucket or not notice.object_key.startswith(self.prefix):
            raise ForeignNotice("the notice names an object outside our mails")
        standing = self.deliveries.standing(notice.mail)
        if standing is MailProgress.UNHEARD:
            raise Contended("the mail has no outcome yet")
        if standing is MailProgress.OVER:
            return Archived.NOT_KEPT
        key = archive_key(notice)
        if self.archive.has(key):
            return Archived.THERE
        try:
            self.archive.copy(notice.object_key, key)
        except RawMailMissing:
            return Archived.NOT_KEPT
        return Archived.COPIED


def archive_key(notice: Notice) -> str:
    """Where it lies: by the day (UTC) on which it came, and the name that SES gave it."""
    return f"{notice.received_at:%Y/%m/%d}/{notice.object_key.rpartition('/')[2]}.eml"
