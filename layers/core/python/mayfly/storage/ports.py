"""Emails as they came, and what is made of them to be read."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from mayfly.inboxes.ids import MailKey
from mayfly.messages.models import Content


@dataclass(frozen=True, slots=True)
class RawObject:
    """One stored raw message, as a listing of the bucket shows it."""

    key: str
    size_bytes: int
    stored_at: datetime


class RawMails(Protocol):
    """The raw mails: written once by the receiving side, read and deleted here, never changed."""

    def read(self, object_key: str, max_bytes: int) -> bytes:
        """All bytes; RawMailMissing without the object, BodyTooLarge (unread) over `max_bytes`."""

    def read_range(self, object_key: str, start: int, end: int) -> bytes:
        """The bytes `[start:end]`; RawMailMissing without the object."""

    def size(self, object_key: str) -> int:
        """How many bytes it has; RawMailMissing without the object."""

    def link(self, object_key: str, filename: str, content_type: str, method: str = "GET") -> str:
        """A URL that gives the bytes as a download of this name and type, for a few minutes.

        It is for this method, GET or HEAD, and for no other.
        """

    def delete(self, object_keys: Sequence[str]) -> None:
        """Remove the objects; those not there are no error."""

    def listed(self, after: str) -> Iterable[Sequence[RawObject]]:
        """The raw messages whose keys come after this one, in the order of their keys.

        In portions of up to `limits.SWEEP_PORTION`, each read when the caller goes on.
        """


class PartFiles(Protocol):
    """Decoded attachments that are too large for an API answer; made when first asked for."""

    def link(
        self,
        name: str,
        content: Callable[[], bytes],
        filename: str,
        content_type: str,
        method: str = "GET",
    ) -> str:
        """As `RawMails.link`, for the file `name`; written from `content()` if it is not there."""

    def delete(self, names: Sequence[str]) -> None:
        """Remove the files; those not there are no error."""


class Contents(Protocol):
    """What readers see of emails: one record an email."""

    def put(self, mail: MailKey, content: Content, expires_at: datetime) -> None:
        """Keep it at least until then; a repeat writes the same."""

    def get(self, mail: MailKey) -> Content:
        """MessageNotFound if it is not there."""

    def keep(self, mail: MailKey, expires_at: datetime) -> None:
        """Keep it at least until then, if it is there."""

    def delete(self, mail: MailKey) -> None:
        """Remove it; a repeat is a no-op."""
