"""Events on their way out: each is written down for each webhook that wants it, once.

What wakes the function is given after that. Whoever tells of an event tells of it again if either
failed, so that none is lost; the delivery is the same however often it is told of.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mayfly.kit.clock import Clock, to_the_millisecond
from mayfly.webhooks.models import Delivery, Event, Webhook
from mayfly.webhooks.ports import Wake, WebhookDeliveries, WebhookLists, WebhookWakes


@dataclass(frozen=True, slots=True)
class EventTeller:
    """Tells webhooks of events; `is_on` is whether this deployment has any."""

    lists: WebhookLists
    deliveries: WebhookDeliveries
    wakes: WebhookWakes
    now: Clock
    is_on: bool = True

    def tell(self, event: Event) -> None:
        """Write it down for all that want it, and wake the function. Safe to repeat."""
        self.told(event)()

    def told(self, event: Event) -> Callable[[], None]:
        """Read who wants it; what is returned does the rest."""
        wanting = self.wanting(event)
        return lambda: self._give(event, wanting)

    def wanting(self, event: Event) -> Sequence[Webhook]:
        """The webhooks that want it; one read."""
        if not self.is_on:
            return []
        found = self.lists.of(event.owners)
        return [each for of in found for each in of.webhooks if each.wants(event)]

    def _give(self, event: Event, webhooks: Sequence[Webhook]) -> None:
        now = to_the_millisecond(self.now())
        for each in webhooks:
            self.deliveries.add(Delivery.of(event, each, now))
            self.wakes.give(Wake(each.owner, each.id))
