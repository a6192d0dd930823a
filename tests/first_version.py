"""A folder of data as Mayfly 0.2.0 left it."""

import base64
import json
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE items (pk TEXT, sk TEXT, item TEXT NOT NULL, PRIMARY KEY (pk, sk)) WITHOUT ROWID;
CREATE TABLE objects (key TEXT PRIMARY KEY, content BLOB NOT NULL, stored_at REAL NOT NULL);
CREATE TABLE waiting (id TEXT PRIMARY KEY, queue TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE changes (number TEXT PRIMARY KEY, record TEXT NOT NULL);
PRAGMA user_version = 1;
"""


def write_first_version(
    folder: Path,
    rows: Iterable[Mapping[str, Any]] = (),
    objects: Iterable[tuple[str, bytes, float]] = (),
    waiting: Iterable[tuple[str, str, str]] = (),
    changes: Iterable[Mapping[str, Any]] = (),
) -> None:
    """Rows are in DynamoDB's notation; objects have a key, a content and a time in epoch seconds.

    What waits has an id, a queue and a body.
    """
    with closing(sqlite3.connect(folder / "mayfly.sqlite3", isolation_level=None)) as file:
        file.executescript(f"PRAGMA journal_mode = WAL; {SCHEMA}")
        for row in rows:
            text = json.dumps(row, default=_base64)
            file.execute(
                "INSERT INTO items VALUES (?, ?, ?)", (row["pk"]["S"], row["sk"]["S"], text)
            )
        file.executemany("INSERT INTO objects VALUES (?, ?, ?)", objects)
        file.executemany("INSERT INTO waiting VALUES (?, ?, ?)", waiting)
        for each in changes:
            number = each["dynamodb"]["SequenceNumber"]
            file.execute("INSERT INTO changes VALUES (?, ?)", (number, json.dumps(each)))


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()
