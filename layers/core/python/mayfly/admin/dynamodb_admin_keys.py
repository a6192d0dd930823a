"""The AdminKeys port on DynamoDB."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from mayfly.kit.cache import Remembered
from mayfly.kit.clock import Clock
from mayfly.kit.dynamodb.keys import admin_key_key
from mayfly.kit.dynamodb.notation import milliseconds
from mayfly.kit.dynamodb.table import Table
from mayfly.limits import ADMIN_READ_AGE


class DynamoAdminKeys:
    """See `mayfly.kit.tokens.ports.AdminKeys`."""

    def __init__(self, table: Table, now: Clock, age: timedelta = ADMIN_READ_AGE) -> None:
        """Read nothing yet."""
        self._table = table
        self._known = Remembered(self._read, age, now)

    def hashes(self) -> Sequence[str]:
        """One consistent read, every ten seconds at most: guessing costs no reads."""
        return self._known.get()

    def replace(self, key_hash: str, now: datetime) -> None:
        """One write."""
        self._table.put(admin_key_key() | {"hash": key_hash, "made_at": milliseconds(now)})
        self._known.forget()

    def _read(self) -> Sequence[str]:
        row = self._table.get(admin_key_key())
        return [row["hash"]] if row else []
