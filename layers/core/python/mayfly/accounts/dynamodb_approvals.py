"""The Approvals port on DynamoDB: all of them in one partition, by the account."""

from collections.abc import Sequence
from dataclasses import dataclass

from mayfly.accounts.approval_models import Approval, Standing
from mayfly.kit.dynamodb.keys import APPROVALS_PARTITION, PARTITION_KEY, SORT_KEY, approval_key
from mayfly.kit.dynamodb.notation import instant, milliseconds
from mayfly.kit.dynamodb.notation_notation import Row
from mayfly.kit.dynamodb.table import Table

_FIRST, _LAST = "!", "\U0010ffff"


@dataclass(frozen=True, slots=True)
class DynamoApprovals:
    """See `mayfly.accounts.approval_ports.Approvals`."""

    table: Table

    def get(self, account: str) -> Approval:
        """One consistent read."""
        row = self.table.get(approval_key(account))
        return _approval(row) if row else Approval(account, Standing.NOT_ASKED)

    def add(self, approval: Approval) -> bool:
        """One conditional write."""
        return self.table.put(
            _row(approval),
            ConditionExpression="attribute_not_exists(#pk)",
            ExpressionAttributeNames={"#pk": PARTITION_KEY},
        )

    def put(self, approval: Approval) -> None:
        """One write."""
        self.table.put(_row(approval))

    def remove(self, account: str) -> None:
        """One write."""
        self.table.delete(approval_key(account))

    def page(self, most: int, after: str = "") -> tuple[Sequence[Approval], str]:
        """One query."""
        rows = self.table.query(
            APPROVALS_PARTITION, between=(after or _FIRST, _LAST), Limit=most + 2
        )
        found: list[Approval] = []
        for row in rows:
            if row[SORT_KEY] == after:  # BETWEEN holds both ends
                continue
            if len(found) == most:
                return found, found[-1].account
            found.append(_approval(row))
        return found, ""


def _row(approval: Approval) -> Row:
    times = {"asked_at": approval.asked_at, "decided_at": approval.decided_at}
    return approval_key(approval.account) | {
        "standing": approval.standing.value,
        "purpose": approval.purpose,
        **{name: milliseconds(at) for name, at in times.items() if at is not None},
    }


def _approval(row: Row) -> Approval:
    return Approval(
        row[SORT_KEY],
        Standing(row["standing"]),
        row["purpose"],
        *(instant(row[name]) if name in row else None for name in ("asked_at", "decided_at")),
    )
