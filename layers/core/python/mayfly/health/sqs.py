"""The Queues port on SQS, whose numbers are approximate and up to a minute behind.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mayfly.health.ports import Depth

_WAITING = "ApproximateNumberOfMessages"
_DELAYED = "ApproximateNumberOfMessagesDelayed"
_IN_FLIGHT = "ApproximateNumberOfMessagesNotVisible"


@dataclass(frozen=True, slots=True)
class SqsQueues:
    """See `mayfly.health.ports.Queues`. `urls` are the queues by what they hold.

    No client is made before the first call.
    """

    client: Callable[[], Any]
    urls: Mapping[str, str]

    def depths(self) -> Mapping[str, Depth]:
        """One call for each queue."""
        return {name: self._depth(url) for name, url in self.urls.items()}

    def _depth(self, url: str) -> Depth:
        answer = self.client().get_queue_attributes(
            QueueUrl=url, AttributeNames=[_WAITING, _DELAYED, _IN_FLIGHT]
        )
        numbers = answer["Attributes"]
        return Depth(*(int(numbers[each]) for each in (_WAITING, _DELAYED, _IN_FLIGHT)))
