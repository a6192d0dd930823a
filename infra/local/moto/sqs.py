"""moto's SQS without its walks over the whole queue for each message.

moto counts all messages of a queue, of each kind, for each one that is sent or looked at, with a
look at the clock for each one counted, and copies the list for each one deleted: 7 ms a message
with a hundred of them waiting.
"""

from typing import Any

from moto.core.utils import unix_time, unix_time_millis
from moto.sqs.exceptions import ReceiptHandleIsInvalid
from moto.sqs.models import Queue, SQSBackend


def mend() -> None:
    """Replace the walks; once per process, from `guard_moto`."""
    backend: Any = SQSBackend
    queue: Any = Queue
    backend.is_message_valid_based_on_retention_period = _is_still_kept
    queue.delete_message = _delete_message
    queue.approximate_number_of_messages_delayed = property(_delayed)
    queue.approximate_number_of_messages_not_visible = property(_invisible)
    queue.approximate_number_of_messages = property(_receivable)


def _is_still_kept(backend: Any, queue_name: str, message: Any) -> bool:
    seconds = backend.get_queue(queue_name).message_retention_period
    return bool(seconds + message.sent_timestamp / 1000 > unix_time())


def _delayed(queue: Any) -> int:
    now = unix_time_millis()
    return sum(now < each.delayed_until for each in queue._messages)


def _invisible(queue: Any) -> int:
    now = unix_time_millis()
    return sum(now <= each.visible_at for each in queue._messages)


def _receivable(queue: Any) -> int:
    now = unix_time_millis()
    return sum(each.visible_at < now >= each.delayed_until for each in queue._messages)


def _delete_message(queue: Any, receipt_handle: str) -> None:
    if receipt_handle in queue.deleted_messages:
        return  # a repeat
    for message in queue._messages:
        if receipt_handle == message.receipt_handle or message.had_receipt_handle(receipt_handle):
            queue._messages.remove(message)
            queue.pending_messages.discard(message)
            queue.deleted_messages.update(message.all_receipt_handles)
            return
    raise ReceiptHandleIsInvalid
