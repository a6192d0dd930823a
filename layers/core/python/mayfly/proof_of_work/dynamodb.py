"""The SpentProofs port on DynamoDB: a row for each solution, which TTL takes."""

from dataclasses import dataclass
from datetime import datetime

from mayfly.kit.dynamodb.keys import SORT_KEY, TTL_ATTRIBUTE, proof_key
from mayfly.kit.dynamodb.notation import epoch
from mayfly.kit.dynamodb.table import Table


@dataclass(frozen=True, slots=True)
class DynamoSpentProofs:
    """See `mayfly.proof_of_work.service.SpentProofs`."""

    table: Table

    def spend(self, nonce: str, ends_at: datetime) -> bool:
        """One conditional write; TTL comes after the end, never before it."""
        return self.table.put(
            {**proof_key(nonce), TTL_ATTRIBUTE: epoch(ends_at) + 1},
            ConditionExpression="attribute_not_exists(#sk)",
            ExpressionAttributeNames={"#sk": SORT_KEY},
        )
