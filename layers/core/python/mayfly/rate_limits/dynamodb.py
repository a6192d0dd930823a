"""The Budgets and RequestCounts ports on DynamoDB.

Of the budget there is one row a day, and one of what today has cost. Each request is one write.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from botocore.config import Config

from mayfly.breaker.models import Spending, Used
from mayfly.kit.dynamodb.keys import (
    PARTITION_KEY,
    SORT_KEY,
    TTL_ATTRIBUTE,
    budget_key,
    rate_key,
    spending_key,
)
from mayfly.kit.dynamodb.notation import decode, encode_row, epoch, instant, milliseconds
from mayfly.kit.dynamodb.table import Table
from mayfly.limits import BUDGET_KEPT, RATE_KEPT_WINDOWS
from mayfly.rate_limits.models import Window


@dataclass(frozen=True, slots=True)
class DynamoBudgets:
    """See `mayfly.rate_limits.ports.Budgets`."""

    table: Table

    def spend(self, day: date, inboxes: int, most: int) -> bool:
        """One conditional write."""
        return self._spend(day, "inboxes", inboxes, most)

    def spend_mail(self, day: date, most: int) -> bool:
        """One conditional write."""
        return self._spend(day, "mails", 1, most)

    def give_back(self, day: date, inboxes: int) -> None:
        """One write."""
        self.table.update(
            budget_key(day),
            UpdateExpression="SET #ttl = :ttl ADD #inboxes :fewer",
            ExpressionAttributeNames={"#inboxes": "inboxes", "#ttl": TTL_ATTRIBUTE},
            ExpressionAttributeValues={":fewer": -inboxes, ":ttl": _kept_until(day)},
        )

    def baseline(self, day: date, accepted: int) -> int:
        """One write."""
        answer = self.table.client.update_item(
            TableName=self.table.name,
            Key=encode_row(budget_key(day)),
            UpdateExpression="SET #baseline = if_not_exists(#baseline, :accepted), #ttl = :ttl",
            ExpressionAttributeNames={"#baseline": "baseline", "#ttl": TTL_ATTRIBUTE},
            ExpressionAttributeValues=encode_row({":accepted": accepted, ":ttl": _kept_until(day)}),
            ReturnValues="ALL_NEW",
        )
        return int(answer["Attributes"]["baseline"]["N"])

    def spending(self) -> Spending | None:
        """One read."""
        row = self.table.get(spending_key())
        if not row:
            return None
        began, seen = Used(**row["began"]), Used(**row["seen"])
        day = date.fromisoformat(row["day"])
        since = instant(row["since"]) if "since" in row else None
        reopens = row.get("reopens", False)
        return Spending(day, began, seen, row["tripped"], row["turn"], since, reopens)

    def keep_spending(self, spending: Spending) -> bool:
        """One conditional write."""
        row = spending_key() | {
            "day": spending.day.isoformat(),
            "began": asdict(spending.began),
            "seen": asdict(spending.seen),
            "tripped": spending.is_tripped,
            "turn": spending.turn,
            "reopens": spending.reopens,
        }
        if spending.since is not None:
            row |= {"since": milliseconds(spending.since)}
        return self.table.put(
            row,
            ConditionExpression="attribute_not_exists(#turn) OR #turn = :last",
            ExpressionAttributeNames={"#turn": "turn"},
            ExpressionAttributeValues={":last": spending.turn - 1},
        )

    def _spend(self, day: date, name: str, more: int, most: int) -> bool:
        if more > most:
            return False
        return self.table.update(
            budget_key(day),
            UpdateExpression="SET #ttl = :ttl ADD #spent :more",
            ConditionExpression="attribute_not_exists(#spent) OR #spent <= :room",
            ExpressionAttributeNames={"#spent": name, "#ttl": TTL_ATTRIBUTE},
            ExpressionAttributeValues={
                ":more": more,
                ":room": most - more,
                ":ttl": _kept_until(day),
            },
        )


def _kept_until(day: date) -> int:
    return epoch(datetime.combine(day, time(), UTC) + BUDGET_KEPT)


COUNTING_CONFIG = Config(
    connect_timeout=0.3,
    read_timeout=0.5,
    retries={"total_max_attempts": 1},
)
"""For a client of its own: each request waits for its count, so it is quick or it is not."""


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
