"""How many deliveries are in which state: counted in the transaction that changes one."""

import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from mayfly import limits
from mayfly.kit.dynamodb.keys import webhook_counters_key
from mayfly.kit.dynamodb.notation import Row, encode_row
from mayfly.stats import models as stats
from mayfly.stats.models import ELSEWHERE, Occasion
from mayfly.stats.rows import noted
from mayfly.webhooks.models import Delivery, HookOwner, Kind, State, WebhookTally

_REASON = "given_up:"


def counted(
    delivery: Delivery, change: Mapping[str, int], owner: HookOwner | None = None
) -> dict[str, Any]:
    """The item of a transaction that counts it; by day as well, for the owner of a finished one."""
    shard = zlib.crc32(delivery.id.encode()) % limits.WEBHOOK_COUNTER_SHARDS
    numbered = list(enumerate(change.items()))
    update = {
        "Key": encode_row(webhook_counters_key(shard)),
        "UpdateExpression": "ADD " + ", ".join(f"#n{at} :n{at}" for at, _ in numbered),
        "ExpressionAttributeNames": {f"#n{at}": name for at, (name, _) in numbered},
        "ExpressionAttributeValues": encode_row({f":n{at}": by for at, (_, by) in numbered}),
    }
    if owner is not None and delivery.finished_at is not None:
        update = noted(update, _occasion(delivery, delivery.finished_at, owner))
    return {"Update": update}


def _occasion(delivery: Delivery, at: datetime, owner: HookOwner) -> Occasion:
    outcome = "webhooksFailed" if delivery.state is State.GIVEN_UP else "webhooksDelivered"
    account = owner.id if owner.kind is Kind.ACCOUNT else ""
    return Occasion(at.date(), ELSEWHERE, stats.Kind.WEBHOOK, (outcome,), owner=account)


def tallied(rows: Sequence[Row]) -> WebhookTally:
    """What the counters say together."""
    given_up: dict[str, int] = {}
    for row in rows:
        for name, count in row.items():
            if name.startswith(_REASON):
                reason = name.removeprefix(_REASON)
                given_up[reason] = given_up.get(reason, 0) + count
    return WebhookTally(
        sum(row.get("accepted", 0) for row in rows),
        sum(row.get(State.DELIVERED.value, 0) for row in rows),
        sum(row.get(State.WAITING.value, 0) for row in rows),
        given_up,
    )
