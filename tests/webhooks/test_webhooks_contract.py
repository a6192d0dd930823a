"""What every WebhookLists, WebhookDeliveries, WebhookWakes and WebhookSecrets must do."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from mayfly import limits
from mayfly.errors import Contended, ForeignNotice, SecretsUnavailable
from mayfly.kit.dynamodb.keys import TTL_ATTRIBUTE, webhook_state_key
from mayfly.kit.dynamodb.notation import epoch
from mayfly.kit.dynamodb.table import Table
from mayfly.kit.kms import KmsWebhookSecrets
from mayfly.kit.schedules import OneTimeSchedules
from mayfly.settings import Settings
from mayfly.webhooks.dynamodb import DynamoWebhookDeliveries, DynamoWebhookLists
from mayfly.webhooks.models import (
    DEPLOYMENT,
    Attempt,
    Delivery,
    HookState,
    Reply,
    State,
    WebhookNotFound,
)
from mayfly.webhooks.ports import (
    ExpiryLook,
    Wake,
    WebhookDeliveries,
    WebhookLists,
    WebhookSecrets,
    WebhookWakes,
)
from mayfly.webhooks.sqs import SqsWebhookWakes, read_job
from tests import samples
from tests.aws import SIDES, on_side
from tests.memory import FakeClock, Memory
from tests.webhooks.fakes import FakeWebhookWakes
from tests.webhooks.given import ANN, BOX, HOOK, a_webhook, an_event, listed

ARN = "arn:aws:sqs:us-east-1:123456789012:webhooks"
SECOND, LEASE = timedelta(seconds=1), timedelta(seconds=75)


@dataclass
class Ports:
    """The ports under test, and what the queues were given: of slow ones the second."""

    clock: FakeClock
    lists: WebhookLists
    deliveries: WebhookDeliveries
    wakes: WebhookWakes
    secrets: WebhookSecrets
    given: Callable[[bool], list[Any]]
    scheduled: Callable[[], list[str]]


@pytest.fixture(params=SIDES)
def ports(request: pytest.FixtureRequest) -> Iterator[Ports]:
    clock = FakeClock(samples.NOW)
    if request.param == "fake":
        memory = Memory(clock)
        yield Ports(
            clock,
            memory.webhook_lists,
            memory.webhook_deliveries,
            memory.webhook_wakes,
            memory.webhook_secrets,
            lambda slow: _kept(memory.webhook_wakes, slow),
            lambda: [
                f"{name}-{int(at.timestamp())}" for name, at in memory.webhook_wakes.scheduled
            ],
        )
        return
    settings = Settings()
    with on_side(settings) as clients:
        table = Table(clients["dynamodb"], settings.table_name, clock.pause)
        sqs, scheduler = clients["sqs"], clients["scheduler"]
        urls = [sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("webhooks", "slow")]
        scheduler.create_schedule_group(Name="webhooks")
        role = "arn:aws:iam::123456789012:role/r"

        def given(slow: bool) -> list[Any]:
            told = sqs.receive_message(QueueUrl=urls[slow], MaxNumberOfMessages=10)
            return [read_job(each["Body"]) for each in told.get("Messages", [])]

        yield Ports(
            clock,
            DynamoWebhookLists(table),
            DynamoWebhookDeliveries(table),
            SqsWebhookWakes(
                sqs,
                urls[0],
                urls[1],
                lambda: OneTimeSchedules(scheduler, "webhooks", ARN, role, clock.pause),
            ),
            KmsWebhookSecrets(lambda: clients["kms"], settings.password_key),
            given,
            lambda: [each["Name"] for each in scheduler.list_schedules()["Schedules"]],
        )


def _kept(wakes: FakeWebhookWakes, slow: bool) -> list[Any]:
    return [job for _, job in wakes.given if getattr(job, "is_slow", False) is slow]


def a_delivery(number: int = 1, **changes: Any) -> Delivery:
    return replace(Delivery.of(an_event(number), a_webhook(), an_event(number).at), **changes)


def tried(delivery: Delivery, status: int = 500, after: timedelta = SECOND) -> Delivery:
    return replace(
        delivery,
        attempts=delivery.attempts + 1,
        number=delivery.number + 1,
        due_at=delivery.due_at + after,
    )


def an_attempt(number: int = 1, **reply: Any) -> Attempt:
    asked = timedelta(seconds=7)
    return Attempt(number, samples.NOW, Reply(500, 31, "oh ø", retry_after=asked, **reply))


def test_an_owner_s_webhooks_are_what_was_put_last(ports: Ports) -> None:
    full = a_webhook(
        former=b"former", former_until=samples.NOW, disabled_at=samples.NOW, description="æ"
    )
    ports.lists.put(listed(full))
    ports.lists.put(replace(listed(full, a_webhook(2)), revision=2, ends_at=samples.NOW))
    ports.lists.put(replace(listed(a_webhook(3, BOX)), owner=BOX))

    ann, of_all, box = ports.lists.of([ANN, DEPLOYMENT, BOX])

    assert (ann.webhooks, ann.ends_at) == ((full, a_webhook(2)), samples.NOW)
    assert (of_all.webhooks, of_all.revision, of_all.ends_at) == ((), 0, None)
    assert [each.owner for each in box.webhooks] == [BOX]


def test_of_two_changes_of_one_revision_one_gives_way(ports: Ports) -> None:
    ports.lists.put(listed(a_webhook()))

    with pytest.raises(Contended):
        ports.lists.put(listed(a_webhook(2)))

    ports.lists.put(replace(listed(a_webhook(2)), revision=2))
    with pytest.raises(Contended):
        ports.lists.put(replace(listed(a_webhook(3)), revision=2))


def test_what_is_removed_is_answered_and_gone(ports: Ports) -> None:
    ports.lists.put(listed(a_webhook()))

    assert ports.lists.remove(ANN).webhooks == (a_webhook(),)

    assert ports.lists.remove(ANN).webhooks == ()
    assert ports.lists.of([ANN])[0].revision == 0


def test_a_delivery_is_added_and_counted_once(ports: Ports) -> None:
    assert ports.deliveries.add(a_delivery())
    assert not ports.deliveries.add(a_delivery())

    assert ports.deliveries.find(HOOK, a_delivery().id) == a_delivery()
    tally = ports.deliveries.tally()
    assert (tally.accepted, tally.waiting, tally.difference) == (1, 1, 0)


def test_those_that_wait_come_by_when_they_are_due(ports: Ports) -> None:
    made = [a_delivery(number) for number in (3, 1, 2)]
    made.append(a_delivery(4, due_at=samples.NOW + LEASE))
    for each in made:
        ports.deliveries.add(each)
    ports.deliveries.add(a_delivery(5, webhook=a_webhook(2).id))

    def waiting(after: Any, until: Any, most: int = 9) -> list[Delivery]:
        return list(ports.deliveries.waiting(HOOK, after, until, most))

    soon = samples.NOW + SECOND
    assert waiting(None, soon) == [a_delivery(1), a_delivery(2), a_delivery(3)]
    assert waiting(None, soon, 2) == [a_delivery(1), a_delivery(2)]
    assert waiting(a_delivery(1).due_at, soon) == [a_delivery(2), a_delivery(3)]
    assert waiting(soon, samples.NOW + LEASE) == [made[3]]
    assert ports.deliveries.next_due(HOOK, soon) == samples.NOW + LEASE
    assert ports.deliveries.next_due(HOOK, samples.NOW + LEASE) is None


def test_what_is_postponed_waits_for_its_new_time_with_its_attempt(ports: Ports) -> None:
    before = a_delivery()
    ports.deliveries.add(before)
    after = tried(before, after=LEASE)

    ports.deliveries.postpone(before, after, an_attempt())
    ports.deliveries.postpone(before, tried(after), an_attempt(2))  # whoever was late

    assert ports.deliveries.waiting(HOOK, None, samples.NOW + SECOND, 9) == []
    assert ports.deliveries.waiting(HOOK, None, samples.NOW + 2 * LEASE, 9) == [after]
    assert ports.deliveries.find(HOOK, before.id) == after
    assert ports.deliveries.attempts(HOOK, [before.id]) == {before.id: [an_attempt()]}
    assert ports.deliveries.tally().waiting == 1


def test_what_is_finished_waits_no_more_and_is_counted_for_its_reason(ports: Ports) -> None:
    good, bad = a_delivery(1), a_delivery(2)
    for each in (good, bad):
        ports.deliveries.add(each)
    delivered = replace(tried(good), state=State.DELIVERED, finished_at=samples.NOW)
    given_up = replace(bad, state=State.GIVEN_UP, reason="removed", finished_at=samples.NOW)

    for _ in range(2):
        ports.deliveries.finish(good, delivered, an_attempt(), ANN)
        ports.deliveries.finish(bad, given_up, None, ANN)

    assert ports.deliveries.waiting(HOOK, None, samples.NOW + LEASE, 9) == []
    assert ports.deliveries.find(HOOK, good.id) == delivered
    tally = ports.deliveries.tally()
    assert (tally.delivered, tally.waiting, dict(tally.given_up)) == (1, 0, {"removed": 1})
    assert (tally.accepted, tally.difference) == (2, 0)


@pytest.mark.parametrize("reason", ["", "attempts"])
def test_what_is_finished_can_wait_again_once(ports: Ports, reason: str) -> None:
    first = a_delivery()
    ports.deliveries.add(first)
    state = State.GIVEN_UP if reason else State.DELIVERED
    over = replace(tried(first), state=state, reason=reason, finished_at=samples.NOW)
    ports.deliveries.finish(first, over, an_attempt(), ANN)
    again = replace(
        over, state=State.WAITING, reason="", attempts=0, finished_at=None, due_at=samples.NOW
    )

    ports.deliveries.restart(over, again)
    with pytest.raises(Contended):
        ports.deliveries.restart(over, again)

    assert ports.deliveries.waiting(HOOK, None, samples.NOW, 9) == [again]
    tally = ports.deliveries.tally()
    assert (tally.waiting, tally.delivered, sum(tally.given_up.values())) == (1, 0, 0)
    assert tally.difference == 0


def test_the_log_is_read_from_the_newest_on(ports: Ports) -> None:
    made = [a_delivery(number) for number in range(1, 6)]
    for each in made:
        ports.deliveries.add(each)
    over = replace(made[1], state=State.DELIVERED, finished_at=samples.NOW)
    ports.deliveries.finish(made[1], over, an_attempt(), ANN)

    first, cursor = ports.deliveries.page(HOOK, 2)
    rest, end = ports.deliveries.page(HOOK, 9, cursor)

    assert list(first) == [made[4], made[3]]
    assert (list(rest), end) == ([made[2], over, made[0]], "")
    assert list(ports.deliveries.page(HOOK, 9, states=[State.DELIVERED])[0]) == [over]
    assert ports.deliveries.attempts(HOOK, [over.id, made[0].id])[made[0].id] == []
    with pytest.raises(WebhookNotFound):
        ports.deliveries.find(HOOK, "0" * 32)


def test_one_works_on_a_webhook_and_hears_of_others_who_would(ports: Ports) -> None:
    now, until = samples.NOW, samples.NOW + LEASE
    state = HookState(until, now, until, until, 3, True)
    begin = ports.deliveries.begin

    assert begin(HOOK, "1", now, until) == HookState()
    assert begin(HOOK, "2", now, until) is None
    assert begin(HOOK, "1", now, until) == HookState()  # it has died, and comes again
    assert begin(HOOK, "2", now + SECOND, until) is None
    assert ports.deliveries.end(HOOK, "1", state) is False
    assert ports.deliveries.end(HOOK, "1", state) is True
    assert begin(HOOK, "3", now, until) == state
    assert begin(HOOK, "4", until, until + LEASE) == state  # the lease is over
    assert ports.deliveries.end(HOOK, "3", HookState()) is True  # it is not its own any more
    assert ports.deliveries.end(HOOK, "4", HookState()) is True
    assert ports.deliveries.state(HOOK) == HookState()


def test_of_many_who_begin_at_once_one_does(ports: Ports) -> None:
    now, until = samples.NOW, samples.NOW + LEASE

    with ThreadPoolExecutor(8) as pool:
        begun = list(pool.map(lambda n: ports.deliveries.begin(HOOK, f"{n}", now, until), range(8)))

    assert sum(each is not None for each in begun) == 1


def test_the_state_of_a_webhook_that_is_gone_goes_with_its_log() -> None:
    settings = Settings()
    with on_side(settings) as clients:
        table = Table(clients["dynamodb"], settings.table_name, FakeClock().pause)
        deliveries = DynamoWebhookDeliveries(table)

        deliveries.begin(HOOK, "1", samples.NOW, samples.NOW + LEASE)
        deliveries.end(HOOK, "1", HookState())

        kept_until = table.get(webhook_state_key(HOOK))[TTL_ATTRIBUTE]
    assert kept_until == epoch(samples.NOW + limits.WEBHOOK_LOG_KEPT)


def test_wakes_come_into_the_queue_they_are_for(ports: Ports) -> None:
    ports.wakes.give(Wake(ANN, HOOK))
    ports.wakes.give(Wake(DEPLOYMENT, HOOK, is_slow=True))
    ports.wakes.give(Wake(ANN, HOOK, at_once=True))
    ports.wakes.look(ExpiryLook("an-inbox"), -SECOND)

    now = [Wake(ANN, HOOK), Wake(ANN, HOOK, at_once=True), ExpiryLook("an-inbox")]
    assert ports.given(False) == now
    assert ports.given(True) == [Wake(DEPLOYMENT, HOOK, is_slow=True)]


def test_what_is_scheduled_twice_is_scheduled_once(ports: Ports) -> None:
    at = samples.NOW.replace(year=2100)
    for _ in range(2):
        ports.wakes.schedule(Wake(ANN, HOOK), at)
        ports.wakes.schedule_look(ExpiryLook("an-inbox"), at)

    seconds = int(at.timestamp())
    assert sorted(ports.scheduled()) == [f"{HOOK}-{seconds}", f"an-inbox-{seconds}"]


def test_a_secret_opens_for_its_webhook_alone(ports: Ports) -> None:
    sealed = ports.secrets.seal(HOOK, b"secret")

    assert ports.secrets.open(HOOK, sealed) == b"secret"
    with pytest.raises(SecretsUnavailable):
        ports.secrets.open(a_webhook(2).id, sealed)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{}",
        '{"owner": "nobody:1", "webhook": "1", "slow": false}',
        '{"owner": "deployment", "webhook": 1, "slow": false}',
        '{"owner": "deployment", "webhook": "1", "slow": 1}',
    ],
)
def test_what_is_no_job_of_ours_is_refused(body: str) -> None:
    with pytest.raises(ForeignNotice):
        read_job(body)
