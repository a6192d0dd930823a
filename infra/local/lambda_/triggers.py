"""What wakes functions: SQS, as its event source mapping does, and the clock."""

import asyncio
import logging
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from infra.local.account import ACCOUNT, REGION, queue_arn, queue_url
from infra.local.cloud import Cloud
from infra.local.pump import Pump
from mayfly.functions import Function

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.5  # for messages that become visible again; new ones wake at once
INTERVAL = timedelta(hours=1)
_PATIENCE = 5.0
_OBJECT_KEY = re.compile(r'"objectKey": ?"([^"]+)"')

Event = dict[str, Any]
Message = Mapping[str, Any]


def never(call: object) -> bool:
    """Nothing is done in the event loop."""
    return False


def small_mails(size: Callable[[str], int | None], most: int) -> Callable[[Message], bool]:
    """Whether a notice is of a mail of so many bytes at most; `size` is that of an object."""

    def is_short(message: Message) -> bool:
        key = _OBJECT_KEY.search(message["Body"])
        found = size(key[1]) if key else 0
        return found is None or found <= most

    return is_short


@dataclass(frozen=True, slots=True)
class QueueTrigger:
    """Gives what is in a queue to `handle`, until it says that it is done.

    Messages for which `is_short` holds are handled in the event loop, all others in threads. A
    failed one comes again after `retry_seconds` (0: at once).
    """

    sqs: Any
    queue_url: str
    function: Function
    batch: int
    handle: Callable[[Event], Any]
    is_short: Callable[[Message], bool] = never
    retry_seconds: int = 1

    async def step(self) -> bool:
        """One batch; False if there was none."""
        messages = self.received()
        if not messages:
            return False
        short = [each for each in messages if self.is_short(each)]
        if short:
            self.settle(short)
        if len(short) < len(messages):
            await asyncio.to_thread(self.settle, [each for each in messages if each not in short])
        return True

    def received(self) -> list[Message]:
        """The next messages; nobody else gets them for six times the function's timeout."""
        answer = self.sqs.receive_message(
            QueueUrl=self.queue_url,
            MaxNumberOfMessages=self.batch,
            VisibilityTimeout=int(self.function.timeout.total_seconds()) * 6,
            AttributeNames=["All"],
        )
        messages: list[Message] = answer.get("Messages", [])
        return messages

    def settle(self, messages: Sequence[Message]) -> None:
        """Have them handled, and remove those that are done."""
        failed = self._failed(messages)
        done = [each for each in messages if each["MessageId"] not in failed]
        if done:
            entries = [
                {"Id": str(at), "ReceiptHandle": each["ReceiptHandle"]}
                for at, each in enumerate(done)
            ]
            self.sqs.delete_message_batch(QueueUrl=self.queue_url, Entries=entries)
        for each in messages:
            if each["MessageId"] in failed:
                self.sqs.change_message_visibility(
                    QueueUrl=self.queue_url,
                    ReceiptHandle=each["ReceiptHandle"],
                    VisibilityTimeout=self.retry_seconds,
                )

    def _failed(self, messages: Sequence[Message]) -> set[str]:
        everything = {each["MessageId"] for each in messages}
        arn = queue_arn(self.queue_url.rpartition("/")[2])
        try:
            answer = self.handle({"Records": [_record(each, arn) for each in messages]})
        except Exception:
            logger.exception("%s failed with a batch of %d", self.function.name, len(messages))
            return everything
        return _named(answer, everything)


@dataclass(frozen=True, slots=True)
class DueSchedules:
    """Puts into their queues what the schedules give whose time has come."""

    cloud: Cloud

    def working(self) -> AbstractAsyncContextManager[None]:
        """Look again and again, in a thread."""
        return Pump("schedules", self.step, POLL_SECONDS).working(_PATIENCE)

    async def step(self) -> bool:
        """One look."""
        await asyncio.to_thread(self.give)
        return False

    def give(self) -> None:
        """All that are due."""
        with self.cloud.together():
            for order in self.cloud.due(datetime.now(UTC)):
                self.cloud.client("sqs").send_message(
                    QueueUrl=queue_url(order.queue), MessageBody=order.body
                )


def _record(message: Message, arn: str) -> Event:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes", {}),
        "messageAttributes": {},
        "md5OfBody": message.get("MD5OfBody", ""),
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
        "awsRegion": REGION,
    }


def _named(answer: Any, everything: set[str]) -> set[str]:
    """The messages that failed; an answer that makes no sense names the whole batch."""
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

    def working(self) -> AbstractAsyncContextManager[None]:
        """Call it now and then once per interval, in a thread."""
        name, seconds = f"schedule {self.function.name}", self.interval.total_seconds()
        return Pump(name, self.step, seconds).working(self.function.timeout.total_seconds())

    async def step(self) -> bool:
        """One call; there is never more to do at once."""
        schedule = f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/default/{self.function.name}"
        event = {
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
        await asyncio.to_thread(self.handle, event)
        return False
