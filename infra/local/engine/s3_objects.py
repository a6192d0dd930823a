"""Where S3 keeps its objects: small ones as rows, large ones as files of the folder beside them.

A file is on the disk, under its last name, before the row that names it is written; it goes after
its row's removal is safe. So a row always has its file, and what has no row is removed at start.
"""

import io
import os
import sqlite3
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from infra.local.engine.store import Store

SCHEMA = """
CREATE TABLE IF NOT EXISTS s3_objects (
    number INTEGER PRIMARY KEY, bucket TEXT NOT NULL, key TEXT NOT NULL, size INTEGER NOT NULL,
    stored_at INTEGER NOT NULL, etag TEXT NOT NULL, content_type TEXT NOT NULL,
    metadata TEXT NOT NULL, file TEXT NOT NULL, content BLOB, UNIQUE (bucket, key));
CREATE INDEX IF NOT EXISTS s3_files ON s3_objects (file) WHERE file != '';
"""
FOLDER = "objects"
ROW_BYTES = 64 * 1024
"""The most that is a row; what is larger is a file, if there is a folder."""

_FIELDS = "key, size, stored_at, etag, content_type, metadata, file"


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of an object; `stored_at` in epoch seconds, `metadata` as JSON."""

    key: str
    size: int
    stored_at: int
    etag: str
    content_type: str
    metadata: str
    file: str = ""


class Objects:
    """The objects of all buckets."""

    def __init__(self, store: Store) -> None:
        """Remove what an earlier process has left unfinished."""
        self._store = store
        self._folder = store.folder / FOLDER if store.folder else None
        if self._folder is not None:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            _synchronise(self._folder.parent)
            self._remove_orphans(self._folder)

    def put(self, bucket: str, found: Found, content: bytes) -> None:
        """Keep it, in the place of what has this key."""
        file = ""
        if self._folder is not None and len(content) > ROW_BYTES:
            file = _written(self._folder, content)
        with self._store.writing() as connection:
            replaced = self._files(connection, bucket, found.key)
            connection.execute(
                f"REPLACE INTO s3_objects (bucket, {_FIELDS}, content)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(bucket, found.key, found.size, found.stored_at, found.etag),
                    *(found.content_type, found.metadata, file, None if file else content),
                ),
            )
            self._remove_later(replaced)

    def find(self, bucket: str, key: str) -> Found | None:
        """What is known of the object."""
        with self._store.reading() as connection:
            row = connection.execute(
                f"SELECT {_FIELDS} FROM s3_objects WHERE bucket = ? AND key = ?", (bucket, key)
            ).fetchone()
        return Found(*row) if row else None

    def open(self, bucket: str, key: str) -> tuple[Found, IO[bytes]] | None:
        """The object and its content, which stays readable when the object goes."""
        with self._store.reading() as connection:
            row = connection.execute(
                f"SELECT {_FIELDS}, content FROM s3_objects WHERE bucket = ? AND key = ?",
                (bucket, key),
            ).fetchone()
            if row is None:
                return None
            found = Found(*row[:-1])
            if found.file:
                assert self._folder is not None
                return found, (self._folder / found.file).open("rb")
        return found, io.BytesIO(row[-1])

    def delete(self, bucket: str, keys: list[str]) -> None:
        """They are gone; those not there are no error."""
        with self._store.writing() as connection:
            for key in keys:
                self._remove_later(self._files(connection, bucket, key))
            connection.executemany(
                "DELETE FROM s3_objects WHERE bucket = ? AND key = ?",
                [(bucket, key) for key in keys],
            )

    def names(self, bucket: str, after: str, prefix: str, most: int) -> list[Found]:
        """Those with this prefix whose keys come after, in S3's order."""
        with self._store.reading() as connection:
            rows = connection.execute(
                f"SELECT {_FIELDS} FROM s3_objects"
                " WHERE bucket = ? AND key > ? AND key >= ? ORDER BY key LIMIT ?",
                (bucket, after, prefix, most),
            ).fetchall()
        return [Found(*row) for row in rows if row[0].startswith(prefix)]

    def _files(self, connection: sqlite3.Connection, bucket: str, key: str) -> list[str]:
        if self._folder is None:
            return []
        rows = connection.execute(
            "SELECT file FROM s3_objects WHERE bucket = ? AND key = ? AND file != ''", (bucket, key)
        )
        return [file for (file,) in rows]

    def _remove_later(self, files: list[str]) -> None:
        for file in files:
            assert self._folder is not None
            path = self._folder / file
            self._store.afterwards(lambda path=path: path.unlink(missing_ok=True))  # type: ignore[misc]

    def _remove_orphans(self, folder: Path) -> None:
        with self._store.reading() as connection:
            rows = connection.execute("SELECT file FROM s3_objects WHERE file != ''")
            known = {file for (file,) in rows}
        for path in _within(folder):
            if path.name not in known:
                path.unlink()


def _within(folder: Path) -> Iterator[Path]:
    return (path for path in list(folder.iterdir()) if path.is_file())


def _written(folder: Path, content: bytes) -> str:
    """The name of a new file that has this content, on the disk."""
    name = uuid.uuid4().hex
    unfinished = folder / f"{name}.part"
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb", buffering=0) as file:
            left = memoryview(content)
            while left:
                left = left[file.write(left) :]
            os.fsync(file.fileno())
        unfinished.rename(folder / name)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    _synchronise(folder)
    return name


def _synchronise(folder: Path) -> None:
    """Have the names in the folder on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def convert_v1(connection: sqlite3.Connection, bucket: str) -> None:
    """Take over the objects of a file of version 1, all of this bucket; large ones stay rows."""
    for statement in SCHEMA.split(";"):
        connection.execute(statement)
    connection.execute(
        f"INSERT INTO s3_objects (bucket, {_FIELDS}, content)"
        " SELECT ?, key, length(content), CAST(stored_at AS INTEGER),"
        " lower(hex(randomblob(16))), 'binary/octet-stream', '{}', '', content FROM objects",
        (bucket,),
    )
    connection.execute("DROP TABLE objects")
