"""The Notices port on SQS."""

from dataclasses import dataclass
from typing import Any

from mayfly.domain.notice import Notice
from mayfly.wire.notice import write


@dataclass(frozen=True, slots=True)
class SqsNotices:
    """See `mayfly.ports.sending.Notices`."""

    sqs: Any
    queue_url: str

    def send(self, notice: Notice) -> None:
        """One call."""
        self.sqs.send_message(QueueUrl=self.queue_url, MessageBody=write(notice))
