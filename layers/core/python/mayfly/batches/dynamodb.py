"""The Batches port on DynamoDB."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mayfly.batches.models import Batch, Member, Members
from mayfly.errors import PasswordKeyUnavailable
from mayfly.inboxes.dynamodb import put_inbox_item
from mayfly.inboxes.ids import InboxId
from mayfly.inboxes.models import Inbox
from mayfly.kit.dynamodb.keys import (
    BATCH_PARTITION,
    BATCHES_PARTITION,
    MEMBERS_ROW,
    SORT_KEY,
    TTL_ATTRIBUTE,
    batch_key,
    members_key,
)
from mayfly.kit.dynamodb.notation import Row, encode_row, epoch, instant, milliseconds
from mayfly.kit.dynamodb.table import Canceled, Table
from mayfly.mail.address import Address

_LAST = "~"  # sorts after all digits


@dataclass(frozen=True, slots=True)
class DynamoBatches:
    """See `mayfly.inboxes.ports.Batches`. `cooldown` is how long the rows of inboxes stay."""

    table: Table
    cooldown: timedelta

    def add(self, batch: Batch) -> None:
        """One write."""
        self.table.put(
            batch_key(batch.rank)
            | {
                "expires_at": milliseconds(batch.expires_at),
                "sealed": batch.sealed,
                TTL_ATTRIBUTE: epoch(batch.expires_at + self.cooldown),
            }
        )

    def place(
        self, batch: Batch, number: int, inboxes: Sequence[Inbox], now: datetime
    ) -> list[Address]:
        """One transaction; again while other writers, or throttling, are in its way."""
        writes = [
            self._members(batch, number, inboxes),
            *(put_inbox_item(each, now, self.cooldown) for each in inboxes),
        ]
        try:
            self.table.settle(*writes)
        except Canceled as canceled:
            return [
                inbox.address
                for index, inbox in enumerate(inboxes, start=1)
                if canceled.refused(index)
            ]
        return []

    def get(self, rank: str) -> Batch:
        """One read."""
        row = self.table.get(batch_key(rank))
        if not row:
            raise PasswordKeyUnavailable("the batch of this inbox is gone")
        return _batch_from(row)

    def all(self, since: str = "") -> Iterator[Batch]:
        """One query; another for each further megabyte, some 5,000 batches."""
        between = since or "0", _LAST
        for row in self.table.query(BATCHES_PARTITION, between=between, ConsistentRead=True):
            yield _batch_from(row)

    def members(self, batch: str, first: int = 0) -> Iterator[Members]:
        """One query: a thousand members have some 70 KB."""
        between = f"{MEMBERS_ROW}{first:04d}", f"{MEMBERS_ROW}{_LAST}"
        for row in self.table.query(BATCH_PARTITION + batch, between=between, ConsistentRead=True):
            yield _members_from(row)

    def _members(self, batch: Batch, number: int, inboxes: Sequence[Inbox]) -> dict[str, Any]:
        row = members_key(batch.id, number) | {
            "members": [f"{inbox.id} {inbox.address}" for inbox in inboxes],
            TTL_ATTRIBUTE: epoch(batch.expires_at + self.cooldown),
        }
        return {"Put": {"Item": encode_row(row)}}


def _batch_from(row: Row) -> Batch:
    created_at, _, batch_id = row[SORT_KEY].partition("#")
    return Batch(
        id=batch_id,
        created_at=instant(int(created_at)),
        expires_at=instant(row["expires_at"]),
        sealed=row["sealed"],
    )


def _members_from(row: Row) -> Members:
    pairs = (text.split(" ", 1) for text in row["members"])
    members = tuple(Member(InboxId.parse(each), Address.parse(where)) for each, where in pairs)
    return Members(int(row[SORT_KEY].removeprefix(MEMBERS_ROW)), members)
