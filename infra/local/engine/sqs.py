"""SQS: standard queues whose messages are in the store.

Queues are made at each start; what waits in one of the same name is there again.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from infra.local.account import ACCOUNT, queue_arn
from infra.local.engine.errors import Client, answered, check_known, refused
from infra.local.engine.sqs_messages import Messages, Received, md5, number_of
from infra.local.engine.sqs_queue import LONGEST_DELAY, LONGEST_WAIT, Queue, check_range
from infra.local.engine.store import Store

_BATCH = 10


class Sqs(Client):
    """The calls of boto3's client that are used here. `clock` is in epoch seconds."""

    service = "sqs"

    def __init__(self, store: Store, clock: Callable[[], float], endpoint: str) -> None:
        """No queues yet."""
        self._clock = clock
        self._endpoint = endpoint
        self._queues: dict[str, Queue] = {}
        self._messages = Messages(store, self._now())

    # For those inside.

    def when_arrived(self, queue: str, call: Callable[[], None]) -> None:
        """Call this whenever something came into the queue and is safe; now if something waits.

        Not when a delay or a wait ends: `next_visible` says when to look again.
        """
        self._messages.when_arrived(queue, call)
        if self._numbers(self._queues[queue])[0]:
            call()

    def next_visible(self, queue: str) -> float | None:
        """When something can be received, in epoch seconds; None if the queue is empty."""
        when = self._messages.next_visible(queue, self._oldest(self._queues[queue]))
        return None if when is None else when / 1000

    def waiting(self, queue: str) -> int:
        """How many messages are not done yet."""
        return self._messages.count(queue)

    # As boto3's.

    def create_queue(
        self, *, QueueName: str, Attributes: Mapping[str, str] | None = None, **more: Any
    ) -> Any:
        """Make it, or make it what it is to be; what is older than it keeps goes."""
        check_known("create_queue", more)
        made = self._queues[QueueName] = Queue.of(QueueName, Attributes or {})
        self._messages.forget(QueueName, self._oldest(made))
        return answered(QueueUrl=f"{self._endpoint}/{ACCOUNT}/{QueueName}")

    def delete_queue(self, *, QueueUrl: str, **more: Any) -> Any:
        """Its messages go, too."""
        check_known("delete_queue", more)
        queue = self._found(QueueUrl, "DeleteQueue")
        del self._queues[queue.name]
        self._messages.forget(queue.name)
        return answered()

    def send_message(
        self, *, QueueUrl: str, MessageBody: str, DelaySeconds: int | None = None, **more: Any
    ) -> Any:
        """One message."""
        if more:
            check_known("send_message", more)
        queue = self._found(QueueUrl, "SendMessage")
        octets = queue.check(MessageBody)
        delay = queue.delay
        if DelaySeconds is not None:
            check_range("DelaySeconds", DelaySeconds, 0, LONGEST_DELAY, "SendMessage")
            delay = DelaySeconds
        now, message = self._now(), str(uuid.uuid4())
        self._messages.add(queue.name, message, MessageBody, now, now + delay * 1000)
        return answered(MessageId=message, MD5OfMessageBody=md5(octets))

    def receive_message(
        self,
        *,
        QueueUrl: str,
        MaxNumberOfMessages: int = 1,
        VisibilityTimeout: int | None = None,
        AttributeNames: Sequence[str] = (),
        **more: Any,
    ) -> Any:
        """What waits, oldest first, always with all of SQS's attributes. It never waits for more.

        What was received too often goes to the queue of dead letters instead.
        """
        check_known("receive_message", more)
        queue = self._found(QueueUrl, "ReceiveMessage")
        check_range("MaxNumberOfMessages", MaxNumberOfMessages, 1, _BATCH, "ReceiveMessage")
        seconds = queue.visibility if VisibilityTimeout is None else VisibilityTimeout
        check_range("VisibilityTimeout", seconds, 0, LONGEST_WAIT, "ReceiveMessage")
        found = self._received(queue, MaxNumberOfMessages, seconds)
        return answered(Messages=[each.told for each in found]) if found else answered()

    def delete_message(self, *, QueueUrl: str, ReceiptHandle: str, **more: Any) -> Any:
        """It is done; a repeat is no error."""
        check_known("delete_message", more)
        self._found(QueueUrl, "DeleteMessage")
        self._messages.delete([number_of(ReceiptHandle, "DeleteMessage")])
        return answered()

    def delete_message_batch(
        self, *, QueueUrl: str, Entries: Sequence[dict[str, str]], **more: Any
    ) -> Any:
        """They are done: one statement."""
        check_known("delete_message_batch", more)
        self._found(QueueUrl, "DeleteMessageBatch")
        if not 1 <= len(Entries) <= _BATCH:
            code = "TooManyEntriesInBatchRequest" if Entries else "EmptyBatchRequest"
            raise refused(code, "a batch has 1 to 10 entries", "DeleteMessageBatch")
        self._messages.delete(
            [number_of(each["ReceiptHandle"], "DeleteMessageBatch") for each in Entries]
        )
        return answered(Successful=[{"Id": each["Id"]} for each in Entries], Failed=[])

    def change_message_visibility(
        self, *, QueueUrl: str, ReceiptHandle: str, VisibilityTimeout: int, **more: Any
    ) -> Any:
        """It comes again after so many seconds from now."""
        check_known("change_message_visibility", more)
        operation = "ChangeMessageVisibility"
        queue = self._found(QueueUrl, operation)
        check_range("VisibilityTimeout", VisibilityTimeout, 0, LONGEST_WAIT, operation)
        number, now = number_of(ReceiptHandle, operation), self._now()
        until = now + VisibilityTimeout * 1000
        if not self._messages.postpone(queue.name, number, now, until):
            raise refused(
                "MessageNotInflight", f"{ReceiptHandle} is not of a message in flight", operation
            )
        return answered()

    def get_queue_attributes(
        self, *, QueueUrl: str, AttributeNames: Sequence[str] = (), **more: Any
    ) -> Any:
        """All, or those that are named."""
        check_known("get_queue_attributes", more)
        queue = self._found(QueueUrl, "GetQueueAttributes")
        waiting, delayed, in_flight = self._numbers(queue)
        known = dict(queue.attributes) | {
            "QueueArn": queue_arn(queue.name),
            "ApproximateNumberOfMessages": str(waiting),
            "ApproximateNumberOfMessagesDelayed": str(delayed),
            "ApproximateNumberOfMessagesNotVisible": str(in_flight),
        }
        names = known if "All" in AttributeNames else AttributeNames
        return answered(Attributes={name: known[name] for name in names if name in known})

    # Inside.

    def _now(self) -> int:
        return int(self._clock() * 1000)

    def _oldest(self, queue: Queue) -> int:
        """Whatever was sent then or before is kept no more."""
        return self._now() - queue.retention * 1000

    def _found(self, url: str, operation: str) -> Queue:
        queue = self._queues.get(url.rpartition("/")[2])
        if queue is None:
            raise refused(
                "AWS.SimpleQueueService.NonExistentQueue",
                "The specified queue does not exist.",
                operation,
            )
        return queue

    def _numbers(self, queue: Queue) -> tuple[int, int, int]:
        return self._messages.numbers(queue.name, self._now(), self._oldest(queue))

    def _received(self, queue: Queue, most: int, seconds: int) -> list[Received]:
        now = self._now()
        while True:
            found = self._messages.receive(
                queue.name, now, self._oldest(queue), now + seconds * 1000, most
            )
            spent = [each.number for each in found if each.received > queue.attempts > 0]
            if not spent:
                return found
            self._messages.move(spent, queue.dead_letters, now)
            if len(spent) < len(found):
                return [each for each in found if each.number not in spent]
