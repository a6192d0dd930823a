"""The ForwardOrders port on SQS: orders go through the queue of messages to send."""

import json
from dataclasses import dataclass
from typing import Any

from mayfly.errors import ForeignNotice, MessageNotFound
from mayfly.forwarding.models import ForwardOrder
from mayfly.inboxes.ids import MessageId

_FORWARD = "forward"


def write_order(order: ForwardOrder) -> str:
    """The order as JSON. It names the message and has nothing of it."""
    return json.dumps({_FORWARD: str(order.message)})


def read_order(body: str) -> ForwardOrder | None:
    """What `write_order` wrote, None for what is no such order; ForeignNotice for a broken one."""
    try:
        fields = json.loads(body)
    except ValueError:
        return None
    if not isinstance(fields, dict) or _FORWARD not in fields:
        return None
    try:
        return ForwardOrder(MessageId.parse(str(fields[_FORWARD])))
    except MessageNotFound as error:
        raise ForeignNotice("not an order of ours") from error


@dataclass(frozen=True, slots=True)
class SqsForwardOrders:
    """See `mayfly.forwarding.ports.ForwardOrders`."""

    sqs: Any
    queue_url: str

    def give(self, order: ForwardOrder) -> None:
        """One call."""
        self.sqs.send_message(QueueUrl=self.queue_url, MessageBody=write_order(order))
