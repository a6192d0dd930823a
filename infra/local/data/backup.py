"""A copy of what `DATA` holds, made while Mayfly runs.

A row always has its file. Files are written before the rows that name them, never change, and go
after those rows. So most files are taken first, then a snapshot of the rows is begun, then those
that it names and that are not there yet. If one of those has gone meanwhile, so has its row: then
the next snapshot is tried. https://sqlite.org/backup.html and https://sqlite.org/isolation.html
"""

import errno
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from infra.local.data.private_file import ADMIN_KEY, OUTBOX, PASSWORD_KEY, TOKEN_KEY, write_private
from infra.local.engine.s3_objects import FOLDER as OBJECTS
from infra.local.engine.store import FILE, VERSION
from mayfly.errors import InvalidInput

MANIFEST = "backup.json"
"""Written at the end: what has none is no whole backup."""
FORMAT = 1
KEYS = (TOKEN_KEY, PASSWORD_KEY, ADMIN_KEY)
UNFINISHED = ".part"
_NO_LINK = {errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP}
_SNAPSHOTS = 100
_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Report:
    """What was copied from where to where: how many files, and how many bytes they have."""

    source: Path
    target: Path
    rows_bytes: int
    objects: int
    object_bytes: int
    sent: int

    def __str__(self) -> str:
        return (
            f"{self.source} -> {self.target}: database {self.rows_bytes:,} bytes,"
            f" {self.objects:,} objects of {self.object_bytes:,} bytes, {self.sent:,} sent messages"
        )


def back_up(data: Path, target: Path) -> Report:
    """Copy all of it into a new or empty folder. InvalidInput says why that cannot be done.

    On the same file system, objects and sent messages are hard links and take no room.
    """
    if not (data / FILE).is_file():
        raise InvalidInput(f"DATA: {str(data)!r} holds no data of Mayfly")
    try:
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(target.iterdir()):
            raise InvalidInput(f"{str(target)!r} is not empty; name a new folder")
        return _copied(data, target)
    except (OSError, sqlite3.Error) as error:
        raise InvalidInput(f"The backup failed: {error}") from error


def _copied(data: Path, target: Path) -> Report:
    (target / OBJECTS).mkdir(mode=0o700)
    # Mayfly writes on: this connection only reads, in one transaction.
    source = sqlite3.connect(data / FILE, timeout=_SECONDS, isolation_level=None)
    with closing(source):
        source.execute("PRAGMA query_only = ON")
        (version,) = source.execute("PRAGMA user_version").fetchone()
        if version != VERSION:
            raise InvalidInput(
                f"DATA was written by another version of Mayfly ({version}); start this one once"
            )
        _take_all(data / OBJECTS, target / OBJECTS)
        named = snapshot(source, data / OBJECTS, target / OBJECTS)
        unfinished = target / f"{FILE}{UNFINISHED}"
        os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        _copy_rows(source, unfinished)
        unfinished.rename(target / FILE)
    for path in (target / OBJECTS).iterdir():
        if path.name not in named:
            path.unlink()
    for name in KEYS:
        if (data / name).exists():
            write_private(target / name, (data / name).read_bytes())
    sent = _take_sent(data / OUTBOX, target / OUTBOX)
    sizes = named.values()
    size = (target / FILE).stat().st_size
    report = Report(data, target, size, len(named), sum(sizes), sent)
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    written = {"format": FORMAT, "madeAt": made_at, "bytes": size, "objects": len(named)}
    synchronise_folders(target)
    write_private(target / MANIFEST, json.dumps(written) + "\n")
    synchronise_folders(target)
    return report


def snapshot(source: sqlite3.Connection, objects: Path, target: Path) -> dict[str, int]:
    """Begin a reading transaction all of whose files could be taken; these with their sizes."""
    for _ in range(_SNAPSHOTS):
        source.execute("BEGIN")
        named = named_files(source)
        if all([take(objects / name, target / name) for name in named]):
            return named
        source.execute("ROLLBACK")
    raise InvalidInput("The backup failed: objects go faster than they can be copied")


def named_files(connection: sqlite3.Connection) -> dict[str, int]:
    """The files of objects that rows name, with their sizes."""
    rows = connection.execute("SELECT file, size FROM s3_objects WHERE file != ''")
    return {str(name): int(size) for name, size in rows}


def _copy_rows(source: sqlite3.Connection, target: Path) -> None:
    with closing(sqlite3.connect(target, isolation_level=None)) as copy:
        copy.execute("PRAGMA synchronous = FULL")
        source.backup(copy)  # of the snapshot that the transaction began with
        source.execute("ROLLBACK")
        check_rows(copy)


def check_rows(connection: sqlite3.Connection) -> None:
    """InvalidInput if SQLite finds the file broken."""
    (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise InvalidInput(f"The database is broken: {found}")


def _take_all(source: Path, target: Path) -> None:
    for path in _files(source):
        if path.suffix != UNFINISHED:
            take(path, target / path.name)


def _take_sent(source: Path, target: Path) -> int:
    """How many sent messages there are; their files never change either."""
    if not source.is_dir():
        return 0
    target.mkdir(mode=0o700)
    found = [path for path in _files(source) if path.suffix != UNFINISHED]
    return sum(take(path, target / path.name) for path in found)


def _files(folder: Path) -> Iterator[Path]:
    return (
        (path for path in list(folder.iterdir()) if path.is_file()) if folder.is_dir() else iter(())
    )


def take(source: Path, target: Path) -> bool:
    """Have the file there as well, as a link if that is possible; whether it was there."""
    if target.exists():
        return True
    try:
        os.link(source, target)
    except FileNotFoundError:
        return False
    except OSError as error:
        if error.errno not in _NO_LINK:
            raise
        return copy_file(source, target)
    return True


def copy_file(source: Path, target: Path) -> bool:
    """Copy the file, for its owner only and on the disk; whether it was there."""
    unfinished = target.with_name(f"{target.name}{UNFINISHED}")
    try:
        with source.open("rb") as read:
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as written:
                shutil.copyfileobj(read, written, 1 << 20)
                written.flush()
                os.fsync(written.fileno())
    except FileNotFoundError:
        return False
    unfinished.rename(target)
    return True


def synchronise_folders(folder: Path) -> None:
    """Have the names in the folder and in those within on the disk."""
    for each in (*(path for path in folder.iterdir() if path.is_dir()), folder):
        descriptor = os.open(each, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
