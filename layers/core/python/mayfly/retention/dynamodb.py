"""The Rounds port on DynamoDB: one row."""

from dataclasses import dataclass

from mayfly.kit.dynamodb.keys import round_key
from mayfly.kit.dynamodb.notation import instant, milliseconds
from mayfly.kit.dynamodb.table import Table
from mayfly.retention.ports import Round


@dataclass(frozen=True, slots=True)
class DynamoRounds:
    """See `mayfly.storage.ports.Rounds`."""

    table: Table

    def last(self, first: Round) -> Round:
        """One read."""
        row = self.table.get(round_key())
        if not row:
            return first
        return Round(instant(row["since"]), instant(row["begun_at"]), row["after"])

    def keep(self, last: Round) -> None:
        """One write."""
        self.table.put(
            round_key()
            | {
                "since": milliseconds(last.since),
                "begun_at": milliseconds(last.begun_at),
                "after": last.after,
            }
        )
