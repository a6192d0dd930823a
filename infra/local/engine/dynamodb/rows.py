"""The rows in the store, and those of them that are kept decoded.

A row is kept as DynamoDB's JSON, in MessagePack (values of `B` as they are). What is written is
remembered so and decoded when it is read: who wrote it may change what he gave. Of a row that is
read, only the outermost dict belongs to the reader: what is in it is the cache's.
"""

import math
import sqlite3
from collections import OrderedDict
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from infra.local.engine.dynamodb.key_conditions import empty_key
from infra.local.engine.dynamodb.numbers import Invalid
from infra.local.engine.dynamodb.values import Row, size_of
from infra.local.engine.store import Schema, Store
from mayfly.kit.dynamodb.keys import PARTITION_KEY, SORT_KEY, TTL_ATTRIBUTE

# With rowids: where the index is the table, rows as large as these cost four times as much.
# https://sqlite.org/withoutrowid.html
SCHEMA: Schema = """
CREATE TABLE IF NOT EXISTS items (
    pk TEXT NOT NULL, sk TEXT NOT NULL, item BLOB NOT NULL, ttl INTEGER, PRIMARY KEY (pk, sk)
);
CREATE INDEX IF NOT EXISTS items_ttl ON items (ttl) WHERE ttl IS NOT NULL;
"""
MAX_ITEM_BYTES = 400 * 1024
_MAX_KEY_BYTES = {PARTITION_KEY: 2048, SORT_KEY: 1024}
_CACHED_ROWS = 1500
_CACHED_BYTES = 4096  # of one row, as it is stored; decoded it takes some five times as much
_LATEST = 1 << 62

GET = "SELECT item FROM items WHERE pk = ? AND sk = ?"
_INSERT = "INSERT INTO items VALUES (?, ?, ?, ?)"
_UPDATE = "UPDATE items SET item = ?, ttl = ? WHERE pk = ? AND sk = ?"
_DELETE = "DELETE FROM items WHERE pk = ? AND sk = ?"

Key = tuple[str, str]

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(dict[str, dict[str, Any]])


class Rows:
    """One table's rows. All methods but `recalled` inside the store's lock."""

    def __init__(self, store: Store) -> None:
        """The schema has to be in the store."""
        self._kept: OrderedDict[Key, Row | bytes] = OrderedDict()
        store.when_forgotten(self._kept.clear)

    def recalled(self, key: Key) -> Row | None:
        """The row if it is kept decoded."""
        kept = self._kept.get(key)
        return None if isinstance(kept, bytes) else kept

    def get(self, file: sqlite3.Connection, key: Key) -> Row | None:
        """The row; None if there is none."""
        kept = self._kept.get(key)
        if kept is None:
            found = file.execute(GET, key).fetchone()
            if found is None:
                return None
            kept = found[0]
        return self.decoded(key, kept) if isinstance(kept, bytes) else kept

    def decoded(self, key: Key, blob: bytes) -> Row:
        """The row that is stored so."""
        kept = self._kept.get(key)
        if kept is not None and not isinstance(kept, bytes):
            return kept
        row = _decoder.decode(blob)
        self._keep(key, row, len(blob))
        return row

    def insert(self, file: sqlite3.Connection, key: Key, row: Row, blob: bytes) -> None:
        """Write one that is not there."""
        file.execute(_INSERT, (*key, blob, ttl_of(row)))
        self._keep(key, blob, len(blob))

    def update(self, file: sqlite3.Connection, key: Key, row: Row, blob: bytes) -> None:
        """Write one that is there."""
        file.execute(_UPDATE, (blob, ttl_of(row), *key))
        self._keep(key, blob, len(blob))

    def delete(self, file: sqlite3.Connection, key: Key) -> None:
        """Remove it."""
        self._kept.pop(key, None)
        file.execute(_DELETE, key)

    def _keep(self, key: Key, row: Row | bytes, size: int) -> None:
        if size > _CACHED_BYTES:
            self._kept.pop(key, None)
            return
        self._kept[key] = row
        if len(self._kept) > _CACHED_ROWS:
            self._kept.popitem(last=False)


def encoded(row: Row, too_large: str) -> bytes:
    """The row as it is stored; Invalid if DynamoDB would not take it."""
    try:
        blob = _encoder.encode(row)
    except UnicodeEncodeError as error:
        raise Invalid("One or more parameter values were invalid: not UTF-8") from error
    # What is stored is never smaller than DynamoDB's measure of it.
    if len(blob) > MAX_ITEM_BYTES and size_of(row) > MAX_ITEM_BYTES:
        raise Invalid(too_large)
    return blob


def decoded(blob: bytes) -> Row:
    """The row that is stored so."""
    return _decoder.decode(blob)


def key_of(row: Mapping[str, Any]) -> Key:
    """The key that a row has; Invalid if it has none."""
    for name in (PARTITION_KEY, SORT_KEY):
        if name not in row:
            raise Invalid(
                f"One or more parameter values were invalid: Missing the key {name} in the item"
            )
        if "S" not in row[name]:
            raise Invalid(
                "One or more parameter values were invalid: Type mismatch for key"
                f" {name} expected: S actual: {next(iter(row[name]), '')}"
            )
    return _key(row)


def given_key(key: Any) -> Key:
    """The key that a request gives; Invalid if it is none."""
    if len(key) != 2 or any("S" not in key.get(each, ()) for each in (PARTITION_KEY, SORT_KEY)):
        raise Invalid("The provided key element does not match the schema")
    return _key(key)


def key_row(key: Key) -> Row:
    """The key as DynamoDB writes it."""
    return {PARTITION_KEY: {"S": key[0]}, SORT_KEY: {"S": key[1]}}


def ttl_of(row: Row) -> int | None:
    """The second from which on TTL may remove the row."""
    text = row.get(TTL_ATTRIBUTE, {}).get("N")
    if text is None:
        return None
    try:
        seconds = int(text)
    except ValueError:
        seconds = math.ceil(Decimal(text))
    return max(-_LATEST, min(_LATEST, seconds))


def _key(row: Mapping[str, Any]) -> Key:
    partition, sort = row[PARTITION_KEY]["S"], row[SORT_KEY]["S"]
    if not partition or not sort:
        raise empty_key(PARTITION_KEY if not partition else SORT_KEY)
    # A character has four bytes at most.
    if len(partition) > 512 or len(sort) > 256:
        for name, most in _MAX_KEY_BYTES.items():
            if len(row[name]["S"].encode(errors="replace")) > most:
                what = "hash" if name == PARTITION_KEY else "range"
                raise Invalid(
                    "One or more parameter values were invalid: Size of"
                    f" {what}key has exceeded the maximum size limit of{most} bytes"
                )
    return partition, sort
