"""Where DynamoDeliveries counts: by a fake every count is right, and nobody is met."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from mayfly.inboxes.dynamodb import DynamoInboxes
from mayfly.kit.dynamodb.keys import COUNTERS_PARTITION, counters_key
from mayfly.kit.dynamodb.notation import decode
from mayfly.kit.dynamodb.table import Table
from mayfly.limits import COUNTER_SHARDS
from mayfly.receiving.dynamodb import DynamoDeliveries
from mayfly.receiving.dynamodb_counts import CounterPlace
from mayfly.receiving.models import DropReason
from tests import samples
from tests.receiving.test_contention_contract import canceled
from tests.worlds import COOLDOWN, QUOTA


@dataclass
class Crowded:
    """DynamoDB's client; other transactions are under way on some rows of counters."""

    client: Any
    taken: set[str] = field(default_factory=set)
    counted_in: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.client, name)

    def transact_write_items(self, **arguments: Any) -> Any:
        items = [decode(key) for key in map(_key, arguments["TransactItems"])]
        counters = [key["pk"] for key in items if key["pk"].startswith(COUNTERS_PARTITION)]
        self.counted_in += counters
        if self.taken & set(counters):
            met = ["TransactionConflict" if key["pk"] in self.taken else "None" for key in items]
            raise canceled(*met)
        return self.client.transact_write_items(**arguments)


def _key(item: dict[str, Any]) -> dict[str, Any]:
    (action,) = item.values()
    whole = action.get("Key") or action["Item"]
    return {name: whole[name] for name in ("pk", "sk")}


def drawing(*numbers: int) -> Callable[[int], int]:
    drawn: Iterator[int] = iter(numbers)
    return lambda _: next(drawn)


@pytest.mark.parametrize("is_stored", [True, False], ids=["stored", "dropped"])
def test_who_meets_another_process_at_its_counters_goes_elsewhere_and_stays_there(
    table: Table, is_stored: bool
) -> None:
    crowd = Crowded(table.client, {counters_key(5)["pk"]})
    place = CounterPlace(drawing(5, 6))
    busy = Table(crowd, table.name, lambda seconds: None)
    deliveries = DynamoDeliveries(busy, QUOTA, lambda: samples.NOW, place)
    inbox = samples.inbox()
    DynamoInboxes(table, COOLDOWN).create(inbox, samples.NOW)

    for name in ("mail-1", "mail-2"):
        mail = samples.accepted(name)
        if is_stored:
            deliveries.deliver(mail, samples.summary(), inbox, samples.NOW)
        else:
            deliveries.drop(mail, inbox.address, DropReason.UNKNOWN_RECIPIENT)

    elsewhere = counters_key(5 + 1 + 6)["pk"]
    counted = [each for each in crowd.counted_in if each != elsewhere]
    assert counted == [counters_key(5)["pk"]]
    assert deliveries.tally().accepted == 2


def test_another_place_is_never_the_same_and_always_one_that_is_read() -> None:
    for draw in range(COUNTER_SHARDS - 1):
        place = CounterPlace(drawing(COUNTER_SHARDS - 1, draw))
        first = place.key
        place.leave()

        assert place.key != first
        assert place.key in [counters_key(shard) for shard in range(COUNTER_SHARDS)]


def test_what_was_counted_before_there_were_so_many_rows_still_counts(table: Table) -> None:
    for shard in (0, 15):
        table.put(counters_key(shard) | {"accepted": 3, "stored": 2, "too_late": 1, "chunks": 4})

    tally = DynamoDeliveries(table, QUOTA, lambda: samples.NOW).tally()

    assert (tally.accepted, tally.stored, tally.chunks) == (6, 4, 8)
    assert tally.dropped[DropReason.TOO_LATE] == 2
