"""The RelayConfigs and Keyrings ports on DynamoDB: one row a domain each."""

from dataclasses import dataclass
from typing import Any

from mayfly.email_auth.dkim import DkimKey, Keyring
from mayfly.errors import Contended
from mayfly.kit.dynamodb.keys import PARTITION_KEY, dkim_key, relay_key
from mayfly.kit.dynamodb.notation import Row, model_of, model_row
from mayfly.kit.dynamodb.table import Table
from mayfly.relays.models import RelayConfig


@dataclass(frozen=True, slots=True)
class DynamoRelayConfigs:
    """See `mayfly.relays.ports.RelayConfigs`."""

    table: Table

    def get(self, domain: str) -> RelayConfig | None:
        """One read."""
        row = self.table.get(relay_key(domain))
        return model_of(RelayConfig, row, domain=domain) if row else None

    def put(self, config: RelayConfig) -> None:
        """One write."""
        self.table.put(relay_key(config.domain) | model_row(config, without=["domain"]))

    def remove(self, domain: str) -> bool:
        """One write."""
        return bool(self.table.take(relay_key(domain)))


@dataclass(frozen=True, slots=True)
class DynamoKeyrings:
    """See `mayfly.relays.ports.Keyrings`. A key takes 2 KB of the row."""

    table: Table

    def get(self, domain: str) -> Keyring:
        """One read."""
        row = self.table.get(dkim_key(domain))
        keys = tuple(model_of(DkimKey, each) for each in row.get("keys", ()))
        return Keyring(domain, keys, row.get("revision", 0))

    def put(self, keyring: Keyring) -> None:
        """One conditional write. Of two with the same revision one gives way."""
        row: Row = dkim_key(keyring.domain) | {
            "revision": keyring.revision,
            "keys": [model_row(each) for each in keyring.keys],
        }
        condition: dict[str, Any] = {
            "ConditionExpression": "attribute_not_exists(#pk)",
            "ExpressionAttributeNames": {"#pk": PARTITION_KEY},
        }
        if keyring.revision > 1:
            condition = {
                "ConditionExpression": "#revision = :before",
                "ExpressionAttributeNames": {"#revision": "revision"},
                "ExpressionAttributeValues": {":before": keyring.revision - 1},
            }
        if not self.table.put(row, **condition):
            raise Contended("somebody else has just changed the domain's keys")

    def remove(self, domain: str) -> None:
        """One write."""
        self.table.delete(dkim_key(domain))
