"""The table's stream wakes `table_events`, as Lambda's event source mapping for streams does.

https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html
"""

import asyncio
import json
import logging
import time
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from infra.local.account import ACCOUNT, REGION
from infra.local.pump import Pump
from mayfly.functions import STREAM_ATTEMPTS, TABLE_EVENTS
from mayfly.kit.dynamodb.keys import COUNTERS_ROW, MESSAGE_ROW, OUTGOING_COUNTERS_ROW, SORT_KEY

logger = logging.getLogger(__name__)

BATCH = 25
RETRY_SECONDS = 0.2
_IDLE_SECONDS = 60.0  # new changes wake at once

Record = dict[str, Any]


class Changes(Protocol):
    """The records that wait for the function, oldest first, in AWS's shape."""

    def first(self, count: int) -> Sequence[Record]:
        """The oldest records; they stay until `drop`."""
        ...

    def drop(self, count: int) -> None:
        """Forget the oldest records."""
        ...

    def when_arrived(self, call: Callable[[], None]) -> None:
        """Call this whenever records were added."""
        ...

    def __len__(self) -> int:
        """How many wait."""
        ...


class TableStream:
    """Gives the changes to `handle` in their order, in batches, until it says they are done.

    A batch that raises is halved until the record that fails is alone. What was tried
    `STREAM_ATTEMPTS` times goes to a dead-letter queue, and the stream goes on behind it.
    """

    def __init__(
        self,
        changes: Changes,
        handle: Callable[[dict[str, Any]], Any],
        give_up: Callable[[str], None],
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """Do nothing yet. `give_up` is given what a destination on failure is sent."""
        self._changes = changes
        self._handle = handle
        self._give_up = give_up
        self._pause = pause
        self._size = BATCH
        self._tries = 0

    def pump(self, *, inline: bool) -> Pump:
        """What follows the changes, one batch after the other: their order is kept.

        With `inline`, new messages are announced in the event loop; whatever may take longer, and
        what is tried again, is done in threads.
        """

        async def step() -> bool:
            if inline and self._is_short():
                return self.step()
            return await asyncio.to_thread(self.step)

        pump = Pump("table-stream", step, _IDLE_SECONDS)
        self._changes.when_arrived(pump.wake)
        return pump

    def _is_short(self) -> bool:
        return not self._tries and all(map(_is_short, self._changes.first(self._size)))

    def step(self) -> bool:
        """One batch; False if there was none."""
        batch = list(self._changes.first(self._size))
        if not batch:
            return False
        if self._tries:
            self._pause(RETRY_SECONDS)
        try:
            done = _done(self._handle({"Records": batch}), batch)
        except Exception:
            logger.exception("table_events failed with a batch of %d", len(batch))
            if len(batch) > 1:  # halving is not counted as an attempt
                self._size, self._tries = len(batch) // 2, 0
                return True
            done = 0
        self._settle(batch, done)
        return True

    def _settle(self, batch: list[Record], done: int) -> None:
        if done:
            self._changes.drop(done)
            self._tries = 0
        if done == len(batch):
            self._size = BATCH
            return
        left = batch[done:]
        self._size = len(left)
        self._tries += 1
        if self._tries < STREAM_ATTEMPTS:
            return
        logger.error("%d changes were given up after %d attempts", len(left), self._tries)
        self._give_up(_obituary(left, self._tries))
        self._changes.drop(len(left))
        self._size, self._tries = BATCH, 0


def for_both(
    handle: Callable[[dict[str, Any]], Any], count: Callable[[dict[str, Any]], Any]
) -> Callable[[dict[str, Any]], Any]:
    """Both readers of the cloud's stream as one: `count` gets what counters have counted."""

    def handle_both(event: dict[str, Any]) -> Any:
        records: list[Record] = event["Records"]
        counts = [each for each in records if _is_count(each)]
        others = [each for each in records if not _is_count(each)]
        try:
            return handle({"Records": others}) if others else None
        finally:
            if counts:
                count({"Records": counts})

    return handle_both


def _is_short(record: Record) -> bool:
    sort_key = record["dynamodb"]["Keys"][SORT_KEY]["S"]
    is_message = record["eventName"] == "INSERT" and sort_key.startswith(MESSAGE_ROW)
    return is_message or _is_count(record)


def _is_count(record: Record) -> bool:
    return record["dynamodb"]["Keys"][SORT_KEY]["S"] in (COUNTERS_ROW, OUTGOING_COUNTERS_ROW)


def _done(answer: Any, batch: list[Record]) -> int:
    """How many records of the batch are done, from its start; 0 if the answer makes no sense."""
    if not answer:
        return len(batch)
    if not isinstance(answer, dict):
        return 0
    numbers = [record["dynamodb"]["SequenceNumber"] for record in batch]
    try:
        failures = answer["batchItemFailures"] or ()
        failed = [numbers.index(each["itemIdentifier"]) for each in failures]
    except (TypeError, KeyError, ValueError):
        return 0
    return min(failed, default=len(batch))


def _obituary(records: list[Record], tries: int) -> str:
    """What Lambda sends to a destination on failure: where the records are, not what they hold.

    https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
    """
    times = [
        datetime.fromtimestamp(each["dynamodb"]["ApproximateCreationDateTime"], UTC).isoformat()
        for each in (records[0], records[-1])
    ]
    function = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{TABLE_EVENTS.name}:live"
    return json.dumps(
        {
            "requestContext": {
                "requestId": str(uuid.uuid4()),
                "functionArn": function,
                "condition": "RetryAttemptsExhausted",
                "approximateInvokeCount": tries,
            },
            "responseContext": {"statusCode": 200, "executedVersion": "$LATEST"},
            "version": "1.0",
            "timestamp": datetime.now(UTC).isoformat(),
            "DDBStreamBatchInfo": {
                "shardId": "shardId-00000000000000000000-00000000",
                "startSequenceNumber": records[0]["dynamodb"]["SequenceNumber"],
                "endSequenceNumber": records[-1]["dynamodb"]["SequenceNumber"],
                "approximateArrivalOfFirstRecord": times[0],
                "approximateArrivalOfLastRecord": times[1],
                "batchSize": len(records),
                "streamArn": records[0]["eventSourceARN"],
            },
        }
    )
