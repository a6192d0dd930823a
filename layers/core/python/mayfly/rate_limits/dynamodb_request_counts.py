"""The RequestCounts port on DynamoDB: one write for each request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.config import Config

from mayfly.kit.dynamodb.keys import PARTITION_KEY, SORT_KEY, TTL_ATTRIBUTE, rate_key
from mayfly.kit.dynamodb.notation import decode, encode_row, epoch
from mayfly.limits import RATE_KEPT_WINDOWS
from mayfly.rate_limits.models import Window

COUNTING_CONFIG = Config(
    connect_timeout=0.3,
    read_timeout=0.5,
    retries={"total_max_attempts": 1},
)
"""For a client of its own: who asks waits for the count, so it is quick or it is not."""


@dataclass(frozen=True, slots=True)
class DynamoRequestCounts:
    """See `mayfly.rate_limits.ports.RequestCounts`."""

    client: Any
    table_name: str

    def count(
        self, who: str, window: Window, names: Sequence[str], by: int = 1
    ) -> Mapping[str, int]:
        """One write unit: the row has a few numbers. TTL takes it soon after the window."""
        marks = {f"#n{number}": name for number, name in enumerate(names)}
        key = rate_key(who, epoch(window.start))
        answer = self.client.update_item(
            TableName=self.table_name,
            Key=encode_row(key),
            UpdateExpression=("SET #ttl = :ttl ADD " + ", ".join(f"{mark} :by" for mark in marks)),
            ExpressionAttributeNames=marks | {"#ttl": TTL_ATTRIBUTE},
            ExpressionAttributeValues=encode_row(
                {":by": by, ":ttl": epoch(window.start + RATE_KEPT_WINDOWS * window.length)}
            ),
            ReturnValues="ALL_NEW",
        )
        return _counters(answer["Attributes"])

    def seen(self, who: str, window: Window) -> Mapping[str, int]:
        """One consistent read."""
        answer = self.client.get_item(
            TableName=self.table_name,
            Key=encode_row(rate_key(who, epoch(window.start))),
            ConsistentRead=True,
        )
        return _counters(answer.get("Item") or {})


def _counters(row: dict[str, Any]) -> Mapping[str, int]:
    return {
        name: value
        for name, value in decode(row).items()
        if name not in (PARTITION_KEY, SORT_KEY, TTL_ATTRIBUTE)
    }
