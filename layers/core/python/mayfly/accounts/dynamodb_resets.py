"""The Resets port on DynamoDB: one row beside the account's."""

import hmac
from dataclasses import dataclass
from datetime import datetime

from mayfly.kit.dynamodb.keys import TTL_ATTRIBUTE, reset_key
from mayfly.kit.dynamodb.notation import epoch
from mayfly.kit.dynamodb.table import Table


@dataclass(frozen=True, slots=True)
class DynamoResets:
    """See `mayfly.accounts.ports.Resets`."""

    table: Table

    def begin(self, partition: str, proof: str, expires_at: datetime) -> None:
        """One write."""
        self.table.put(reset_key(partition) | {"proof": proof, TTL_ATTRIBUTE: epoch(expires_at)})

    def is_last(self, partition: str, proof: str) -> bool:
        """One consistent read."""
        row = self.table.get(reset_key(partition))
        return bool(row) and hmac.compare_digest(row["proof"], proof)
