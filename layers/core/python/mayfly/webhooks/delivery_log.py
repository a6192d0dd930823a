"""What became of events: the log of a webhook, what is sent again, and a test."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from mayfly import limits
from mayfly.errors import Contended
from mayfly.kit.clock import Clock, Entropy, to_the_millisecond
from mayfly.webhooks.models import (
    Attempt,
    Delivery,
    Event,
    EventType,
    HookOwner,
    HookState,
    Reply,
    State,
    Webhook,
    WebhookOff,
    event_id,
)
from mayfly.webhooks.payloads import sample
from mayfly.webhooks.ports import Wake, WebhookDeliveries, WebhookWakes
from mayfly.webhooks.sender import HookSender

_NAME_BYTES = 16


@dataclass(frozen=True, slots=True)
class DeliveryLog:
    """The deliveries of owners' webhooks; `owned` gives a webhook, or raises WebhookNotFound."""

    owned: Callable[[HookOwner, str], tuple[Webhook, HookState]]
    deliveries: WebhookDeliveries
    wakes: WebhookWakes
    sender: HookSender
    now: Clock
    entropy: Entropy

    def test(self, owner: HookOwner, webhook_id: str) -> Reply:
        """Send a sample now, signed as all events are. It is in no log.

        If the receiver takes it, what waits goes on.
        """
        webhook = self._find(owner, webhook_id)
        now = self.now()
        event = Event(
            event_id("test", self.entropy(_NAME_BYTES).hex()), EventType.MESSAGE_RECEIVED, now, ()
        )
        body = sample(Delivery.of(event, webhook, now), webhook)
        reply = self.sender.post(webhook, event.id, body)
        if reply.is_good:
            self._wake(owner, webhook_id)
        return reply

    def page(
        self, owner: HookOwner, webhook_id: str, most: int, before: str, states: Sequence[State]
    ) -> tuple[Sequence[Delivery], Mapping[str, Sequence[Attempt]], str]:
        """Part of its deliveries, newest first, with their attempts, and what to go on with."""
        self._find(owner, webhook_id)
        found, cursor = self.deliveries.page(webhook_id, most, before, states)
        return found, self.deliveries.attempts(webhook_id, [each.id for each in found]), cursor

    def replay(self, owner: HookOwner, webhook_id: str, delivery_id: str) -> int:
        """Send one again, delivered or given up; one that waits is no error."""
        self._check_on(owner, webhook_id)
        again = self._again(self.deliveries.find(webhook_id, delivery_id))
        self._wake(owner, webhook_id)
        return again

    def replay_since(
        self, owner: HookOwner, webhook_id: str, since: datetime, *, failed_only: bool
    ) -> tuple[int, bool]:
        """Send those of that time and later again: how many, and whether there are more.

        The newest come first, so that the same call again goes on with the others.
        """
        self._check_on(owner, webhook_id)
        states = (State.GIVEN_UP,) if failed_only else (State.GIVEN_UP, State.DELIVERED)
        started, cursor = 0, ""
        while True:
            page, cursor = self.deliveries.page(webhook_id, limits.WEBHOOK_PAGE, cursor, states)
            for each in page:
                if each.at < since or started >= limits.WEBHOOK_REPLAYED:
                    self._wake(owner, webhook_id)
                    return started, each.at >= since
                started += self._again(each)
            if not cursor:
                self._wake(owner, webhook_id)
                return started, False

    def _again(self, delivery: Delivery) -> int:
        if delivery.state is State.WAITING:
            return 0
        now = to_the_millisecond(self.now())
        fresh = replace(
            delivery,
            state=State.WAITING,
            attempts=0,
            reason="",
            due_at=now,
            began_at=now,
            finished_at=None,
        )
        try:
            self.deliveries.restart(delivery, fresh)
        except Contended:  # somebody else has just sent it again
            return 0
        return 1

    def _wake(self, owner: HookOwner, webhook_id: str) -> None:
        self.wakes.give(Wake(owner, webhook_id, at_once=True))

    def _check_on(self, owner: HookOwner, webhook_id: str) -> None:
        if not self._find(owner, webhook_id).is_on:
            raise WebhookOff("this webhook is disabled: enable it by a PUT first")

    def _find(self, owner: HookOwner, webhook_id: str) -> Webhook:
        return self.owned(owner, webhook_id)[0]
