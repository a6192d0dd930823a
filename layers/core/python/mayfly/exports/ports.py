"""What exports need of the world."""

from collections.abc import Sequence
from typing import Protocol

from mayfly.exports.models import Export


class Exports(Protocol):
    """The last export of each holder."""

    def last(self, holder: str) -> Export | None:
        """The one that was begun last, expired or not."""

    def begin(self, export: Export, before: Export | None) -> None:
        """Keep it in the place of the one before; ExportRunning if that is not the last one."""

    def save(self, export: Export) -> Export:
        """Keep it as it is now, at the next revision; ExportGone if it was not the last one."""

    def remove(self, export: Export) -> bool:
        """Forget it; False if somebody has written it meanwhile."""


class ExportFiles(Protocol):
    """The files: written whole, or part by part; each part but the last has 5 MiB or more.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
    """

    def put(self, key: str, content: bytes) -> None:
        """Keep a whole file."""

    def read(self, key: str) -> bytes:
        """A file that was put."""

    def begin(self, key: str) -> str:
        """What names the parts of a file that is to come."""

    def add(self, key: str, upload: str, number: int, content: bytes) -> str:
        """Keep a part, in the place of one of its number; what `finish` calls it."""

    def finish(self, key: str, upload: str, parts: Sequence[str]) -> None:
        """Make the file of its parts; safe to repeat."""

    def abandon(self, key: str, upload: str) -> None:
        """Forget the parts; those not there are no error."""

    def delete(self, keys: Sequence[str]) -> None:
        """Remove the files; those not there are no error."""

    def link(self, key: str, filename: str, content_type: str) -> str:
        """A URL that gives the file for a few minutes."""


class ExportJobs(Protocol):
    """What tells the function that makes exports of a new one."""

    def give(self, holder: str, export: str) -> None:
        """Have it made."""
