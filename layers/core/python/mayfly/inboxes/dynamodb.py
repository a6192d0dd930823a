"""The Inboxes port on DynamoDB."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from mayfly.errors import AddressTaken, InboxNotFound, Unauthenticated
from mayfly.inboxes.ids import InboxId, partition_of
from mayfly.inboxes.models import Inbox
from mayfly.inboxes.rows import inbox_from, inbox_row
from mayfly.kit.dynamodb.keys import (
    INBOX_PARTITION,
    PARTITION_KEY,
    SORT_KEY,
    Key,
    inbox_key,
    message_prefix,
    watch_prefix,
)
from mayfly.kit.dynamodb.notation import encode_row, epoch, milliseconds
from mayfly.kit.dynamodb.table import Canceled, Table
from mayfly.mail.address import Address
from mayfly.subscriptions.dynamodb import part


@dataclass(frozen=True, slots=True)
class DynamoInboxes:
    """See `mayfly.inboxes.ports.Inboxes`."""

    table: Table
    cooldown: timedelta

    def find(self, addresses: Sequence[Address]) -> dict[Address, Inbox]:
        """One call for up to 100 addresses."""
        partitions = {partition_of(address): address for address in addresses}
        if len(partitions) == 1:
            row = self.table.get(inbox_key(next(iter(partitions))))
            rows = [row] if row else []
        else:
            rows = self.table.get_all([inbox_key(partition) for partition in partitions])
        inboxes = {inbox.address: inbox for inbox in map(inbox_from, rows)}
        return {address: inboxes[address] for address in addresses if address in inboxes}

    def get(self, inbox: InboxId) -> Inbox:
        """One consistent read."""
        row = self.table.get(inbox_key(inbox.partition))
        if not row or row["generation"] != inbox.generation:
            raise InboxNotFound("no such inbox")
        return inbox_from(row)

    def create(self, inbox: Inbox, now: datetime) -> None:
        """One conditional write; a read if it was refused, and another if the address is free.

        boto3 asks again when an answer got lost: then it is this inbox that is in the way.
        """
        wanted, condition = inbox, _while_free(now, self.cooldown)
        while not self.table.put(inbox_row(wanted, self.cooldown), **condition):
            row = self.table.get(inbox_key(inbox.id.partition))
            if row and row["generation"] == inbox.id.generation:
                return
            former = inbox_from(row) if row else None
            if (
                wanted is not inbox
                or former is None
                or not former.is_free_again(now, self.cooldown)
            ):
                raise AddressTaken("this address is taken, or was until recently")
            wanted, condition = inbox.after(former, now), _while_given_up(former)

    def close(self, inbox: InboxId, now: datetime) -> None:
        """One conditional write; the stream record of it starts the erasing."""
        closed = self.table.update(
            inbox_key(inbox.partition),
            UpdateExpression="SET #deleted_at = :now, #ttl = :ttl",
            ConditionExpression="#generation = :mine AND attribute_not_exists(#deleted_at)",
            ExpressionAttributeValues={
                ":now": milliseconds(now),
                ":ttl": epoch(now + self.cooldown),
                ":mine": inbox.generation,
            },
        )
        if not closed:
            raise InboxNotFound("no such inbox")

    def rotate(self, inbox: InboxId, version: int) -> Inbox:
        """One read and one transaction of one write: boto3 may ask twice, and it happens once.

        Otherwise a caller whose answer got lost would be refused, and be left without any token.
        """
        current = self.get(inbox)
        if current.deleted_at is not None:
            raise InboxNotFound("no such inbox")
        raised = {
            "Key": encode_row(inbox_key(inbox.partition)),
            "UpdateExpression": "SET #token_version = :next",
            "ConditionExpression": (
                "#generation = :mine AND #token_version = :version"
                " AND attribute_not_exists(#deleted_at)"
            ),
            "ExpressionAttributeValues": encode_row(
                {":next": version + 1, ":version": version, ":mine": inbox.generation}
            ),
        }
        try:
            self.table.settle({"Update": raised})
        except Canceled as canceled:
            raise Unauthenticated("the access token was revoked") from canceled
        return replace(current, token_version=version + 1)

    def erase(self, inbox: InboxId) -> None:
        """Subscriptions first, so that no push names an inbox that is half gone."""
        for watch in self._keys(inbox, watch_prefix(inbox)):
            connection_id = watch[SORT_KEY].removeprefix(watch_prefix(inbox))
            part(self.table, connection_id, str(inbox), watch)
        self.table.delete_all(self._keys(inbox, message_prefix(inbox)))

    def _keys(self, inbox: InboxId, prefix: str) -> list[Key]:
        rows = self.table.query(
            INBOX_PARTITION + inbox.partition,
            prefix=prefix,
            ConsistentRead=True,
            ProjectionExpression="#pk, #sk",
        )
        return [{PARTITION_KEY: row[PARTITION_KEY], SORT_KEY: row[SORT_KEY]} for row in rows]


def put_inbox_item(inbox: Inbox, now: datetime, cooldown: timedelta) -> dict[str, Any]:
    """The new inbox as a part of a transaction, if the address is nobody's or has cooled down."""
    return _part(inbox, cooldown, _while_free(now, cooldown))


def put_successor_item(
    inbox: Inbox, former: Inbox, now: datetime, cooldown: timedelta
) -> dict[str, Any]:
    """The new inbox as a part of a transaction, in place of one that is over and had no email."""
    return _part(inbox.after(former, now), cooldown, _while_given_up(former))


def _part(inbox: Inbox, cooldown: timedelta, condition: dict[str, Any]) -> dict[str, Any]:
    condition["ExpressionAttributeValues"] = encode_row(condition["ExpressionAttributeValues"])
    return {"Put": {"Item": encode_row(inbox_row(inbox, cooldown)), **condition}}


def _while_free(now: datetime, cooldown: timedelta) -> dict[str, Any]:
    """The condition of a new inbox: its address is nobody's, and was not until recently."""
    return {
        "ConditionExpression": (
            "attribute_not_exists(#pk) OR #deleted_at <= :over"
            " OR (attribute_not_exists(#deleted_at) AND #expires_at <= :over)"
        ),
        "ExpressionAttributeValues": {":over": milliseconds(now - cooldown)},
    }


def _while_given_up(former: Inbox) -> dict[str, Any]:
    """The condition of an heir: the one before, which was over, is as it was read."""
    return {
        "ConditionExpression": "#generation = :former AND #sequence = :none AND #expires_at = :end",
        "ExpressionAttributeValues": {
            ":former": former.id.generation,
            ":none": 0,
            ":end": milliseconds(former.expires_at),
        },
    }
