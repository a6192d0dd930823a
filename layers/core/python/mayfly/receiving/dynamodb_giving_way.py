"""Which message of a flooded inbox gives way to a newcomer's."""

from collections.abc import Sequence
from typing import Any

from mayfly.inboxes.models import Inbox, Quota
from mayfly.kit.dynamodb.keys import message_key
from mayfly.kit.dynamodb.notation import encode_row
from mayfly.kit.dynamodb.table import Table
from mayfly.limits import GIVING_WAY_LOOKED_AT
from mayfly.messages.models import Message, Summary
from mayfly.messages.rows import message_from


def one_to_leave(table: Table, inbox: Inbox, summary: Summary, quota: Quota) -> Message | None:
    """The oldest of some that can; one read of their rows, none unless the sender is a newcomer."""
    if not inbox.is_newcomer(summary.sender):
        return None
    rows = table.get_all([message_key(inbox.id, number) for number in _numbers(inbox, quota)])
    found = sorted(map(message_from, rows), key=lambda each: each.id.sequence)
    return next((each for each in found if inbox.can_give_way(each, summary, quota)), None)


def leaving(message: Message) -> dict[str, Any]:
    """The item of a transaction by which it goes, unless it was read; its stream record
    releases the mail.
    """
    return {
        "Delete": {
            "Key": encode_row(message_key(message.id.inbox, message.id.sequence)),
            "ConditionExpression": "#mail = :mail AND (attribute_not_exists(#read) OR #read = :no)",
            "ExpressionAttributeNames": {"#mail": "mail", "#read": "read"},
            "ExpressionAttributeValues": encode_row({":mail": message.id.mail, ":no": False}),
        }
    }


def _numbers(inbox: Inbox, quota: Quota) -> Sequence[int]:
    """Some of its messages; with each email that comes in others."""
    oldest = max(0, inbox.sequence - 2 * quota.messages)
    step = max(1, -(-(inbox.sequence - oldest) // GIVING_WAY_LOOKED_AT))
    return range(inbox.sequence, oldest, -step)
