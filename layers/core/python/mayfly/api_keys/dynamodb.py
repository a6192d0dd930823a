"""The ApiKeys port on DynamoDB: a row for each key, under the id that its hash makes."""

from dataclasses import dataclass
from datetime import datetime

from mayfly.accounts.dynamodb import save_with
from mayfly.accounts.models import Account, AccountId
from mayfly.accounts.rows import delete_item
from mayfly.api_keys.models import ApiKey, KeyNotFound, KeyProof, Scope
from mayfly.kit.dynamodb.keys import TTL_ATTRIBUTE, api_key_key
from mayfly.kit.dynamodb.notation import Row, encode_row, epoch, instant, milliseconds
from mayfly.kit.dynamodb.table import Table
from mayfly.limits import EXPIRED_KEY_SHOWN

_TIMES = ("expires_at", "last_used_at")


@dataclass(frozen=True, slots=True)
class DynamoApiKeys:
    """See `mayfly.api_keys.service.ApiKeys`."""

    table: Table

    def find(self, key_id: str) -> ApiKey:
        """One consistent read."""
        row = self.table.get(api_key_key(key_id))
        if not row:
            raise KeyNotFound("no such API key")
        return _key(row)

    def of(self, account: Account) -> list[ApiKey]:
        """One call."""
        rows = self.table.get_all([api_key_key(each) for each in account.keys])
        found = {key.id: key for key in map(_key, rows)}
        return [found[each] for each in account.keys if each in found]

    def add(self, account: Account, key: ApiKey) -> Account:
        """One transaction."""
        put = {
            "Item": encode_row(_row(key)),
            "ConditionExpression": "attribute_not_exists(#pk)",
        }
        return save_with(self.table, account, {"Put": put})

    def remove(self, account: Account, key_id: str) -> Account:
        """One transaction."""
        return save_with(self.table, account, delete_item(api_key_key(key_id)))

    def note_use(self, key: ApiKey, now: datetime) -> None:
        """One conditional write."""
        self.table.update(
            api_key_key(key.id),
            UpdateExpression="SET #last_used_at = :now",
            ConditionExpression="attribute_exists(#pk)",
            ExpressionAttributeValues={":now": milliseconds(now)},
        )


def _row(key: ApiKey) -> Row:
    row: Row = api_key_key(key.id) | {
        "hash": key.proof.hash,
        "account": str(key.account),
        "name": key.name,
        "scopes": set(map(str, key.scopes)),
        "created_at": milliseconds(key.created_at),
    }
    for name in _TIMES:
        when = getattr(key, name)
        if when is not None:
            row[name] = milliseconds(when)
    if key.expires_at is not None:
        row[TTL_ATTRIBUTE] = epoch(key.expires_at + EXPIRED_KEY_SHOWN)
    return row


def _key(row: Row) -> ApiKey:
    return ApiKey(
        KeyProof(row["hash"]),
        AccountId.parse(row["account"]),
        row["name"],
        frozenset(map(Scope, row["scopes"])),
        instant(row["created_at"]),
        **{name: instant(row[name]) for name in _TIMES if name in row},
    )
