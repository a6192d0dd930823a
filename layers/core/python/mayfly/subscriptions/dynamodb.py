"""The Subscriptions port on DynamoDB."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mayfly.accounts.models import AccountId
from mayfly.errors import ConnectionGone
from mayfly.inboxes.ids import InboxId
from mayfly.kit.dynamodb.keys import (
    ACCOUNT_PARTITION,
    CONNECTED_PARTITION,
    INBOX_PARTITION,
    PARTITION_KEY,
    REPLAY_AFTER,
    SORT_KEY,
    TTL_ATTRIBUTE,
    Key,
    account_watch_key,
    connected_key,
    connection_key,
    places_key,
    watch_key,
    watch_prefix,
)
from mayfly.kit.dynamodb.notation import Row, encode_row, epoch, from_epoch
from mayfly.kit.dynamodb.table import Canceled, Table
from mayfly.subscriptions.models import Connection, ConnectionLimits, PlacesTaken, Subscription
from mayfly.subscriptions.rows import watch_from, watch_row

_CLIENT = "client"
_OPEN = "open"  # the ids of a client's connections
_CONNECTED = "connected"  # how many lapse in a minute
_SECONDS = 60  # of a minute
_LAST = "~"  # sorts behind all digits
_WATCHES = "watches"  # the inboxes, and `account#…`, that a connection is subscribed to


@dataclass(frozen=True, slots=True)
class DynamoSubscriptions:
    """See `mayfly.subscriptions.ports.Subscriptions`."""

    table: Table
    places: ConnectionLimits

    def connect(self, connection: Connection) -> None:
        """Three writes; where there is no place for it, the third takes the connection back.

        The connection first: what takes a place without being there is taken for dead.
        """
        row: Row = connection_key(connection.id) | {TTL_ATTRIBUTE: epoch(connection.expires_at)}
        if connection.client and self.places.connections_of_client:
            row[_CLIENT] = connection.client
        self.table.put(row)
        if _CLIENT in row and not self._take_place(connection):
            self.table.delete_all([connection_key(connection.id)])
            raise self.places.too_many_connections()
        self._count(epoch(connection.expires_at), 1)

    def connections_of(self, client: str) -> list[Connection]:
        """Two reads, and a write if some are not there any more."""
        ids: set[str] = self.table.get(places_key(client)).get(_OPEN, set())
        rows = self.table.get_all([connection_key(each) for each in sorted(ids)])
        found = [Connection(r[SORT_KEY], from_epoch(r[TTL_ATTRIBUTE]), client) for r in rows]
        self._leave(client, ids - {each.id for each in found})
        return sorted(found, key=lambda each: (each.expires_at, each.id))

    def disconnect(self, connection_id: str) -> None:
        """One read, three writes, and one for each 25 subscriptions.

        The connection goes last: it alone knows the subscriptions, and a repeat after a failure
        needs it. Those that were made meanwhile go with it.
        """
        watched = watched_by(self.table, connection_id)
        self.table.delete_all([_watch_key(each, connection_id) for each in sorted(watched)])
        row = self.table.take(connection_key(connection_id))
        late = row.get(_WATCHES, set()) - watched
        self.table.delete_all([_watch_key(each, connection_id) for each in sorted(late)])
        self._leave(row.get(_CLIENT, ""), {connection_id})
        if row:
            self._count(row[TTL_ATTRIBUTE], -1)

    def subscribe(self, subscription: Subscription, now: datetime) -> None:
        """One query, one transaction, and another query, which holds the caps for those who race.

        A call that finds too many there takes the subscription back.
        """
        watchers = self.subscribers(subscription.inbox, now)
        self.places.check_watchers(subscription.client, _rivals(subscription, watchers))
        watched = str(subscription.inbox)
        join(self.table, self.places, subscription.connection_id, watched, watch_row(subscription))
        if any(each.connection_id == subscription.connection_id for each in watchers):
            return  # it had its place before
        try:
            others = _rivals(subscription, self.subscribers(subscription.inbox, now))
            self.places.check_watchers(subscription.client, others)
        except PlacesTaken:
            self.unsubscribe(subscription.connection_id, subscription.inbox)
            raise

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

    def _take_place(self, connection: Connection) -> bool:
        return self.table.update(
            places_key(connection.client),
            UpdateExpression="ADD #open :one SET #ttl = :ttl",
            ConditionExpression="attribute_not_exists(#open) OR size(#open) < :most",
            ExpressionAttributeNames={"#open": _OPEN, "#ttl": TTL_ATTRIBUTE},
            ExpressionAttributeValues={
                ":one": {connection.id},
                ":most": self.places.connections_of_client,
                ":ttl": epoch(connection.expires_at),
            },
        )

    def _leave(self, client: str, ids: set[str]) -> None:
        if client and ids:
            self.table.update(
                places_key(client),
                UpdateExpression="DELETE #open :gone",
                ConditionExpression="attribute_exists(#open)",
                ExpressionAttributeNames={"#open": _OPEN},
                ExpressionAttributeValues={":gone": ids},
            )

    def connections(self, now: datetime) -> int:
        """One query of a row for each minute that a connection may last, however many are open.

        They are counted by the minute in which they lapse, and leave with it, whatever was heard
        of them. A process that ends inside of `disconnect` may leave one counted until then.
        """
        still_open = connected_key(_minute(epoch(now)) + 1)[SORT_KEY], _LAST
        rows = self.table.query(CONNECTED_PARTITION, between=still_open)
        found: int = sum(row[_CONNECTED] for row in rows)
        return max(0, found)

    def _count(self, lapses_at: int, by: int) -> None:
        minute = _minute(lapses_at)
        self.table.update(
            connected_key(minute),
            UpdateExpression="ADD #connected :by SET #ttl = :ttl",
            ExpressionAttributeNames={"#connected": _CONNECTED, "#ttl": TTL_ATTRIBUTE},
            ExpressionAttributeValues={":by": by, ":ttl": (minute + 1) * _SECONDS},
        )


def _minute(seconds: int) -> int:
    return seconds // _SECONDS


def _rivals(mine: Subscription, watchers: list[Subscription]) -> list[Subscription]:
    """The others that take places; those of a token that was rotated since take none."""
    return [
        each
        for each in watchers
        if each.connection_id != mine.connection_id and each.token_version == mine.token_version
    ]


def join(
    table: Table, places: ConnectionLimits, connection_id: str, watched: str, watch: Row
) -> None:
    """Write the row of a subscription, and what it is to onto what the connection watches."""
    more = _one_more(connection_id, watched, places.subscriptions)
    try:
        table.settle(more, {"Put": {"Item": encode_row(watch)}})
    except Canceled as canceled:
        if not canceled.found(0):
            raise ConnectionGone(connection_id) from canceled
        raise places.too_many_subscriptions() from canceled


def part(table: Table, connection_id: str, watched: str, watch: Key) -> None:
    """Delete the row of a subscription, and take what it is to off what the connection watches.

    Both at once: a retry after a failure may find only one of them, whichever it is.
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


def _one_more(connection_id: str, watched: str, most: int) -> dict[str, Any]:
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
                {":one": {watched}, ":watched": watched, ":cap": most}
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
