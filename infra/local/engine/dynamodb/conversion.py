"""What version 0.2.0 kept, in the tables of today."""

import base64
import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from infra.local.engine.dynamodb import feed, rows
from infra.local.engine.dynamodb.values import Row, checked_row


def convert_v1(file: sqlite3.Connection) -> None:
    """Convert the tables `items` and `changes` of such a file, in the caller's transaction.

    Rows were JSON, with the values of `B` in base64; of the stream's records it stays so.
    """
    for table in ("items", "changes"):
        file.execute(f"ALTER TABLE {table} RENAME TO {table}_v1")
    for statement in (rows.SCHEMA + feed.SCHEMA).split(";"):
        file.execute(statement)
    file.executemany("INSERT INTO items VALUES (?, ?, ?, ?)", _items(file))
    file.execute(
        "INSERT INTO changes (record) SELECT CAST(record AS BLOB) FROM changes_v1 ORDER BY number"
    )
    for table in ("items", "changes"):
        file.execute(f"DROP TABLE {table}_v1")


def _items(file: sqlite3.Connection) -> Iterator[tuple[str, str, bytes, int | None]]:
    for pk, sk, text in file.execute("SELECT pk, sk, item FROM items_v1"):
        row: Row = checked_row(
            {name: _with_bytes(value) for name, value in json.loads(text).items()}
        )
        yield pk, sk, rows.encoded(row, f"a row of {pk}"), rows.ttl_of(row)


def _with_bytes(value: dict[str, Any]) -> dict[str, Any]:
    ((kind, inner),) = value.items()
    match kind:
        case "B":
            return {"B": base64.b64decode(inner)}
        case "BS":
            return {"BS": [base64.b64decode(each) for each in inner]}
        case "L":
            return {"L": [_with_bytes(each) for each in inner]}
        case "M":
            return {"M": {name: _with_bytes(each) for name, each in inner.items()}}
    return value
