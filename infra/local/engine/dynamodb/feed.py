"""What changed in the table, as records of a DynamoDB stream that wait for their function.

A record is written with its row, in one transaction, and handed on once that is safe. It stays
until it is dropped, also over a restart. Records have AWS's shape:
https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
"""

import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any

import msgspec

from infra.local.account import ACCOUNT, REGION
from infra.local.engine.dynamodb.filters import Filters
from infra.local.engine.dynamodb.rows import Key, key_row
from infra.local.engine.dynamodb.values import Row
from infra.local.engine.store import Schema, Store
from mayfly.kit.dynamodb.keys import COUNT_FILTERS, STREAM_FILTERS, STREAM_VIEW

SCHEMA: Schema = """
CREATE TABLE IF NOT EXISTS changes (position INTEGER PRIMARY KEY, record BLOB NOT NULL);
"""
_CREATED = "2026-01-01T00:00:00.000"  # the name of a stream is the time at which it was made

FILTERS = (*STREAM_FILTERS, *COUNT_FILTERS)
"""One feed is for both readers of the cloud's stream; `dynamodb.stream.for_both` parts them."""
Record = dict[str, Any]
Kept = tuple[int, bytes]
"""The position and the record, as it is stored."""

# JSON has no bytes: values of `B` are base64 in a record, as Lambda gets them.
_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(dict[str, Any])


class Feed:
    """The records that wait for the function, oldest first.

    `kept` and `tell` are for the writer, in the store's lock; the others may be called from any
    thread.
    """

    def __init__(
        self,
        store: Store,
        table_name: str,
        now: Callable[[], float] = time.time,
        filters: Sequence[Mapping[str, Any]] = FILTERS,
    ) -> None:
        """Read what is still kept. The schema has to be in the store."""
        self._store = store
        self._now = now
        self._filters = Filters(filters)
        self._source = _source(table_name)
        self._lock = threading.Lock()
        self._arrived: Callable[[], None] = lambda: None
        self._changed: Callable[[str], None] = lambda partition: None
        with store.reading() as file:
            kept = file.execute("SELECT position, record FROM changes ORDER BY position").fetchall()
        self._waiting: deque[Kept] = deque(kept)
        self._dropped: dict[int, list[Kept]] = {}  # by their last position, until that is safe
        store.when_forgotten(self._put_back)
        self._position = kept[-1][0] if kept else 0
        # Above all that were given before; those have as many digits.
        last = int(_number(kept[-1][1])) if kept else 0
        self._last = max(time.time_ns() * 1000, last)

    def kept(
        self,
        file: sqlite3.Connection,
        key: Key,
        old: Row | None,
        new: Row | None,
        identity: Mapping[str, str] | None = None,
    ) -> Kept | None:
        """Write the record of a change; None if the filters do not want it."""
        tests = self._filters.about(key[1])
        if not tests:
            return None
        record = _record(key, old, new, identity)
        if not any(test(record) for test in tests):
            return None
        self._last += 1
        self._position += 1
        change = record["dynamodb"]
        change["ApproximateCreationDateTime"] = int(self._now())
        change["SequenceNumber"] = str(self._last)
        change["StreamViewType"] = STREAM_VIEW
        record |= self._source | {"eventID": f"{self._last:032x}"}
        blob = _encoder.encode(record)
        file.execute("INSERT INTO changes VALUES (?, ?)", (self._position, blob))
        return self._position, blob

    def tell(self, partitions: Sequence[str], records: Sequence[Kept]) -> None:
        """Hand on what was written, once it is safe, in the order of the writes."""
        self._store.afterwards(partial(self._hand_on, partitions, records))

    def first(self, count: int) -> list[Record]:
        """The oldest records; they stay until `drop`."""
        with self._lock:
            kept = list(islice(self._waiting, count))
        return [_decoder.decode(blob) for _, blob in kept]

    def drop(self, count: int) -> None:
        """Forget the oldest records."""
        with self._lock:
            kept = list(islice(self._waiting, count))
        if not kept:
            return
        with self._store.writing() as file:
            file.execute("DELETE FROM changes WHERE position <= ?", (kept[-1][0],))
        last = kept[-1][0]
        with self._lock:
            for _ in kept:
                self._waiting.popleft()
            self._dropped[last] = kept
        self._store.afterwards(partial(self._dropped.pop, last, None))

    @property
    def oldest(self) -> str | None:
        """The number of the oldest record that waits."""
        with self._lock:
            return _number(self._waiting[0][1]) if self._waiting else None

    def when_arrived(self, call: Callable[[], None]) -> None:
        """Call this whenever records were added, and now if some wait; it must be quick."""
        self._arrived = call
        if self._waiting:
            call()

    def when_changed(self, call: Callable[[str], None]) -> None:
        """Call this with the partition of each row that changed, whatever the filters say."""
        self._changed = call

    def __len__(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def _put_back(self) -> None:
        """Let those wait again whose removal was rolled back."""
        with self._store.reading() as file, self._lock:
            for last in sorted(self._dropped, reverse=True):
                if file.execute("SELECT 1 FROM changes WHERE position = ?", (last,)).fetchone():
                    self._waiting.extendleft(reversed(self._dropped[last]))
            self._dropped.clear()

    def _hand_on(self, partitions: Sequence[str], records: Sequence[Kept]) -> None:
        for partition in partitions:
            self._changed(partition)
        if records:
            with self._lock:
                self._waiting.extend(records)
            self._arrived()


def _number(blob: bytes) -> str:
    return str(_decoder.decode(blob)["dynamodb"]["SequenceNumber"])


def _source(table_name: str) -> Record:
    table = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{table_name}"
    return {
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": REGION,
        "eventSourceARN": f"{table}/stream/{_CREATED}",
    }


def _record(
    key: Key, old: Row | None, new: Row | None, identity: Mapping[str, str] | None
) -> Record:
    """What the filters look at."""
    change: Record = {"Keys": key_row(key)}
    if new is not None:
        change["NewImage"] = new
    if old is not None:
        change["OldImage"] = old
    event = "INSERT" if old is None else "REMOVE" if new is None else "MODIFY"
    record: Record = {"eventName": event, "dynamodb": change}
    if identity is not None:
        record["userIdentity"] = dict(identity)
    return record
