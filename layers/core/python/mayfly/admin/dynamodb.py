"""The Census port on DynamoDB: a Scan, the only one there is.

Nothing keeps these counts: each inbox would have to write to a row that all of them share, at
several moments of its life, for an answer that is asked for a few times a day. A Scan reads, and
costs, the whole table: 128 read units a page. So it is bounded by pages and by time.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Scan.html#Scan.ParallelScan
"""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mayfly import limits
from mayfly.admin.models import Counted, Headcount, InboxLine
from mayfly.inboxes.models import Access
from mayfly.kit.clock import Cached, Clock
from mayfly.kit.dynamodb.keys import CENSUS_FIELDS, DELETED_AT, INBOX_ROW, SORT_KEY, admin_key_key
from mayfly.kit.dynamodb.notation import Row, decode, encode_row, instant, milliseconds
from mayfly.kit.dynamodb.table import Table
from mayfly.limits import ADMIN_READ_AGE

_FIELDS = {f"#{name}": name for name in CENSUS_FIELDS}


@dataclass(frozen=True, slots=True)
class DynamoCensus:
    """See `mayfly.inboxes.ports.Census`."""

    table: Table
    segments: int = limits.CENSUS_SEGMENTS
    pages: int = limits.CENSUS_PAGES
    time: timedelta = limits.CENSUS_TIME

    def count(self, now: datetime) -> Counted:
        """One call for each 1 MB of the table, several at a time, eventually consistent."""
        progress = _Progress(self.pages)
        threads = ThreadPoolExecutor(self.segments, "census")
        try:
            walks = [
                threads.submit(self._walk, segment, progress, now)
                for segment in range(self.segments)
            ]
            finished, late = wait(walks, self.time.total_seconds())
        finally:
            progress.end()
            threads.shutdown(wait=False, cancel_futures=True)
        reached_ends = [walk.result() for walk in finished]
        return Counted(progress.headcount, not late and all(reached_ends))

    def _walk(self, segment: int, progress: "_Progress", now: datetime) -> bool:
        """Whether the segment's end was reached before the bounds."""
        request: dict[str, Any] = {
            "TableName": self.table.name,
            "Segment": segment,
            "TotalSegments": self.segments,
            "Select": "SPECIFIC_ATTRIBUTES",
            "FilterExpression": "#sk = :inbox",
            "ProjectionExpression": ", ".join(_FIELDS),
            "ExpressionAttributeNames": _FIELDS | {"#sk": SORT_KEY},
            "ExpressionAttributeValues": encode_row({":inbox": INBOX_ROW}),
        }
        while progress.takes_page():
            answer = self.table.client.scan(**request)
            lines = [_line(decode(image)) for image in answer["Items"]]
            progress.add([Headcount.of(line, now) for line in lines])
            if "LastEvaluatedKey" not in answer:
                return True
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
        return False


class _Progress:
    """What the walks have counted together, and how many pages are left to them."""

    def __init__(self, pages: int) -> None:
        self._lock = threading.Lock()
        self._pages = pages
        self._headcount = Headcount()

    @property
    def headcount(self) -> Headcount:
        with self._lock:
            return self._headcount

    def takes_page(self) -> bool:
        """Whether one more page may be read."""
        with self._lock:
            self._pages -= 1
            return self._pages >= 0

    def add(self, headcounts: Sequence[Headcount]) -> None:
        """The inboxes of a page."""
        total = sum(headcounts, Headcount())
        with self._lock:
            self._headcount += total

    def end(self) -> None:
        """No more pages, for those that are late."""
        with self._lock:
            self._pages = 0


def _line(row: Row) -> InboxLine:
    return InboxLine(
        access=Access(row["access"]),
        expires_at=instant(row["expires_at"]),
        message_lifetime=timedelta(seconds=row["message_lifetime"]),
        is_deleted=DELETED_AT in row,
        held_messages=row["held_messages"],
        token_version=row.get("token_version", 0),
    )


class DynamoAdminKeys:
    """See `mayfly.kit.tokens.ports.AdminKeys`."""

    def __init__(self, table: Table, now: Clock, age: timedelta = ADMIN_READ_AGE) -> None:
        """Read nothing yet."""
        self._table = table
        self._known = Cached(self._read, age, now)

    def hashes(self) -> Sequence[str]:
        """One consistent read, every ten seconds at most: guessing costs no reads."""
        return self._known.get()

    def replace(self, key_hash: str, now: datetime) -> None:
        """One write."""
        self._table.put(admin_key_key() | {"hash": key_hash, "made_at": milliseconds(now)})
        self._known.forget()

    def _read(self) -> Sequence[str]:
        row = self._table.get(admin_key_key())
        return [row["hash"]] if row else []
