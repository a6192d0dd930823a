"""The table's stream wakes `table_events`, as Lambda's event source mapping for streams does.

https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html
"""

import json
import logging
import time
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

from infra.local.dynamodb.stream_records import Changes, Record
from infra.local.moto.guard import ACCOUNT, REGION, alone
from infra.local.moto.server import FAILED_CHANGES, queues_inside
from infra.local.threads import Worker
from mayfly.functions import STREAM_ATTEMPTS, TABLE_EVENTS

logger = logging.getLogger(__name__)

BATCH = 25
RETRY_SECONDS = 0.2
_IDLE_SECONDS = 60.0  # new changes wake at once


class TableStream:
    """Gives the changes to `handle` in their order, in batches, until it says they are done.

    A batch that raises is halved until the record that fails is alone. What was tried
    `STREAM_ATTEMPTS` times goes to a dead-letter queue, and the stream goes on behind it.
    """

    def __init__(
        self,
        changes: Changes,
        handle: Callable[[dict[str, Any]], Any],
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._changes = changes
        self._handle = handle
        self._pause = pause
        self._size = BATCH
        self._tries = 0

    def working(self) -> AbstractContextManager[None]:
        """Follow the changes in one thread: with more, their order would be lost."""
        worker = Worker("table-stream", self.step, _IDLE_SECONDS)
        self._changes.when_arrived(worker.wake)
        return worker.working(TABLE_EVENTS.timeout.total_seconds())

    def step(self) -> bool:
        """One batch; False if there was none."""
        batch = self._changes.first(self._size)
        if not batch:
            return False
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
            self._pause(RETRY_SECONDS)
            return
        logger.error("%d changes were given up after %d attempts", len(left), self._tries)
        with alone():
            queues_inside().send_message(FAILED_CHANGES, _obituary(left, self._tries))
            self._changes.drop(len(left))
        self._size, self._tries = BATCH, 0


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
