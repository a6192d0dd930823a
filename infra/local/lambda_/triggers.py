"""What wakes functions: SQS, as its event source mapping does, and the clock."""

import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from infra.local.moto.guard import ACCOUNT, REGION, alone, observed
from infra.local.moto.server import NOTICE_QUEUE, queue_arn, queues_inside
from infra.local.threads import Worker
from mayfly.functions import INBOUND_MAIL, NOTICE_BATCH, Function

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.5  # for messages that become visible again; new ones wake at once

Event = dict[str, Any]
INTERVAL = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class NoticeQueue:
    """Gives notices, or what else is in a `queue`, to `handle`, until it says they are done.

    A failed one comes again after `retry_seconds` (0: at once).
    """

    handle: Callable[[Event], Any]
    retry_seconds: int = 1
    queue: str = NOTICE_QUEUE
    function: Function = INBOUND_MAIL
    batch: int = NOTICE_BATCH

    @contextmanager
    def working(self, poll_seconds: float = POLL_SECONDS) -> Iterator[None]:
        """Empty the queue in one thread; at the end, a batch that is under way may finish.

        More threads are slower: moto takes one call at a time, and they share one interpreter.
        """
        worker = Worker(self.queue, self.step, poll_seconds)

        def wake() -> None:
            if waiting_inside(self.queue):
                worker.wake()

        with observed(wake), worker.working(self.function.timeout.total_seconds()):
            yield

    def step(self) -> bool:
        """One batch; False if there was none."""
        messages = self._received()
        if not messages:
            return False
        failed = self._failed(messages)
        with alone():
            for message in messages:
                self._settle(message, done=message.id not in failed)
        return True

    def waiting(self) -> int:
        """How many notices are not done yet."""
        with alone():
            return waiting_inside(self.queue)

    def _received(self) -> list[Any]:
        with alone():
            received: list[Any] = queues_inside().receive_message(
                self.queue, self.batch, 0, int(self.function.timeout.total_seconds()) * 6
            )
            return received

    def _failed(self, messages: list[Any]) -> set[str]:
        everything = {message.id for message in messages}
        try:
            answer = self.handle({"Records": [self._record(message) for message in messages]})
        except Exception:
            logger.exception("%s failed with a batch of %d", self.function.name, len(messages))
            return everything
        return _named(answer, everything)

    def _settle(self, message: Any, *, done: bool) -> None:
        queues = queues_inside()
        if done:
            queues.delete_message(self.queue, message.receipt_handle)
        else:
            queues.change_message_visibility(self.queue, message.receipt_handle, self.retry_seconds)

    def _record(self, message: Any) -> Event:
        return {
            "messageId": message.id,
            "receiptHandle": message.receipt_handle,
            "body": message.body,
            "attributes": {
                "ApproximateReceiveCount": str(message.approximate_receive_count),
                "SentTimestamp": str(message.sent_timestamp),
                "SenderId": message.sender_id,
                "ApproximateFirstReceiveTimestamp": str(
                    message.approximate_first_receive_timestamp
                ),
            },
            "messageAttributes": {},
            "md5OfBody": message.body_md5,
            "eventSource": "aws:sqs",
            "eventSourceARN": queue_arn(self.queue),
            "awsRegion": REGION,
        }


def waiting_inside(queue: str = NOTICE_QUEUE) -> int:
    """How many notices, or what else is in the queue, are not done yet; moto's lock is needed."""
    return len(queues_inside().queues[queue]._messages)


def _named(answer: Any, everything: set[str]) -> set[str]:
    """The failures of an answer; an answer that cannot be understood fails the whole batch."""
    failures = (answer or {}).get("batchItemFailures") if isinstance(answer or {}, dict) else []
    try:
        named = {failure["itemIdentifier"] for failure in failures or ()}
    except (TypeError, KeyError):
        return everything
    if not isinstance(answer or {}, dict) or not named <= everything:
        return everything
    return named


@dataclass(frozen=True, slots=True)
class Schedule:
    """Calls `handle`, which is the function's, with Scheduler's event."""

    function: Function
    handle: Callable[[dict[str, Any]], Any]
    interval: timedelta = INTERVAL

    def working(self) -> AbstractContextManager[None]:
        """Call it now and then once per interval."""
        worker = Worker(f"schedule {self.function.name}", self.step, self.interval.total_seconds())
        return worker.working(self.function.timeout.total_seconds())

    def step(self) -> bool:
        """One call; there is never more to do at once."""
        schedule = f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/default/{self.function.name}"
        self.handle(
            {
                "version": "0",
                "id": str(uuid.uuid4()),
                "detail-type": "Scheduled Event",
                "source": "aws.scheduler",
                "account": ACCOUNT,
                "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "region": REGION,
                "resources": [schedule],
                "detail": "{}",
            }
        )
        return False
