"""The file that keeps a laptop's inboxes and messages: SQLite, one transaction per call.

A transaction that is over survives the end of the process, however it ends. A power cut may take
the last moments: the disk is not waited for.
"""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mayfly.errors import InvalidInput

FILE = "mayfly.sqlite3"
_VERSION = 1
_SCHEMA = """
CREATE TABLE items (pk TEXT, sk TEXT, item TEXT NOT NULL, PRIMARY KEY (pk, sk)) WITHOUT ROWID;
CREATE TABLE objects (key TEXT PRIMARY KEY, content BLOB NOT NULL, stored_at REAL NOT NULL);
CREATE TABLE waiting (id TEXT PRIMARY KEY, queue TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE changes (number TEXT PRIMARY KEY, record TEXT NOT NULL);
"""

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Object:
    """One object of the bucket; `stored_at` in epoch seconds."""

    key: str
    content: bytes
    stored_at: float


@dataclass(frozen=True, slots=True)
class Waiting:
    """One message that waits in a queue."""

    id: str
    queue: str
    body: str


class Store:
    """What is kept. One thread at a time; nothing is kept before `transaction` ends."""

    def __init__(self, folder: Path) -> None:
        """Open or make it; InvalidInput if the folder cannot be used."""
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            # SQLite gives its other files (-wal, -shm) the rights that this one has.
            os.close(os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o600))
            # Without sqlite3's own transactions: they would begin where they want.
            self._file = sqlite3.connect(
                folder / FILE, timeout=1.0, isolation_level=None, check_same_thread=False
            )
            self._prepare()
        except (OSError, sqlite3.Error) as error:
            raise InvalidInput(
                f"DATA: {str(folder)!r} cannot be used ({error}); is another Mayfly running on it?"
            ) from error

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the block, or nothing if it raises."""
        self._file.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._file.execute("COMMIT")
        except BaseException:
            if self._file.in_transaction:
                self._file.execute("ROLLBACK")
            raise

    def put_item(self, pk: str, sk: str, item: Item | None) -> None:
        """Keep a row, or its absence."""
        if item is None:
            self._file.execute("DELETE FROM items WHERE pk = ? AND sk = ?", (pk, sk))
        else:
            self._file.execute("REPLACE INTO items VALUES (?, ?, ?)", (pk, sk, json.dumps(item)))

    def put_object(self, kept: Object) -> None:
        """Keep an object."""
        row = (kept.key, kept.content, kept.stored_at)
        self._file.execute("REPLACE INTO objects VALUES (?, ?, ?)", row)

    def remove_object(self, key: str) -> None:
        """It is gone."""
        self._file.execute("DELETE FROM objects WHERE key = ?", (key,))

    def put_waiting(self, message: Waiting) -> None:
        """Keep a message, in the queue that it is in now."""
        row = (message.id, message.queue, message.body)
        self._file.execute("REPLACE INTO waiting VALUES (?, ?, ?)", row)

    def remove_waiting(self, ids: Iterable[str]) -> None:
        """They are done."""
        self._file.executemany("DELETE FROM waiting WHERE id = ?", ((each,) for each in ids))

    def put_changes(self, records: Iterable[Item]) -> None:
        """Keep records of the stream that their function has not seen."""
        rows = ((each["dynamodb"]["SequenceNumber"], json.dumps(each)) for each in records)
        self._file.executemany("REPLACE INTO changes VALUES (?, ?)", rows)

    def remove_changes(self, before: str | None) -> None:
        """Those with a lower number are done; without a number, all of them."""
        self._file.execute("DELETE FROM changes WHERE ?1 IS NULL OR number < ?1", (before,))

    def items(self) -> Iterator[Item]:
        """All rows."""
        for (item,) in self._file.execute("SELECT item FROM items"):
            yield json.loads(item)

    def objects(self) -> Iterator[Object]:
        """All objects."""
        for row in self._file.execute("SELECT key, content, stored_at FROM objects"):
            yield Object(*row)

    def waiting(self) -> Iterator[Waiting]:
        """All messages, in the order they came."""
        for row in self._file.execute("SELECT id, queue, body FROM waiting ORDER BY rowid"):
            yield Waiting(*row)

    def changes(self) -> Iterator[Item]:
        """All records, oldest first."""
        for (record,) in self._file.execute("SELECT record FROM changes ORDER BY number"):
            yield json.loads(record)

    def _prepare(self) -> None:
        for pragma in ("locking_mode = EXCLUSIVE", "journal_mode = WAL", "synchronous = NORMAL"):
            self._file.execute(f"PRAGMA {pragma}")
        (version,) = self._file.execute("PRAGMA user_version").fetchone()
        if version == 0:
            self._file.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {_VERSION}; COMMIT;")
        elif version != _VERSION:
            raise InvalidInput(f"DATA was written by another version of Mayfly ({version})")
