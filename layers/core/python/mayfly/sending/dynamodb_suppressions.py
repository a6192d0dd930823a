"""The Suppressions port on DynamoDB: rows beside the account's mails."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mayfly.errors import SuppressionNotFound
from mayfly.kit.dynamodb.keys import (
    OUTGOING_PARTITION,
    PARTITION_KEY,
    SORT_KEY,
    SUPPRESSED_ROW,
    suppressed_key,
)
from mayfly.kit.dynamodb.notation import Row, instant, milliseconds
from mayfly.kit.dynamodb.table import Table
from mayfly.sending.models import Suppression

_LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class DynamoSuppressions:
    """See `mayfly.sending.ports.Suppressions`."""

    table: Table

    def add(self, account: str, suppression: Suppression) -> None:
        """One conditional write."""
        row: Row = suppressed_key(account, suppression.address) | {
            "reason": suppression.reason,
            "since": milliseconds(suppression.since),
            "mail": suppression.mail,
        }
        self.table.put(
            row,
            ConditionExpression="attribute_not_exists(#pk)",
            ExpressionAttributeNames={"#pk": PARTITION_KEY},
        )

    def among(self, account: str, addresses: Sequence[str]) -> Mapping[str, Suppression]:
        """One read of up to a hundred rows."""
        keys = [suppressed_key(account, each) for each in {each.lower() for each in addresses}]
        found = [_suppression(row) for row in self.table.get_all(keys)]
        return {each.address: each for each in found}

    def page(self, account: str, most: int, after: str = "") -> tuple[Sequence[Suppression], str]:
        """One query."""
        rows = self.table.query(
            OUTGOING_PARTITION + account,
            between=(SUPPRESSED_ROW + after, SUPPRESSED_ROW + _LAST),
            ConsistentRead=True,
            Limit=most + 1,
        )
        found: list[Suppression] = []
        for row in rows:
            if len(found) == most:
                return found, found[-1].address
            if (each := _suppression(row)).address != after:  # BETWEEN holds both ends
                found.append(each)
        return found, ""

    def remove(self, account: str, address: str) -> Suppression:
        """One write."""
        row = self.table.take(suppressed_key(account, address))
        if not row:
            raise SuppressionNotFound("this address is not on your suppression list")
        return _suppression(row)


def _suppression(row: Row) -> Suppression:
    address = row[SORT_KEY].removeprefix(SUPPRESSED_ROW)
    return Suppression(address, row["reason"], instant(row["since"]), row["mail"])
