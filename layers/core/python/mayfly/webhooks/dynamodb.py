"""The WebhookLists and WebhookDeliveries ports on DynamoDB: a partition for each webhook."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from mayfly import limits
from mayfly.errors import Contended
from mayfly.kit.dynamodb.keys import (
    PARTITION_KEY,
    TTL_ATTRIBUTE,
    WEBHOOK_ATTEMPT_ROW,
    WEBHOOK_DELIVERY_ROW,
    WEBHOOK_PARTITION,
    WEBHOOK_WAITING_ROW,
    WEBHOOKS_PARTITION,
    webhook_counters_key,
    webhook_delivery_key,
    webhook_state_key,
    webhook_waiting_key,
    webhooks_key,
)
from mayfly.kit.dynamodb.notation import Row, encode_row, epoch, milliseconds, model_of, model_row
from mayfly.kit.dynamodb.table import Canceled, Table
from mayfly.webhooks.dynamodb_counts import counted, tallied
from mayfly.webhooks.models import (
    Attempt,
    Delivery,
    HookOwner,
    HookState,
    State,
    WebhookList,
    WebhookNotFound,
    WebhookTally,
)
from mayfly.webhooks.rows import (
    attempt_from,
    attempt_row,
    delivery_from,
    delivery_row,
    waiting_row,
    webhook_from,
    webhook_item,
)

_NEW = {
    "ConditionExpression": "attribute_not_exists(#pk)",
    "ExpressionAttributeNames": {"#pk": PARTITION_KEY},
}
_THERE = _NEW | {"ConditionExpression": "attribute_exists(#pk)"}


@dataclass(frozen=True, slots=True)
class DynamoWebhookLists:
    """See `mayfly.webhooks.ports.WebhookLists`: a row for each owner."""

    table: Table

    def of(self, owners: Sequence[HookOwner]) -> Sequence[WebhookList]:
        """One call."""
        rows = self.table.get_all([webhooks_key(str(each)) for each in owners])
        found = {row[PARTITION_KEY]: row for row in rows}
        return [_list(owner, found.get(f"{WEBHOOKS_PARTITION}{owner}", {})) for owner in owners]

    def put(self, found: WebhookList) -> None:
        """One conditional write."""
        row: Row = webhooks_key(str(found.owner)) | {
            "revision": found.revision,
            "webhooks": [webhook_item(each) for each in found.webhooks],
        }
        if found.ends_at is not None:
            row[TTL_ATTRIBUTE] = epoch(found.ends_at)
        condition: dict[str, Any] = _NEW
        if found.revision > 1:
            condition = {
                "ConditionExpression": "#revision = :before",
                "ExpressionAttributeValues": {":before": found.revision - 1},
            }
        if not self.table.put(row, **condition):
            raise Contended("somebody else has just changed these webhooks")

    def remove(self, owner: HookOwner) -> WebhookList:
        """One write."""
        return _list(owner, self.table.take(webhooks_key(str(owner))))


def _list(owner: HookOwner, row: Row) -> WebhookList:
    webhooks = tuple(webhook_from(each, owner) for each in row.get("webhooks", ()))
    ttl = row.get(TTL_ATTRIBUTE)
    ends_at = None if ttl is None else datetime.fromtimestamp(ttl, UTC)
    return WebhookList(owner, webhooks, row.get("revision", 0), ends_at)


@dataclass(frozen=True, slots=True)
class DynamoWebhookDeliveries:
    """See `mayfly.webhooks.ports.WebhookDeliveries`.

    A delivery that waits has a second row, where it is due: what has to be done is read without
    what is done.
    """

    table: Table

    def add(self, delivery: Delivery) -> bool:
        """One transaction of three writes."""
        try:
            self.table.settle(
                _put(delivery_row(delivery), _NEW),
                _put(waiting_row(delivery)),
                counted(delivery, {"accepted": 1, State.WAITING.value: 1}),
            )
        except Canceled:
            return False
        return True

    def waiting(
        self, webhook: str, after: datetime | None, until: datetime, most: int
    ) -> Sequence[Delivery]:
        """One query."""
        first = WEBHOOK_WAITING_ROW if after is None else _due(after) + "#g"
        rows = self.table.query(
            WEBHOOK_PARTITION + webhook,
            between=(first, _due(until) + "#g"),
            ConsistentRead=True,
            Limit=most,
        )
        return [delivery_from(row) for row in islice(rows, most)]

    def next_due(self, webhook: str, after: datetime) -> datetime | None:
        """One query."""
        rows = self.table.query(
            WEBHOOK_PARTITION + webhook,
            between=(_due(after) + "#g", WEBHOOK_WAITING_ROW + "g"),
            ConsistentRead=True,
            Limit=1,
        )
        return next((delivery_from(row).due_at for row in rows), None)

    def postpone(self, before: Delivery, after: Delivery, attempt: Attempt) -> None:
        """One transaction of four writes."""
        self._move(before, _put(waiting_row(after)), after, attempt)

    def finish(
        self, before: Delivery, after: Delivery, attempt: Attempt | None, owner: HookOwner
    ) -> None:
        """One transaction of three or four writes."""
        name = after.reason and f"given_up:{after.reason}"
        change = {State.WAITING.value: -1, name or after.state.value: 1}
        self._move(before, counted(after, change, owner), after, attempt)

    def restart(self, before: Delivery, after: Delivery) -> None:
        """One transaction of three writes."""
        name = before.reason and f"given_up:{before.reason}"
        as_it_was = {
            "ConditionExpression": "#state = :state AND #number = :number",
            "ExpressionAttributeNames": {"#state": "state", "#number": "number"},
            "ExpressionAttributeValues": encode_row(
                {":state": before.state.value, ":number": before.number}
            ),
        }
        try:
            self.table.settle(
                _put(delivery_row(after), as_it_was),
                _put(waiting_row(after)),
                counted(after, {State.WAITING.value: 1, name or before.state.value: -1}),
            )
        except Canceled as canceled:
            raise Contended("the delivery has just changed") from canceled

    def find(self, webhook: str, delivery: str) -> Delivery:
        """One read."""
        row = self.table.get(webhook_delivery_key(webhook, delivery))
        if not row:
            raise WebhookNotFound("no such delivery")
        return delivery_from(row)

    def page(
        self, webhook: str, most: int, before: str = "", states: Sequence[State] = ()
    ) -> tuple[Sequence[Delivery], str]:
        """One query for each 1 MB, until there are enough."""
        rows = self.table.query(
            WEBHOOK_PARTITION + webhook,
            between=(WEBHOOK_DELIVERY_ROW, WEBHOOK_DELIVERY_ROW + (before or "g")),
            ScanIndexForward=False,
            ConsistentRead=True,
            Limit=limits.WEBHOOK_LOOKED_AT,
        )
        found: list[Delivery] = []
        for row in rows:
            each = delivery_from(row)
            if each.id == before or (states and each.state not in states):
                continue
            if len(found) == most:
                return found, found[-1].id
            found.append(each)
        return found, ""

    def attempts(self, webhook: str, deliveries: Sequence[str]) -> Mapping[str, Sequence[Attempt]]:
        """One query for each 1 MB, from the first of them to the last."""
        found: dict[str, list[Attempt]] = {each: [] for each in deliveries}
        if not deliveries:
            return found
        first, last = (WEBHOOK_ATTEMPT_ROW + each for each in (min(deliveries), max(deliveries)))
        rows = self.table.query(
            WEBHOOK_PARTITION + webhook, between=(first, last + "#g"), ConsistentRead=True
        )
        for name, attempt in map(attempt_from, rows):
            if name in found:
                found[name].append(attempt)
        return found

    def begin(self, webhook: str, holder: str, now: datetime, until: datetime) -> HookState | None:
        """One conditional write and one read; one write more if somebody else works on it.

        Its state goes when the log has gone, else it would outlive the webhook.
        """
        key, times = webhook_state_key(webhook), {":now": milliseconds(now)}
        mine = {":me": holder, ":until": milliseconds(until)}
        mine[":ttl"] = epoch(now + limits.WEBHOOK_LOG_KEPT)
        for _ in range(limits.WEBHOOK_WRITES):
            if self.table.update(
                key,
                UpdateExpression="SET #holder = :me, #held_until = :until, #ttl = :ttl"
                " REMOVE #again",
                ConditionExpression="attribute_not_exists(#held_until) OR #held_until <= :now"
                " OR #holder = :me",
                ExpressionAttributeValues=times | mine,
            ):
                return self.state(webhook)
            if self.table.update(
                key,
                UpdateExpression="SET #again = :yes",
                ConditionExpression="#held_until > :now",
                ExpressionAttributeValues=times | {":yes": True},
            ):
                return None
        raise Contended(f"{limits.WEBHOOK_WRITES} attempts met others at work on a webhook")

    def end(self, webhook: str, holder: str, state: HookState) -> bool:
        """One conditional write; one more if somebody has asked meanwhile."""
        kept = model_row(state)
        names = [each for each in HookState.__dataclass_fields__ if each not in kept]
        gone = ", ".join(f"#{each}" for each in ("held_until", *names))
        done = self.table.update(
            webhook_state_key(webhook),
            UpdateExpression="SET "
            + ", ".join(f"#{each} = :{each}" for each in kept)
            + f" REMOVE {gone}",
            ConditionExpression="#holder = :me AND attribute_not_exists(#again)",
            ExpressionAttributeValues={f":{each}": value for each, value in kept.items()}
            | {":me": holder},
        )
        if done:
            return True
        asked = self.table.update(
            webhook_state_key(webhook),
            UpdateExpression="REMOVE #again",
            ConditionExpression="#holder = :me AND #again = :yes",
            ExpressionAttributeValues={":me": holder, ":yes": True},
        )
        return not asked  # else somebody else has taken it over, who looks at all there is

    def state(self, webhook: str) -> HookState:
        """One read."""
        return model_of(HookState, self.table.get(webhook_state_key(webhook)))

    def tally(self) -> WebhookTally:
        """One read of all counter rows."""
        shards = range(limits.WEBHOOK_COUNTER_SHARDS)
        return tallied(self.table.get_all([webhook_counters_key(shard) for shard in shards]))

    def _move(
        self, before: Delivery, item: dict[str, Any], after: Delivery, attempt: Attempt | None
    ) -> None:
        """Away from where it waited, if it still does."""
        waited = webhook_waiting_key(before.webhook, milliseconds(before.due_at), before.id)
        items = [
            {"Delete": {"Key": encode_row(waited), **_THERE}},
            item,
            _put(delivery_row(after)),
        ]
        if attempt is not None:
            items.append(_put(attempt_row(after, attempt)))
        try:
            self.table.settle(*items)
        except Canceled:
            return  # somebody else has noted an attempt of the same time


def _put(row: Row, condition: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {"Put": {"Item": encode_row(row), **(condition or {})}}


def _due(when: datetime) -> str:
    return f"{WEBHOOK_WAITING_ROW}{milliseconds(when):013d}"
