"""Webhooks, events and turns of the worker, as tests of several modules need them."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from mayfly.errors import MessageNotFound
from mayfly.webhooks.events import EventTeller
from mayfly.webhooks.models import (
    DEPLOYMENT,
    Delivery,
    Event,
    EventType,
    HookOwner,
    Kind,
    Reason,
    Reply,
    Webhook,
    WebhookList,
    event_id,
)
from mayfly.webhooks.ports import Wake
from mayfly.webhooks.worker import WebhookWorker
from tests import samples
from tests.memory import FakeClock, Memory

ANN = HookOwner(Kind.ACCOUNT, "0a0a0a0a-0000-8000-8000-000000000001")
BOX = HookOwner(Kind.INBOX, "0b0b0b0b-0000-8000-8000-000000000001")
HOOK = "11111111-1111-4111-8111-111111111111"


def a_webhook(number: int = 1, owner: HookOwner = ANN, **changes: Any) -> Webhook:
    made = Webhook(
        HOOK[:-1] + str(number),
        owner,
        f"https://hooks{number}.example/",
        frozenset(EventType),
        b"sealed",
        samples.NOW,
    )
    return replace(made, **changes)


def an_event(number: int = 1, lane: str = "inbox-1", **changes: Any) -> Event:
    at = samples.NOW + timedelta(milliseconds=number)
    kind = EventType.MESSAGE_DELETED
    event = Event(event_id(number, lane), kind, at, (BOX, ANN, DEPLOYMENT), {"n": number}, lane)
    return replace(event, **changes)


@dataclass
class FakeSender:
    """Notes what was sent, and answers as it is told, then with 200."""

    clock: FakeClock
    sent: list[tuple[str, str, datetime]] = field(default_factory=list)
    answers: list[Reply] = field(default_factory=list)
    by_event: dict[str, Reply] = field(default_factory=dict)
    always: Reply = field(default_factory=lambda: Reply(200, 20))
    gone: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    waits: timedelta = timedelta()
    meanwhile: list[Callable[[], None]] = field(default_factory=list)

    def admits(self, webhook: Webhook, now: datetime) -> timedelta:
        return self.waits

    def send(self, delivery: Delivery, webhook: Webhook, now: datetime) -> Reply:
        if delivery.event in self.gone:
            raise MessageNotFound("no such message")
        if delivery.event in self.broken:
            raise RuntimeError("no payload")
        self.sent.append((webhook.id, delivery.event, now))
        if delivery.event in self.by_event:
            reply = self.by_event[delivery.event]
        else:
            reply = self.answers.pop(0) if self.answers else self.always
        self.clock.advance(milliseconds=reply.milliseconds)
        if self.meanwhile:
            self.meanwhile.pop(0)()
        return reply


class House:
    """Webhooks in memory with a worker, whose time is put forward to whatever comes next."""

    def __init__(self, *webhooks: Webhook) -> None:
        self.memory = Memory(FakeClock(samples.NOW + timedelta(seconds=1)))
        self.clock = self.memory.clock
        ports = self.memory
        self.deliveries, self.wakes = ports.webhook_deliveries, ports.webhook_wakes
        self.sender = FakeSender(self.clock)
        self.disabled: list[tuple[str, Reason]] = []
        self.outcomes: list[str] = []
        self.teller = EventTeller(ports.webhook_lists, self.deliveries, self.wakes, self.clock)
        self.worker = WebhookWorker(
            ports.webhook_lists, self.deliveries, self.wakes, self.sender, self._off, self.clock
        )
        for each in webhooks:
            self.put(each)

    def put(self, webhook: Webhook) -> None:
        (found,) = self.memory.webhook_lists.of([webhook.owner])
        self.memory.webhook_lists.put(found.having(webhook))

    def remove(self, webhook: Webhook) -> None:
        (found,) = self.memory.webhook_lists.of([webhook.owner])
        self.memory.webhook_lists.put(found.without(webhook.id))

    def tell(self, *events: Event) -> None:
        for each in events:
            self.teller.tell(each)

    def run(self, most: int = 200) -> None:
        """Do what is due, until nothing is."""
        for _ in range(most):
            due = self.wakes.due()
            if not due:
                return
            for job in due:
                assert isinstance(job, Wake)
                self.worker.work(job, "holder", lambda outcome: self.outcomes.append(outcome))
        raise AssertionError("it never ends")

    def go_on(self) -> bool:
        """Put the clock forward to the next wake, and do what is due; False if there is none."""
        at = self.wakes.next_at()
        if at is None:
            return False
        self.clock.now = max(at, self.clock.now)
        self.run()
        return True

    def until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            assert self.go_on(), "nothing comes any more"

    def states(self, webhook: str = HOOK) -> list[str]:
        found, _ = self.deliveries.page(webhook, 500)
        return [each.reason or each.state.value for each in found][::-1]

    def _off(self, webhook: Webhook, reason: Reason) -> bool:
        (found,) = self.memory.webhook_lists.of([webhook.owner])
        if found.find(webhook.id).url != webhook.url:
            return False
        self.disabled.append((webhook.id, reason))
        self.put(replace(webhook, disabled_at=self.clock()))
        return True


def listed(*webhooks: Webhook) -> WebhookList:
    return WebhookList(webhooks[0].owner, webhooks, 1)
