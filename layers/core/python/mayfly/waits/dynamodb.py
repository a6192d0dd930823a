"""The Waits port on DynamoDB: one row with a short attribute for each request that waits."""

import random
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from mayfly.kit.clock import Pause
from mayfly.kit.dynamodb.keys import TTL_ATTRIBUTE, waits_key
from mayfly.kit.dynamodb.notation import Row, decode, encode_row, epoch, from_epoch
from mayfly.limits import WAIT_ATTEMPTS, WAITS_KEPT
from mayfly.waits.models import Lease, Waiter, WaitLimits

_LEASE = "wait#"
_REVISION = "revision"
_TIDIED = 20  # leases that one write drops: DynamoDB takes expressions of 4 KB


@dataclass(frozen=True, slots=True)
class DynamoWaits:
    """See `mayfly.waits.service.Waits`. `client` is one that does not keep requests waiting."""

    client: Any
    table_name: str
    pause: Pause

    def begin(self, lease: Lease, limits: WaitLimits, now: datetime) -> bool:
        """One read and one write at the revision that was read; again if another was faster.

        Leases that have ended go with the write, so the row does not grow. What is given back
        meanwhile is no other revision: that there are fewer is in nobody's way.
        """
        for attempt in range(WAIT_ATTEMPTS):
            row = self._row()
            leases = [_lease(name, text) for name, text in row.items() if name.startswith(_LEASE)]
            if not limits.has_place(lease.waiter, leases, now):
                return False
            over = [each for each in leases if each.ends_at <= now][:_TIDIED]
            if self._added(lease, over, row.get(_REVISION, 0)):
                return True
            self.pause(random.uniform(0, 0.01 * 2**attempt))
        return False

    def end(self, lease: Lease) -> None:
        """One write."""
        self.client.update_item(
            TableName=self.table_name,
            Key=encode_row(waits_key()),
            UpdateExpression="REMOVE #mine",
            ExpressionAttributeNames={"#mine": _LEASE + lease.id},
        )

    def _row(self) -> Row:
        answer = self.client.get_item(
            TableName=self.table_name, Key=encode_row(waits_key()), ConsistentRead=True
        )
        return decode(answer.get("Item") or {})

    def _added(self, lease: Lease, over: list[Lease], revision: int) -> bool:
        gone = {f"#g{number}": _LEASE + each.id for number, each in enumerate(over)}
        removing = f" REMOVE {', '.join(gone)}" if gone else ""
        waiter = lease.waiter
        try:
            self.client.update_item(
                TableName=self.table_name,
                Key=encode_row(waits_key()),
                UpdateExpression=f"SET #mine = :lease, #revision = :next, #ttl = :ttl{removing}",
                ConditionExpression="attribute_not_exists(#revision) OR #revision = :seen",
                ExpressionAttributeNames=gone
                | {"#mine": _LEASE + lease.id, "#revision": _REVISION, "#ttl": TTL_ATTRIBUTE},
                ExpressionAttributeValues=encode_row(
                    {
                        ":lease": f"{epoch(lease.ends_at)} {waiter.address} {waiter.holder}",
                        ":next": revision + 1,
                        ":seen": revision,
                        ":ttl": epoch(lease.ends_at + WAITS_KEPT),
                    }
                ),
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return False
            raise
        return True


def _lease(name: str, text: str) -> Lease:
    ends_at, address, holder = text.split(" ")
    return Lease(name.removeprefix(_LEASE), Waiter(address, holder), from_epoch(int(ends_at)))
