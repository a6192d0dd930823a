"""DynamoDB's TTL, which moto has not: rows go when their time is over, as TTL lets them go.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html

DynamoDB takes days for it and this takes a minute: nothing may rely on either. What moto itself
piles up goes on the same occasion.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import islice
from typing import Any

from infra.local.moto.guard import alone
from infra.local.moto.server import Cloud, queues_inside, table_inside, topic_inside
from infra.local.threads import Worker

SWEEP_SECONDS = 60.0
_AT_ONCE = 100  # rows removed before others may use the table again
_LOOKED_AT_ONCE = 200  # partitions, likewise
_PRINCIPAL = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}


@dataclass(frozen=True, slots=True)
class Expiry:
    """Removes the rows of one table that are past their TTL. `now` is in epoch seconds."""

    table_name: str
    cloud: Cloud
    now: Callable[[], float]

    def working(self) -> AbstractContextManager[None]:
        """Look once a minute."""
        return Worker("expiry", self.step, SWEEP_SECONDS).working(SWEEP_SECONDS)

    def step(self) -> bool:
        """Remove the expired rows; False if there were none."""
        removed = self.remove()
        if not removed:
            with alone():
                self._tidy()
        return removed > 0

    def remove(self) -> int:
        """Remove the expired rows, and say how many.

        Others may use moto in between: at 100,000 messages the look at all rows takes a second.
        """
        with alone():
            table = table_inside(self.table_name)
            partitions = list(table.items)
        return sum(
            self._remove_expired(table, partitions[start : start + _LOOKED_AT_ONCE])
            for start in range(0, len(partitions), _LOOKED_AT_ONCE)
        )

    def _remove_expired(self, table: Any, partitions: Sequence[Any]) -> int:
        removed = 0
        while True:
            with alone():
                expired = list(islice(self._expired(table, partitions), _AT_ONCE))
                for row in expired:
                    _remove(table, row)
            removed += len(expired)
            if len(expired) < _AT_ONCE:
                return removed

    def _expired(self, table: Any, partitions: Sequence[Any]) -> Iterator[Any]:
        attribute, now = table.ttl["AttributeName"], self.now()
        for partition in partitions:
            for row in table.items.get(partition, {}).values():
                ttl = row.attrs.get(attribute)
                # TTL leaves alone what is no number; it says so nowhere.
                if ttl is not None and ttl.type == "N" and float(ttl.value) < now:
                    yield row

    def _tidy(self) -> None:
        table = table_inside(self.table_name)
        for key in [key for key, partition in table.items.items() if not partition]:
            del table.items[key]
        topic_inside(self.cloud.topic_arn).sent_notifications.clear()
        for queue in queues_inside().queues.values():
            queue.deleted_messages.clear()


def _remove(table: Any, row: Any) -> None:
    table.delete_item(row.hash_key, row.range_key)
    table.stream_shard.items[-1].record["userIdentity"] = _PRINCIPAL
