"""Rows of subscriptions."""

from mayfly.filters.fields import filter_from, filter_text
from mayfly.filters.models import EVERYTHING
from mayfly.inboxes.ids import InboxId
from mayfly.kit.dynamodb.keys import (
    REPLAY_AFTER,
    SORT_KEY,
    TTL_ATTRIBUTE,
    watch_key,
)
from mayfly.kit.dynamodb.notation import Row, epoch, from_epoch
from mayfly.mail.address import Address
from mayfly.subscriptions.models import Subscription


def watch_row(subscription: Subscription) -> Row:
    """The row of a subscription."""
    row: Row = watch_key(subscription.inbox, subscription.connection_id) | {
        "local": subscription.address.local,
        "domain": subscription.address.domain,
        "sent": subscription.sent,
        TTL_ATTRIBUTE: epoch(subscription.expires_at),
    }
    if subscription.replay_after is not None:
        row[REPLAY_AFTER] = subscription.replay_after
    if subscription.token_version:
        row["token_version"] = subscription.token_version
    if subscription.client:
        row["client"] = subscription.client
    if subscription.wanted:
        row["filter"] = filter_text(subscription.wanted)
    return row


def watch_from(row: Row) -> Subscription:
    """The subscription of a row or a stream image."""
    _, generation, connection_id = row[SORT_KEY].split("#", 2)
    return Subscription(
        connection_id=connection_id,
        inbox=InboxId(row["pk"].partition("#")[2], generation),
        address=Address(row["local"], row["domain"]),
        expires_at=from_epoch(row[TTL_ATTRIBUTE]),
        replay_after=row.get(REPLAY_AFTER),
        sent=row["sent"],
        token_version=row.get("token_version", 0),
        client=row.get("client", ""),
        wanted=filter_from(row["filter"]) if "filter" in row else EVERYTHING,
    )
