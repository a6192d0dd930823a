"""What the counters of webhooks tell the statistics."""

from dataclasses import replace

import pytest

from mayfly.kit.dynamodb.notation import decode
from mayfly.stats.models import ELSEWHERE, MEASURES
from mayfly.stats.models import Kind as Counted
from mayfly.stats.rows import entry_from
from mayfly.webhooks.dynamodb_counts import counted
from mayfly.webhooks.models import DEPLOYMENT, Delivery, HookOwner, State
from tests import samples
from tests.webhooks.given import ANN, a_webhook, an_event


@pytest.mark.parametrize(
    ("state", "owner", "outcome", "account"),
    [
        (State.DELIVERED, ANN, "webhooksDelivered", ANN.id),
        (State.GIVEN_UP, DEPLOYMENT, "webhooksFailed", ""),
    ],
)
def test_what_is_finished_is_counted_by_day_for_its_owner(
    state: State, owner: HookOwner, outcome: str, account: str
) -> None:
    delivery = Delivery.of(an_event(), a_webhook(), samples.NOW)
    over = replace(delivery, state=state, finished_at=samples.NOW)

    update = counted(over, {"waiting": -1}, owner)["Update"]

    values = decode(update["ExpressionAttributeValues"])
    row = decode(update["Key"]) | {"serial": 1, "last": values[":last"]}
    entry = entry_from({}, row)
    assert entry is not None
    occasion = entry.occasion
    assert (occasion.day, occasion.domain) == (samples.NOW.date(), ELSEWHERE)
    assert (occasion.kind, occasion.owner) == (Counted.WEBHOOK, account)
    assert occasion.outcomes == (outcome,)
    assert outcome in MEASURES


def test_what_begins_to_wait_is_no_outcome() -> None:
    delivery = Delivery.of(an_event(), a_webhook(), samples.NOW)

    assert ":last" not in counted(delivery, {"accepted": 1})["Update"]["ExpressionAttributeValues"]
