"""Subscriptions to accounts in memory."""

from datetime import datetime
from typing import TYPE_CHECKING

from mayfly.accounts.models import AccountId
from mayfly.errors import ConnectionGone
from mayfly.subscriptions.models import AccountSubscription, ConnectionLimits

if TYPE_CHECKING:
    from tests.memory import Rows


class FakeAccountSubscriptions:
    """In a dict; `FakeSubscriptions` counts them and ends them with their connection."""

    def __init__(self, rows: "Rows", places: ConnectionLimits) -> None:
        self.rows = rows
        self.places = places
        self.asked = 0

    def watch(self, watch: AccountSubscription, now: datetime) -> None:
        with self.rows.lock:
            if watch.connection_id not in self.rows.connections:
                raise ConnectionGone(watch.connection_id)
            mine = watch.account, watch.connection_id
            others = [key for key in self._keys() if key[1] == mine[1] and key != mine]
            if len(others) >= self.places.subscriptions:
                raise self.places.too_many_subscriptions()
            rivals = [
                each
                for each in self.watchers(watch.account, now)
                if each.connection_id != watch.connection_id
            ]
            self.places.check_watchers(watch.client, rivals)
            self.rows.account_watches[mine] = watch

    def unwatch(self, connection_id: str, account: AccountId) -> None:
        self.rows.account_watches.pop((account, connection_id), None)

    def watched(self, connection_id: str) -> list[AccountId]:
        found = [key[0] for key in self.rows.account_watches if key[1] == connection_id]
        return sorted(found, key=str)

    def watchers(self, account: AccountId, now: datetime) -> list[AccountSubscription]:
        self.asked += 1
        with self.rows.lock:
            return [
                watch
                for key, watch in self.rows.account_watches.items()
                if key[0] == account and watch.expires_at > now
            ]

    def _keys(self) -> list[tuple[object, str]]:
        return [*self.rows.watches, *self.rows.account_watches]
