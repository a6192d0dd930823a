"""The Notices port on SQS, and when SQS repeats what failed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from mayfly.receiving.notice import Notice, write


@dataclass(frozen=True, slots=True)
class SqsNotices:
    """See `mayfly.kit.ports.Notices`."""

    sqs: Any
    queue_url: str

    def send(self, notice: Notice) -> None:
        """One call."""
        self.sqs.send_message(QueueUrl=self.queue_url, MessageBody=write(notice))


@dataclass(frozen=True, slots=True)
class SqsRetries:
    """Decides when what a function could not do comes again; no client is made before that."""

    client: Callable[[], Any]

    def postpone(self, queue_arn: str, receipt: str, wait: timedelta) -> None:
        """Have the queue give this record out again after the time. One call."""
        *_, region, account, name = queue_arn.split(":")
        self.client().change_message_visibility(
            QueueUrl=f"https://sqs.{region}.amazonaws.com/{account}/{name}",
            ReceiptHandle=receipt,
            VisibilityTimeout=int(wait.total_seconds()),
        )
