"""What changed in moto's table, as records of a DynamoDB stream that wait for their function.

They are taken from moto's shard directly, at the end of the call that wrote them: moto's own hold
rows that later calls change, and `GetRecords` would have to be asked all the time.
https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
"""

import json
from collections import deque
from collections.abc import Callable, Sequence
from itertools import islice, zip_longest

from moto.dynamodb.models.utilities import dynamo_json_dump

from infra.local.account import REGION
from infra.local.dynamodb.stream import Record
from infra.local.dynamodb.stream_filters import matches_any
from infra.local.engine.dynamodb.feed import FILTERS
from infra.local.moto.guard import alone
from infra.local.moto.server import table_inside
from mayfly.kit.dynamodb.keys import PARTITION_KEY


class Changes:
    """The records that wait for the function, oldest first, in AWS's shape.

    All methods may be called from any thread; `collect` only inside moto's lock.
    """

    def __init__(self, table_name: str, filters: Sequence[Record] = FILTERS) -> None:
        self._table_name = table_name
        self._filters = filters
        self._waiting: deque[Record] = deque()
        self._arrived: Callable[[], None] = lambda: None
        self._changed: Callable[[str], None] = lambda partition: None

    def collect(self) -> list[Record]:
        """Take what moto recorded since, and return it; what the filters let through waits."""
        table = table_inside(self._table_name)
        shard = table.stream_shard
        if not shard.items:
            return []
        stream_arn = f"{table.table_arn}/stream/{table.latest_stream_label}"
        records = [_in_aws_shape(each.record, stream_arn) for each in shard.items]
        # The numbers go on where they were: moto counts from the start of what it still has.
        shard.starting_sequence_number += len(shard.items)
        shard.items.clear()
        changes = [
            record
            for record, following in zip_longest(records, records[1:])
            if not _is_idle(record) and not _is_forerunner(record, following)
        ]
        self.add([record for record in changes if self.wants(record)])
        for record in changes:
            self._changed(record["dynamodb"]["Keys"][PARTITION_KEY]["S"])
        return changes

    def wants(self, record: Record) -> bool:
        """Whether the filters let the record through."""
        return matches_any(self._filters, record)

    def add(self, records: Sequence[Record]) -> None:
        """Let these wait behind the others."""
        if records:
            self._waiting.extend(records)
            self._arrived()

    def first(self, count: int) -> list[Record]:
        """The oldest records; they stay until `drop`."""
        with alone():
            return list(islice(self._waiting, count))

    def drop(self, count: int) -> None:
        """Forget the oldest records."""
        with alone():
            for _ in range(count):
                self._waiting.popleft()

    @property
    def oldest(self) -> str | None:
        """The number of the oldest record that waits."""
        return self._waiting[0]["dynamodb"]["SequenceNumber"] if self._waiting else None

    def when_arrived(self, call: Callable[[], None]) -> None:
        """Call this whenever records were added; it must be quick."""
        self._arrived = call

    def when_changed(self, call: Callable[[str], None]) -> None:
        """Call this with the partition of each row that changed, whatever the filters say."""
        self._changed = call

    def __len__(self) -> int:
        return len(self._waiting)


def _in_aws_shape(record: Record, stream_arn: str) -> Record:
    # Through JSON: moto's record holds its own values, which later calls change.
    copied: Record = json.loads(dynamo_json_dump(record))
    change = copied["dynamodb"]
    change["ApproximateCreationDateTime"] = int(change["ApproximateCreationDateTime"])
    return copied | {"eventVersion": "1.1", "awsRegion": REGION, "eventSourceARN": stream_arn}


def _is_idle(record: Record) -> bool:
    """Whether nothing changed: DynamoDB writes no record of such a write."""
    change = record["dynamodb"]
    unchanged = change.get("OldImage") == change.get("NewImage")
    return bool(record["eventName"] == "MODIFY" and unchanged)


def _is_forerunner(record: Record, following: Record | None) -> bool:
    """Whether moto made the row here, empty, to update it in the next record."""
    return following is not None and all(
        each["eventName"] == "INSERT" and each["dynamodb"]["Keys"] == record["dynamodb"]["Keys"]
        for each in (record, following)
    )
