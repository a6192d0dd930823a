"""DynamoDB's TTL, which moto has not: rows go when their time is over, as TTL lets them go.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html

DynamoDB takes days for it and this takes a minute: nothing may rely on either. What moto itself
piles up goes on the same occasion.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

from infra.local.moto_guard import alone
from infra.local.moto_server import Cloud, queues_inside, table_inside, topic_inside
from infra.local.worker import Worker

SWEEP_SECONDS = 60.0
_AT_ONCE = 100  # rows removed before others may use the table again
_PRINCIPAL = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}


@dataclass(frozen=True, slots=True)
class Expiry:
    """Removes the rows of one table that are past their TTL. `now` is in epoch seconds."""

    table_name: str
    cloud: Cloud
    now: Callable[[], float]

    @contextmanager
    def working(self) -> Iterator[None]:
        """Look once a minute."""
        worker = Worker("expiry", self.step, SWEEP_SECONDS)
        worker.start()
        try:
            yield
        finally:
            worker.stop(SWEEP_SECONDS)

    def step(self) -> bool:
        """Remove some expired rows; False if none are left."""
        with alone():
            table = table_inside(self.table_name)
            expired = list(islice(self._expired(table), _AT_ONCE))
            for row in expired:
                _remove(table, row)
            if not expired:
                self._tidy(table)
        return bool(expired)

    def _expired(self, table: Any) -> Iterator[Any]:
        attribute, now = table.ttl["AttributeName"], self.now()
        for partition in table.items.values():
            for row in partition.values():
                ttl = row.attrs.get(attribute)
                # TTL leaves alone what is no number; it says so nowhere.
                if ttl is not None and ttl.type == "N" and float(ttl.value) < now:
                    yield row

    def _tidy(self, table: Any) -> None:
        for key in [key for key, partition in table.items.items() if not partition]:
            del table.items[key]
        topic_inside(self.cloud.topic_arn).sent_notifications.clear()
        for queue in queues_inside().queues.values():
            queue.deleted_messages.clear()


def _remove(table: Any, row: Any) -> None:
    table.delete_item(row.hash_key, row.range_key)
    table.stream_shard.items[-1].record["userIdentity"] = _PRINCIPAL
