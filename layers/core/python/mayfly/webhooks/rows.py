"""How rows of webhooks and of their deliveries look."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from mayfly import limits
from mayfly.filters.fields import fields_of, filter_of
from mayfly.kit.dynamodb.keys import (
    SORT_KEY,
    TTL_ATTRIBUTE,
    WEBHOOK_ATTEMPT_ROW,
    WEBHOOK_PARTITION,
    webhook_attempt_key,
    webhook_delivery_key,
    webhook_waiting_key,
)
from mayfly.kit.dynamodb.notation import Row, epoch, instant, milliseconds, model_of, model_row
from mayfly.webhooks.models import Attempt, Delivery, EventType, HookOwner, Reply, Webhook


def webhook_item(webhook: Webhook) -> Row:
    """A webhook in its owner's row."""
    return model_row(webhook, without=["owner", "events", "filter"]) | {
        "events": sorted(each.value for each in webhook.events),
        "filter": fields_of(webhook.filter),
    }


def webhook_from(item: Mapping[str, Any], owner: HookOwner) -> Webhook:
    """The webhook that is kept so."""
    events = frozenset(map(EventType, item["events"]))
    wanted = filter_of(item["filter"])
    return model_of(Webhook, dict(item), owner=owner, events=events, filter=wanted)


def delivery_row(delivery: Delivery) -> Row:
    """The row of a delivery, which goes some time after it began."""
    kept_until = epoch(delivery.began_at + limits.WEBHOOK_LOG_KEPT)
    return (
        webhook_delivery_key(delivery.webhook, delivery.id)
        | model_row(delivery, without=["id", "webhook", "about"])
        | {"about": _written(delivery.about), TTL_ATTRIBUTE: kept_until}
    )


def waiting_row(delivery: Delivery) -> Row:
    """All of a delivery that waits, at the place where it is due."""
    due = milliseconds(delivery.due_at)
    return delivery_row(delivery) | webhook_waiting_key(delivery.webhook, due, delivery.id)


def delivery_from(row: Row) -> Delivery:
    """The delivery of either row."""
    return model_of(
        Delivery,
        row,
        id=row[SORT_KEY].rpartition("#")[2],
        webhook=row["pk"].removeprefix(WEBHOOK_PARTITION),
        about=json.loads(row["about"]),
    )


def attempt_row(delivery: Delivery, attempt: Attempt) -> Row:
    """The row of one attempt, which goes with its delivery."""
    reply = attempt.reply
    asked = reply.retry_after
    return (
        webhook_attempt_key(delivery.webhook, delivery.id, attempt.number)
        | model_row(reply, without=["retry_after"])
        | {
            "at": milliseconds(attempt.at),
            TTL_ATTRIBUTE: epoch(delivery.began_at + limits.WEBHOOK_LOG_KEPT),
        }
        | ({} if asked is None else {"retry_after": round(asked.total_seconds())})
    )


def attempt_from(row: Row) -> tuple[str, Attempt]:
    """The delivery's id, and the attempt."""
    delivery, _, number = row[SORT_KEY].removeprefix(WEBHOOK_ATTEMPT_ROW).rpartition("#")
    asked = row.get("retry_after")
    reply = Reply(
        row["status"],
        row["milliseconds"],
        row["excerpt"],
        row["trouble"],
        None if asked is None else timedelta(seconds=asked),
    )
    return delivery, Attempt(int(number), instant(row["at"]), reply)


def _written(about: Mapping[str, Any]) -> str:
    return json.dumps(about, ensure_ascii=False, separators=(",", ":"))
