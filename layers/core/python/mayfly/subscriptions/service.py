"""Watching: WebSocket connections, and which addresses they want to hear of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from mayfly import limits
from mayfly.errors import InboxNotFound, PushFailed
from mayfly.filters.models import EVERYTHING, Filter
from mayfly.inboxes.access import active_inbox_at, inbox_at
from mayfly.inboxes.models import Inbox
from mayfly.inboxes.ports import Inboxes
from mayfly.kit.clock import Clock
from mayfly.kit.ports import SocketControl
from mayfly.kit.tokens.models import TokenClaims
from mayfly.mail.address import Address
from mayfly.subscriptions.models import Connection, PlacesTaken, Subscription
from mayfly.subscriptions.ports import Subscriptions

Holders = Sequence[tuple[str, datetime]]
"""Connections that keep a place, and until when they do."""


@dataclass(frozen=True, slots=True)
class ConnectionProbe:
    """Asks whether those that keep a place are still there, when one is missed and not often.

    API Gateway announces the end of a connection as best it can, and no more.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html
    """

    sockets: Callable[[], SocketControl]
    watching: Subscriptions
    now: Clock
    _called: dict[str, datetime] = field(default_factory=dict)

    def take_place(
        self, place: str, take: Callable[[], None], holders: Callable[[], Holders]
    ) -> None:
        """Take the place; if all are taken, again when one of the holders turns out to be gone.

        PlacesTaken if none is, or if this place was called not long ago.
        """
        try:
            take()
        except PlacesTaken:
            if not self._is_due(place) or not self._freed(holders()):
                raise
            take()

    def _freed(self, holders: Holders) -> bool:
        oldest = sorted(holders, key=lambda each: each[1])[: limits.PROBED_CONNECTIONS]
        gone = [
            name for name, ends_at in oldest if ends_at <= self.now() or not self._answers(name)
        ]
        for each in gone:
            self.watching.disconnect(each)
        return bool(gone)

    def _answers(self, connection_id: str) -> bool:
        try:
            return self.sockets().is_open(connection_id)
        except PushFailed:
            return True

    def _is_due(self, place: str) -> bool:
        """Whether to look; what was looked at within the minute is left alone."""
        now = self.now()
        for each in [e for e, when in self._called.items() if when + limits.RATE_WINDOW <= now]:
            self._called.pop(each, None)
        if place in self._called:
            return False
        self._called[place] = now
        return True


def _freely(address: Address, messages: int) -> None:
    """Any replay may begin."""


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Whose connection it is.

    `client` is the key of the client address, which takes a place, "" if that is not known.
    `admit_replay` is asked before a replay of so many messages, and raises if it may not begin.
    """

    client: str = ""
    admit_replay: Callable[[Address, int], None] = _freely


ANYBODY = Subscriber()


@dataclass(frozen=True, slots=True)
class SubscriptionService:
    """Keeps connections and their subscriptions; readers of an inbox may watch it."""

    watching: Subscriptions
    inboxes: Inboxes
    probe: ConnectionProbe
    now: Clock

    def connect(self, connection_id: str, client: str = "") -> None:
        """Remember a new connection; PlacesTaken if the client address has as many as it may."""
        connection = Connection(connection_id, self.now() + limits.CONNECTION_LIFETIME, client)
        self.probe.take_place(
            f"client {client}",
            lambda: self.watching.connect(connection),
            lambda: [(e.id, e.expires_at) for e in self.watching.connections_of(client)],
        )

    def disconnect(self, connection_id: str) -> None:
        """Forget the connection and all it watches."""
        self.watching.disconnect(connection_id)

    def subscribe(
        self,
        connection_id: str,
        address: str,
        after: int | None = None,
        grant: TokenClaims | None = None,
        visitor: Subscriber = ANYBODY,
        only: Filter = EVERYTHING,
    ) -> Inbox:
        """Announce the address's mail to the connection from now on; a repeat replaces.

        A private inbox needs the grant of its token: the subscription ends when the token does.

        The inbox is as it is read once the subscription stands: every message above its number
        will be announced, and with `after` also every one above that, first: of those that `only`
        means. An `after` beyond the newest message is taken for the newest. The visitor is asked
        whether it may.
        """
        wanted = active_inbox_at(self.inboxes, Address.parse(address), grant, self.now())
        if after is not None:
            owed = min(max(wanted.sequence - after, 0), wanted.held_messages)
            visitor.admit_replay(wanted.address, owed)
        subscription = replace(
            self._subscription(connection_id, wanted, after, grant),
            client=visitor.client,
            wanted=only,
        )
        self.probe.take_place(
            str(wanted.id),
            lambda: self.watching.subscribe(subscription, self.now()),
            lambda: self._holders(subscription),
        )
        inbox = self._still_active(wanted)
        if inbox is None:
            # Deleted since it was looked up: its erasing may have been over before we wrote. Or
            # the token was rotated.
            self.watching.unsubscribe(connection_id, wanted.id)
            raise InboxNotFound("no active address of this name")
        return inbox

    def unsubscribe(
        self, connection_id: str, address: str, grant: TokenClaims | None = None
    ) -> Address:
        """Announce no more of the address; one that was not watched, or is none, is no error.

        A plus tag counts as in `subscribe`. With a grant it is the inbox that this is for.
        """
        parsed = Address.parse(address)
        if grant is not None:
            self.watching.unsubscribe(connection_id, grant.inbox)
        elif (inbox := inbox_at(self.inboxes, parsed)) is not None:
            self.watching.unsubscribe(connection_id, inbox.id)
        return parsed

    def _subscription(
        self, connection_id: str, inbox: Inbox, after: int | None, grant: TokenClaims | None
    ) -> Subscription:
        # Silent from the inbox's end on, as document 000 has it, and from the token's.
        ends = [inbox.expires_at] if grant is None else [inbox.expires_at, grant.expires_at]
        return Subscription(
            connection_id=connection_id,
            inbox=inbox.id,
            address=inbox.shown_address,
            expires_at=min(self.now() + limits.CONNECTION_LIFETIME, *ends),
            replay_after=None if after is None else min(after, inbox.sequence),
            sent=inbox.sequence if after is None else 0,
            token_version=inbox.token_version,
        )

    def _holders(self, mine: Subscription) -> Holders:
        """Those of the same client in front: it is more likely its own that are dead."""
        others = self.watching.subscribers(mine.inbox, self.now())
        theirs = [each for each in others if each.client == mine.client]
        return [(each.connection_id, each.expires_at) for each in theirs or others]

    def _still_active(self, inbox: Inbox) -> Inbox | None:
        try:
            found = self.inboxes.get(inbox.id)
        except InboxNotFound:
            return None
        is_current = found.token_version == inbox.token_version
        return found if is_current and found.is_active(self.now()) else None
