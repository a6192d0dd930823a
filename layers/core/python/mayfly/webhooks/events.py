"""Events on their way out: each is written down for each webhook that wants it, once.

What wakes the function is given after that. Whoever tells of an event tells of it again if either
failed, so that none is lost; the delivery is the same however often it is told of.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from mayfly.inboxes.ids import MessageId
from mayfly.webhooks.models import (
    DEPLOYMENT,
    Delivery,
    Event,
    EventType,
    HookOwner,
    Kind,
    Webhook,
    event_id,
)
from mayfly.webhooks.ports import Wake, WebhookDeliveries, WebhookLists, WebhookWakes


def owners_of(inbox: object, owner: str = "") -> tuple[HookOwner, ...]:
    """Whose webhooks hear of what happens to an inbox, which may be an account's."""
    of_inbox = HookOwner(Kind.INBOX, str(inbox))
    of_account = (HookOwner(Kind.ACCOUNT, owner),) if owner else ()
    return (of_inbox, *of_account, DEPLOYMENT)


@dataclass(frozen=True, slots=True)
class EventTeller:
    """Tells webhooks of events; `is_on` is whether this deployment has any."""

    lists: WebhookLists
    deliveries: WebhookDeliveries
    wakes: WebhookWakes
    is_on: bool = True

    def tell(self, event: Event) -> None:
        """Write it down for all that want it, and wake the function. Safe to repeat."""
        self.told(event)()

    def told(self, event: Event) -> Callable[[], None]:
        """Read who wants it; what is returned does the rest."""
        wanting = self._wanting(event)
        return lambda: self._give(event, wanting)

    def _wanting(self, event: Event) -> Sequence[Webhook]:
        if not self.is_on:
            return []
        found = self.lists.of(event.owners)
        return [each for of in found for each in of.webhooks if each.wants(event)]

    def _give(self, event: Event, webhooks: Sequence[Webhook]) -> None:
        for each in webhooks:
            self.deliveries.add(Delivery.of(event, each))
            self.wakes.give(Wake(each.owner, each.id))


def message_received(message: MessageId, owner: str, at: datetime) -> Event:
    """A new message; its payload is read when it is sent, and not before."""
    return Event(
        event_id(EventType.MESSAGE_RECEIVED, message),
        EventType.MESSAGE_RECEIVED,
        at,
        owners_of(message.inbox, owner),
        {"message": str(message)},
        lane=str(message.inbox),
        sequence=message.sequence,
    )
