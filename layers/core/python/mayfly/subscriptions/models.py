"""Connections and their subscriptions to new mail."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from mayfly.accounts.models import AccountId
from mayfly.errors import LimitReached
from mayfly.filters.models import EVERYTHING, Filter
from mayfly.inboxes.ids import InboxId
from mayfly.mail.address import Address

# Frames {"type": ...} reach the function through API Gateway's $default route.
SOCKET_ROUTES: tuple[str, ...] = ("$connect", "$disconnect", "$default")
SOCKET_TYPES: tuple[str, ...] = ("subscribe", "unsubscribe", "ping")
INBOX_FULL = "inbox-full"
"""The type of the frame that says, to an inbox's subscribers, that mail is being dropped."""


@dataclass(frozen=True, slots=True)
class Connection:
    """An open WebSocket; `expires_at` is when API Gateway has closed it at the latest.

    `client` is `rate_limits.models.Client.key` of the address that it comes from, "" if that is
    not known.
    """

    id: str
    expires_at: datetime
    client: str = ""


@dataclass(frozen=True, slots=True)
class Subscription:
    """One connection's subscription to one inbox's mail.

    While `replay_after` is a number, the messages above it are still owed, and nothing newer may
    be sent before them. `sent` is the newest number that the replay has covered. It counts while
    the inbox's tokens have the version of the token it was made with. Only what `wanted` means is
    sent; its numbers count all the same.
    """

    connection_id: str
    inbox: InboxId
    address: Address
    expires_at: datetime
    replay_after: int | None = None
    sent: int = 0
    token_version: int = 0
    client: str = ""
    wanted: Filter = EVERYTHING


@dataclass(frozen=True, slots=True)
class AccountSubscription:
    """One connection's subscription to the mail of all mailboxes of an account.

    It counts while the account has the session it was made in.
    """

    connection_id: str
    account: AccountId
    session: str = field(repr=False)
    expires_at: datetime
    client: str = ""
    wanted: Filter = EVERYTHING


class PlacesTaken(LimitReached):
    """Connections that are open, or count as open, take all places there are."""


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """How many may watch at once: all together, and those of one client address (0: no limit)."""

    subscriptions: int
    watchers: int
    watchers_of_client: int
    connections_of_client: int

    def check_watchers(
        self, client: str, others: Iterable[Subscription | AccountSubscription]
    ) -> None:
        """PlacesTaken if these others leave no place for one more of this client.

        Those of one client cannot take all places, so that no stranger keeps the rest out.
        """
        theirs = [each.client for each in others]
        if len(theirs) >= self.watchers:
            raise PlacesTaken(
                f"{self.watchers} connections watch this already (CONNECTIONS_PER_INBOX)"
            )
        most = self.watchers_of_client
        if most and client and theirs.count(client) >= most:
            raise PlacesTaken(
                f"{most} connections from your address watch this already (SOCKET_ADDRESS_WATCHERS)"
            )

    def too_many_subscriptions(self) -> LimitReached:
        """The error for a connection that watches as much as it may."""
        return LimitReached(
            f"{self.subscriptions} addresses per connection are possible (SOCKET_SUBSCRIPTIONS)"
        )

    def too_many_connections(self) -> PlacesTaken:
        """The error for a client that has as many connections as it may."""
        return PlacesTaken(
            f"{self.connections_of_client} connections at once are possible from one address"
            " (SOCKET_ADDRESS_CONNECTIONS)"
        )
