"""Destinations beside an account's outgoing mail, and notes on messages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mayfly.forwarding.models import Destination
from mayfly.inboxes.ids import MessageId
from mayfly.kit.dynamodb.keys import (
    FORWARD_ROW,
    OUTGOING_PARTITION,
    SORT_KEY,
    TTL_ATTRIBUTE,
    forward_key,
    message_key,
)
from mayfly.kit.dynamodb.notation import Row, epoch, model_of, model_row
from mayfly.kit.dynamodb.table import Table


@dataclass(frozen=True, slots=True)
class DynamoDestinations:
    """See `mayfly.forwarding.ports.Destinations`."""

    table: Table

    def of(self, account: str) -> Sequence[Destination]:
        """One query."""
        partition = OUTGOING_PARTITION + account
        rows = self.table.query(partition, prefix=FORWARD_ROW, ConsistentRead=True)
        return list(map(_destination, rows))

    def find(self, account: str, address: str) -> Destination | None:
        """One consistent read."""
        row = self.table.get(forward_key(account, address))
        return _destination(row) if row else None

    def put(self, account: str, destination: Destination) -> None:
        """One conditional write."""
        self.table.put(
            _row(account, destination),
            ConditionExpression="attribute_not_exists(#confirmed_at)",
        )

    def confirm(self, account: str, destination: Destination) -> bool:
        """One conditional write."""
        return self.table.put(
            _row(account, destination),
            ConditionExpression="#proof = :proof",
            ExpressionAttributeValues={":proof": destination.proof},
        )

    def remove(self, account: str, address: str) -> bool:
        """One write."""
        return bool(self.table.take(forward_key(account, address)))


@dataclass(frozen=True, slots=True)
class DynamoForwardNotes:
    """See `mayfly.forwarding.ports.ForwardNotes`."""

    table: Table

    def note(self, message: MessageId, skips: Mapping[str, str]) -> None:
        """One conditional write."""
        self.table.update(
            message_key(message.inbox, message.sequence),
            UpdateExpression="SET #skips = :skips",
            ConditionExpression="#mail = :mail",
            ExpressionAttributeValues={
                ":skips": [[address, why] for address, why in skips.items()],
                ":mail": message.mail,
            },
        )


def _row(account: str, destination: Destination) -> Row:
    """Of one that nobody has confirmed, TTL takes the row."""
    row: Row = forward_key(account, destination.address) | model_row(
        destination, without=["address"]
    )
    if destination.confirmed_at is None:
        row[TTL_ATTRIBUTE] = epoch(destination.expires_at)
    return row


def _destination(row: Row) -> Destination:
    return model_of(Destination, row, address=row[SORT_KEY].removeprefix(FORWARD_ROW))
