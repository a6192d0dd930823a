"""The RelayConfigs and Keyrings ports on DynamoDB: one row a domain each."""

from dataclasses import dataclass
from typing import Any

from mayfly.email_auth.dkim import DkimKey, Keyring, KeyState, KeyType
from mayfly.errors import Contended
from mayfly.kit.dynamodb.keys import PARTITION_KEY, dkim_key, relay_key
from mayfly.kit.dynamodb.notation import Row, instant, milliseconds
from mayfly.kit.dynamodb.table import Table
from mayfly.relays.models import RelayConfig


@dataclass(frozen=True, slots=True)
class DynamoRelayConfigs:
    """See `mayfly.relays.ports.RelayConfigs`."""

    table: Table

    def get(self, domain: str) -> RelayConfig | None:
        """One read."""
        row = self.table.get(relay_key(domain))
        if not row:
            return None
        return RelayConfig(
            domain,
            row["host"],
            row["port"],
            row["secure"],
            row["username"],
            row["sealed"],
            instant(row["updated_at"]),
        )

    def put(self, config: RelayConfig) -> None:
        """One write."""
        row: Row = relay_key(config.domain) | {
            "host": config.host,
            "port": config.port,
            "secure": config.secure,
            "username": config.username,
            "sealed": config.sealed,
            "updated_at": milliseconds(config.updated_at),
        }
        self.table.put(row)

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
        keys = tuple(_key(each) for each in row.get("keys", ()))
        return Keyring(domain, keys, row.get("revision", 0))

    def put(self, keyring: Keyring) -> None:
        """One conditional write. Of two with the same revision one gives way."""
        row: Row = dkim_key(keyring.domain) | {
            "revision": keyring.revision,
            "keys": [_row(each) for each in keyring.keys],
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


def _row(key: DkimKey) -> Row:
    row: Row = {
        "selector": key.selector,
        "type": key.type.value,
        "public": key.public,
        "sealed": key.sealed,
        "made_at": milliseconds(key.made_at),
        "state": key.state.value,
    }
    if key.ends_at is not None:
        row["ends_at"] = milliseconds(key.ends_at)
    return row


def _key(row: Row) -> DkimKey:
    return DkimKey(
        selector=row["selector"],
        type=KeyType(row["type"]),
        public=row["public"],
        sealed=row["sealed"],
        made_at=instant(row["made_at"]),
        state=KeyState(row["state"]),
        ends_at=instant(row["ends_at"]) if "ends_at" in row else None,
    )
