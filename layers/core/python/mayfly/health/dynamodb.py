"""The RequestTally port on DynamoDB: one write for many requests."""

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mayfly.kit.dynamodb.keys import PARTITION_KEY, SORT_KEY, requests_key
from mayfly.kit.dynamodb.notation import encode_row
from mayfly.kit.dynamodb.table import Table
from mayfly.limits import REQUEST_SHARDS

_KEYS = (PARTITION_KEY, SORT_KEY)


@dataclass(frozen=True, slots=True)
class DynamoRequestTally:
    """See `mayfly.health.ports.RequestTally`. `client` is the one that counts requests."""

    client: Any
    table: Table

    def add(self, counters: Mapping[str, int]) -> None:
        """One write; a row has some counters for each operation, a few KB in all."""
        names = {f"#n{number}": name for number, name in enumerate(counters)}
        values = {f":n{number}": more for number, more in enumerate(counters.values())}
        changes = ", ".join(f"#n{number} :n{number}" for number in range(len(counters)))
        self.client.update_item(
            TableName=self.table.name,
            Key=encode_row(requests_key(random.randrange(REQUEST_SHARDS))),
            UpdateExpression=f"ADD {changes}",
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=encode_row(values),
        )

    def total(self) -> Mapping[str, int]:
        """One read of all rows."""
        rows = self.table.get_all([requests_key(shard) for shard in range(REQUEST_SHARDS)])
        total: Counter[str] = Counter()
        for row in rows:
            total.update({name: n for name, n in row.items() if name not in _KEYS})
        return total
