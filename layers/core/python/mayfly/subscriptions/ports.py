"""Connections and subscriptions over the WebSocket."""

from datetime import datetime
from typing import Protocol

from mayfly.accounts.models import AccountId
from mayfly.inboxes.ids import InboxId
from mayfly.subscriptions.models import AccountSubscription, Connection, Subscription


class Subscriptions(Protocol):
    """WebSocket connections and what they are subscribed to."""

    def connect(self, connection: Connection) -> None:
        """Remember an open connection until its `expires_at`.

        PlacesTaken if its client has as many as it may; no race can pass that.
        """

    def connections_of(self, client: str) -> list[Connection]:
        """The connections that take the places of the client, those that end first in front."""

    def disconnect(self, connection_id: str) -> None:
        """Forget it and its subscriptions; a repeat is a no-op."""

    def subscribe(self, subscription: Subscription, now: datetime) -> None:
        """Add or replace it; ConnectionGone without the connection, LimitReached over a cap.

        Of several at once, more may be refused than have to be, but never too few.
        """

    def unsubscribe(self, connection_id: str, inbox: InboxId) -> None:
        """Remove it; a repeat is a no-op."""

    def subscribers(self, inbox: InboxId, now: datetime) -> list[Subscription]:
        """The subscriptions to this inbox now."""

    def caught_up(self, subscription: Subscription, sequence: int) -> None:
        """The replay is done up to this number: what comes later is pushed as it comes."""

    def connections(self, now: datetime) -> int:
        """How many are open now, by our own record."""


class AccountSubscriptions(Protocol):
    """Subscriptions of WebSocket connections to whole accounts; see `Subscriptions` for the
    rest."""

    def watch(self, watch: AccountSubscription, now: datetime) -> None:
        """Add or replace it; ConnectionGone without the connection, LimitReached over a cap."""

    def unwatch(self, connection_id: str, account: AccountId) -> None:
        """Remove it; a repeat is a no-op."""

    def watched(self, connection_id: str) -> list[AccountId]:
        """The accounts that the connection watches."""

    def watchers(self, account: AccountId, now: datetime) -> list[AccountSubscription]:
        """The subscriptions to the account now, in whichever session."""
