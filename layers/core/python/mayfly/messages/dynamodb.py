"""The Messages port on DynamoDB."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from mayfly.errors import InboxNotFound, MessageNotFound
from mayfly.inboxes.ids import InboxId, MessageId
from mayfly.inboxes.models import Inbox, Quota
from mayfly.inboxes.rows import DROPPED, held, inbox_from
from mayfly.kit.dynamodb.keys import (
    FULL_SINCE,
    INBOX_PARTITION,
    INBOX_ROW,
    SORT_KEY,
    inbox_key,
    message_key,
)
from mayfly.kit.dynamodb.notation import Row, encode_row, epoch, milliseconds
from mayfly.kit.dynamodb.table import Canceled, Table
from mayfly.limits import DELIVERY_ATTEMPTS, GIVING_WAY_LOOKED_AT
from mayfly.messages.models import Change, Message, Summary
from mayfly.messages.rows import change_row, message_from

_LAST_NUMBER = 9_999_999_999  # ten digits, as sort keys have
_NEVER = "no such message"


@dataclass(frozen=True, slots=True)
class DynamoMessages:
    """See `mayfly.messages.ports.Messages`."""

    table: Table

    def get(self, message: MessageId, now: datetime) -> tuple[Inbox, Message]:
        """One call for both rows."""
        try:
            inbox, found = self.numbered(message.inbox, message.sequence, now)
        except InboxNotFound as error:
            raise MessageNotFound(_NEVER) from error
        if not found or inbox.deleted_at is not None or found[0].id != message:
            raise MessageNotFound(_NEVER)
        return inbox, found[0]

    def numbered(
        self, inbox: InboxId, sequence: int, now: datetime
    ) -> tuple[Inbox, Sequence[Message]]:
        """One call for both rows."""
        keys = [inbox_key(inbox.partition), message_key(inbox, sequence)]
        rows = {row[SORT_KEY]: row for row in self.table.get_all(keys)}
        inbox_of, found = rows.get(INBOX_ROW), rows.get(keys[1][SORT_KEY])
        if not inbox_of or inbox_of["generation"] != inbox.generation:
            raise InboxNotFound("no such inbox")
        return inbox_from(inbox_of), list(_readable([found] if found else [], now))

    def newest(self, inbox: Inbox, before: int | None, limit: int, now: datetime) -> list[Message]:
        """One query, at the price of an eventually consistent read.

        Unless that read lacks the inbox's newest message: then it is read again, consistently.
        """
        numbers = 0, _LAST_NUMBER if before is None else max(before - 1, 0)
        found = self._page(inbox.id, numbers, limit, now, ScanIndexForward=False)
        if before is None and (not found or found[0].id.sequence < inbox.sequence):
            found = self._page(
                inbox.id, numbers, limit, now, ScanIndexForward=False, ConsistentRead=True
            )
        return found

    def after(self, inbox: InboxId, sequence: int, limit: int, now: datetime) -> list[Message]:
        """One consistent query."""
        numbers = min(sequence + 1, _LAST_NUMBER), _LAST_NUMBER
        return self._page(inbox, numbers, limit, now, ConsistentRead=True)

    def change(self, message: MessageId, change: Change, now: datetime) -> Message:
        """One read, one conditional write."""
        _, found = self.get(message, now)
        wanted = change_row(change)
        if not wanted:
            return found
        written = self.table.update(
            message_key(message.inbox, message.sequence),
            UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in wanted),
            ConditionExpression="attribute_exists(#pk)",
            ExpressionAttributeValues={f":{name}": value for name, value in wanted.items()},
        )
        if not written:
            raise MessageNotFound(_NEVER)
        return change.of(found)

    def delete(self, message: MessageId, now: datetime) -> None:
        """One read, one transaction; the stream record of it releases the mail."""
        _, found = self.get(message, now)
        less = _roomier(held(message.inbox, -1, -found.summary.size_bytes, found.place))
        try:
            self.table.settle(_taken(found), less, attempts=DELIVERY_ATTEMPTS)
        except Canceled as canceled:
            # Another caller has deleted it, or the whole inbox.
            raise MessageNotFound(_NEVER) from canceled

    def lengthen(self, message: MessageId, expires_at: datetime) -> None:
        """One conditional write."""
        self.table.update(
            message_key(message.inbox, message.sequence),
            UpdateExpression="SET #expires_at = :end, #ttl = :ttl",
            ConditionExpression="#mail = :mail AND #expires_at < :end",
            ExpressionAttributeValues={
                ":end": milliseconds(expires_at),
                ":ttl": epoch(expires_at),
                ":mail": message.mail,
            },
        )

    def _page(
        self, inbox: InboxId, numbers: tuple[int, int], limit: int, now: datetime, **how: bool
    ) -> list[Message]:
        rows = self.table.query(
            INBOX_PARTITION + inbox.partition,
            between=[message_key(inbox, number)[SORT_KEY] for number in numbers],
            Limit=limit,
            **how,
        )
        return list(islice(_readable(rows, now), limit))


def _readable(rows: Iterable[Row], now: datetime) -> Iterable[Message]:
    return (message for message in map(message_from, rows) if message.expires_at > now)


def _roomier(less: dict[str, Any]) -> dict[str, Any]:
    """With room made, the inbox does not count as full any more."""
    less["Update"]["UpdateExpression"] += f" REMOVE #{FULL_SINCE}, #{DROPPED}"
    return less


def _taken(message: Message) -> dict[str, Any]:
    return {
        "Delete": {
            "Key": encode_row(message_key(message.id.inbox, message.id.sequence)),
            "ConditionExpression": "#mail = :mail",
            "ExpressionAttributeValues": encode_row({":mail": message.id.mail}),
        }
    }


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
