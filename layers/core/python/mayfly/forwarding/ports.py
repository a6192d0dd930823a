"""Where destinations are kept, and what forwarding says of messages."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from mayfly.forwarding.models import Destination, ForwardOrder
from mayfly.inboxes.ids import MessageId


class Destinations(Protocol):
    """The destinations of accounts."""

    def of(self, account: str) -> Sequence[Destination]:
        """All of the account's, by address."""

    def find(self, account: str, address: str) -> Destination | None:
        """The account's destination of this address (in lower case)."""

    def put(self, account: str, destination: Destination) -> None:
        """Add it, or put it in place of the one there; one that is confirmed stays as it is."""

    def confirm(self, account: str, destination: Destination) -> bool:
        """Put it in place of the one with the same proof; False if there is none."""

    def remove(self, account: str, address: str) -> bool:
        """Forget it; whether it was there."""


class ForwardOrders(Protocol):
    """The queue of orders, which is that of messages to send."""

    def give(self, order: ForwardOrder) -> None:
        """Put it into the queue."""


class ForwardNotes(Protocol):
    """What a message's row says of its forwarding."""

    def note(self, message: MessageId, skips: Mapping[str, str]) -> None:
        """Say to whom it was not forwarded, and why; nothing if the message is gone."""
