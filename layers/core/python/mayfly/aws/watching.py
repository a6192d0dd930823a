"""The Watching port on DynamoDB."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mayfly.aws.notation import Row, encode_row
from mayfly.aws.rows import epoch, watch_from, watch_row
from mayfly.aws.table import Canceled, Table
from mayfly.blueprint.limits import CONNECTIONS_PER_INBOX, SUBSCRIPTIONS_PER_CONNECTION
from mayfly.blueprint.table import (
    ACCOUNT_PARTITION,
    CONNECTIONS_PARTITION,
    INBOX_PARTITION,
    PARTITION_KEY,
    REPLAY_AFTER,
    TTL_ATTRIBUTE,
    Key,
    account_watch_key,
    connection_key,
    watch_key,
    watch_prefix,
)
from mayfly.domain.account import AccountId
from mayfly.domain.errors import ConnectionGone, LimitReached
from mayfly.domain.identity import InboxId
from mayfly.domain.subscription import Connection, Subscription

_WATCHES = "watches"  # the inboxes, and `account#…`, that a connection is subscribed to


@dataclass(frozen=True, slots=True)
class DynamoWatching:
    """See `mayfly.ports.watching.Watching`."""

    table: Table

    def connect(self, connection: Connection) -> None:
        """One write."""
        self.table.put(
            connection_key(connection.id) | {TTL_ATTRIBUTE: epoch(connection.expires_at)}
        )

    def disconnect(self, connection_id: str) -> None:
        """One read, one write, and one for each 25 subscriptions.

        The connection goes last: it alone knows the subscriptions, and a repeat after a failure
        needs it. Those that were made meanwhile go with it.
        """
        watched = watched_by(self.table, connection_id)
        self.table.delete_all([_watch_key(each, connection_id) for each in sorted(watched)])
        row = self.table.take(connection_key(connection_id))
        late = row.get(_WATCHES, set()) - watched
        self.table.delete_all([_watch_key(each, connection_id) for each in sorted(late)])

    def subscribe(self, subscription: Subscription, now: datetime) -> None:
        """One read and one transaction; the cap per inbox may be passed by those who race."""
        watchers = self.subscribers(subscription.inbox, now)
        others = [
            each
            for each in watchers
            if each.connection_id != subscription.connection_id
            # Those of a token that was rotated since take nobody's place.
            and each.token_version == subscription.token_version
        ]
        if len(others) >= CONNECTIONS_PER_INBOX:
            raise LimitReached(
                f"{CONNECTIONS_PER_INBOX} connections per address are possible"
                " (CONNECTIONS_PER_INBOX)"
            )
        join(
            self.table,
            subscription.connection_id,
            str(subscription.inbox),
            watch_row(subscription),
        )

    def unsubscribe(self, connection_id: str, inbox: InboxId) -> None:
        """One transaction."""
        part(self.table, connection_id, str(inbox), watch_key(inbox, connection_id))

    def subscribers(self, inbox: InboxId, now: datetime) -> list[Subscription]:
        """One consistent query."""
        rows = self.table.query(
            INBOX_PARTITION + inbox.partition, prefix=watch_prefix(inbox), ConsistentRead=True
        )
        return [each for each in map(watch_from, rows) if each.expires_at > now]

    def caught_up(self, subscription: Subscription, sequence: int) -> None:
        """One conditional write: a subscription that ended meanwhile stays ended."""
        self.table.update(
            watch_key(subscription.inbox, subscription.connection_id),
            UpdateExpression="SET #sent = :sent REMOVE #replay_after",
            ConditionExpression="attribute_exists(#pk)",
            ExpressionAttributeNames={
                "#sent": "sent",
                "#replay_after": REPLAY_AFTER,
                "#pk": PARTITION_KEY,
            },
            ExpressionAttributeValues={":sent": sequence},
        )

    def connections(self, now: datetime) -> int:
        """One query for each 1 MB of rows, which is some 8,000 connections."""
        rows = self.table.query(
            CONNECTIONS_PARTITION,
            ProjectionExpression="#ttl",
            ExpressionAttributeNames={"#ttl": TTL_ATTRIBUTE},
        )
        return sum(row[TTL_ATTRIBUTE] > epoch(now) for row in rows)


def join(table: Table, connection_id: str, watched: str, watch: Row) -> None:
    """Write the row of a subscription, and what it is to onto what the connection watches."""
    try:
        table.settle(_one_more(connection_id, watched), {"Put": {"Item": encode_row(watch)}})
    except Canceled as canceled:
        if not canceled.found(0):
            raise ConnectionGone(connection_id) from canceled
        raise LimitReached(
            f"{SUBSCRIPTIONS_PER_CONNECTION} addresses per connection are possible"
            " (SUBSCRIPTIONS_PER_CONNECTION)"
        ) from canceled


def part(table: Table, connection_id: str, watched: str, watch: Key) -> None:
    """Delete the row of a subscription, and take what it is to off what the connection watches.

    Both at once: whoever tries again after a failure may find only one of them, whichever it is.
    """
    try:
        table.settle({"Delete": {"Key": encode_row(watch)}}, _one_less(connection_id, watched))
    except Canceled:  # the connection is gone, and with it the list
        table.delete_all([watch])


def watched_by(table: Table, connection_id: str) -> set[str]:
    """What the connection watches: ids of inboxes, and `account#…`."""
    watched: set[str] = table.get(connection_key(connection_id)).get(_WATCHES, set())
    return watched


def _watch_key(watched: str, connection_id: str) -> Key:
    if watched.startswith(ACCOUNT_PARTITION):
        account = AccountId.parse(watched.removeprefix(ACCOUNT_PARTITION))
        return account_watch_key(account.partition, account.generation, connection_id)
    return watch_key(InboxId.parse(watched), connection_id)


def _one_more(connection_id: str, watched: str) -> dict[str, Any]:
    return {
        "Update": {
            "Key": encode_row(connection_key(connection_id)),
            "UpdateExpression": "ADD #watches :one",
            "ConditionExpression": (
                "attribute_exists(#pk) AND (attribute_not_exists(#watches)"
                " OR size(#watches) < :cap OR contains(#watches, :watched))"
            ),
            "ExpressionAttributeNames": {"#watches": _WATCHES, "#pk": PARTITION_KEY},
            "ExpressionAttributeValues": encode_row(
                {":one": {watched}, ":watched": watched, ":cap": SUBSCRIPTIONS_PER_CONNECTION}
            ),
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
    }


def _one_less(connection_id: str, watched: str) -> dict[str, Any]:
    return {
        "Update": {
            "Key": encode_row(connection_key(connection_id)),
            "UpdateExpression": "DELETE #watches :one",
            "ConditionExpression": "attribute_exists(#pk)",
            "ExpressionAttributeNames": {"#watches": _WATCHES, "#pk": PARTITION_KEY},
            "ExpressionAttributeValues": encode_row({":one": {watched}}),
        }
    }
