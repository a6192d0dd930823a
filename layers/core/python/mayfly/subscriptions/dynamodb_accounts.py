"""The AccountSubscriptions port on DynamoDB."""

from dataclasses import dataclass
from datetime import datetime

from mayfly.accounts.models import AccountId
from mayfly.filters.fields import filter_from, filter_text
from mayfly.filters.models import EVERYTHING
from mayfly.kit.dynamodb.keys import (
    ACCOUNT_PARTITION,
    SORT_KEY,
    TTL_ATTRIBUTE,
    account_watch_key,
    account_watch_prefix,
)
from mayfly.kit.dynamodb.notation import Row, epoch, from_epoch
from mayfly.kit.dynamodb.table import Table
from mayfly.subscriptions.dynamodb import join, part, watched_by
from mayfly.subscriptions.models import AccountSubscription, ConnectionLimits, PlacesTaken


@dataclass(frozen=True, slots=True)
class DynamoAccountSubscriptions:
    """See `mayfly.subscriptions.ports.AccountSubscriptions`."""

    table: Table
    places: ConnectionLimits

    def watch(self, watch: AccountSubscription, now: datetime) -> None:
        """One query, one transaction, and another query, as `DynamoSubscriptions.subscribe`."""
        watchers = self.watchers(watch.account, now)
        self.places.check_watchers(watch.client, _rivals(watch, watchers))
        account = watch.account
        row: Row = account_watch_key(account.partition, account.generation, watch.connection_id) | {
            "session": watch.session,
            TTL_ATTRIBUTE: epoch(watch.expires_at),
        }
        if watch.client:
            row["client"] = watch.client
        if watch.wanted:
            row["filter"] = filter_text(watch.wanted)
        join(self.table, self.places, watch.connection_id, _watched(account), row)
        if any(each.connection_id == watch.connection_id for each in watchers):
            return
        try:
            others = _rivals(watch, self.watchers(account, now))
            self.places.check_watchers(watch.client, others)
        except PlacesTaken:
            self.unwatch(watch.connection_id, account)
            raise

    def unwatch(self, connection_id: str, account: AccountId) -> None:
        """One transaction."""
        key = account_watch_key(account.partition, account.generation, connection_id)
        part(self.table, connection_id, _watched(account), key)

    def watched(self, connection_id: str) -> list[AccountId]:
        """One read."""
        return [
            AccountId.parse(each.removeprefix(ACCOUNT_PARTITION))
            for each in sorted(watched_by(self.table, connection_id))
            if each.startswith(ACCOUNT_PARTITION)
        ]

    def watchers(self, account: AccountId, now: datetime) -> list[AccountSubscription]:
        """One consistent query."""
        prefix = account_watch_prefix(account.generation)
        rows = self.table.query(
            ACCOUNT_PARTITION + account.partition, prefix=prefix, ConsistentRead=True
        )
        found = [
            AccountSubscription(
                connection_id=row[SORT_KEY].removeprefix(prefix),
                account=account,
                session=row["session"],
                expires_at=from_epoch(row[TTL_ATTRIBUTE]),
                client=row.get("client", ""),
                wanted=filter_from(row["filter"]) if "filter" in row else EVERYTHING,
            )
            for row in rows
        ]
        return [each for each in found if each.expires_at > now]


def _rivals(
    mine: AccountSubscription, watchers: list[AccountSubscription]
) -> list[AccountSubscription]:
    return [each for each in watchers if each.connection_id != mine.connection_id]


def _watched(account: AccountId) -> str:
    return f"{ACCOUNT_PARTITION}{account}"
