"""The Rounds port on DynamoDB: one row."""

from dataclasses import dataclass

from mayfly.aws.rows import instant, milliseconds
from mayfly.aws.table import Table
from mayfly.blueprint.table import round_key
from mayfly.domain.sweep_round import Round


@dataclass(frozen=True, slots=True)
class DynamoRounds:
    """See `mayfly.ports.mails.Rounds`."""

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
