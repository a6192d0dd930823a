"""Watching: WebSocket connections, and which addresses they want to hear of."""

from dataclasses import dataclass

from mayfly.access import active_inbox_at
from mayfly.blueprint import limits
from mayfly.domain.address import Address
from mayfly.domain.credentials import Grant
from mayfly.domain.errors import InboxNotFound
from mayfly.domain.inbox import Inbox
from mayfly.domain.subscription import Connection, Subscription
from mayfly.ports.inboxes import Inboxes
from mayfly.ports.machine import Clock
from mayfly.ports.watching import Watching


@dataclass(frozen=True, slots=True)
class Watcher:
    """Keeps who is connected and what they watch; who may read an inbox may watch it."""

    watching: Watching
    inboxes: Inboxes
    now: Clock

    def connect(self, connection_id: str) -> None:
        """Remember a new connection."""
        self.watching.connect(Connection(connection_id, self.now() + limits.CONNECTION_LIFETIME))

    def disconnect(self, connection_id: str) -> None:
        """Forget the connection and all it watches."""
        self.watching.disconnect(connection_id)

    def subscribe(
        self,
        connection_id: str,
        address: str,
        after: int | None = None,
        grant: Grant | None = None,
    ) -> Inbox:
        """Announce the address's mail to the connection from now on; a repeat replaces.

        A private inbox needs the grant of its token: the subscription ends when the token does.

        The inbox is as it is read once the subscription stands: every message above its number
        will be announced, and with `after` also every one above that, first. An `after` beyond
        the newest message is taken for the newest.
        """
        wanted = active_inbox_at(self.inboxes, Address.parse(address), grant, self.now())
        subscription = self._subscription(connection_id, wanted, after, grant)
        self.watching.subscribe(subscription, self.now())
        inbox = self._still_active(wanted)
        if inbox is None:
            # Deleted since it was looked up: its erasing may have been over before we wrote. Or
            # the token was rotated.
            self.watching.unsubscribe(connection_id, wanted.id)
            raise InboxNotFound("no active address of this name")
        return inbox

    def unsubscribe(self, connection_id: str, address: str) -> Address:
        """Announce no more of the address; one that was not watched, or is none, is no error."""
        parsed = Address.parse(address)
        inbox = self.inboxes.find([parsed]).get(parsed)
        if inbox is not None:
            self.watching.unsubscribe(connection_id, inbox.id)
        return parsed

    def _subscription(
        self, connection_id: str, inbox: Inbox, after: int | None, grant: Grant | None
    ) -> Subscription:
        # Silent from the inbox's end on, as document 000 has it, and from the token's.
        ends = [inbox.expires_at] if grant is None else [inbox.expires_at, grant.expires_at]
        return Subscription(
            connection_id=connection_id,
            inbox=inbox.id,
            address=inbox.address,
            expires_at=min(self.now() + limits.CONNECTION_LIFETIME, *ends),
            replay_after=None if after is None else min(after, inbox.sequence),
            sent=inbox.sequence if after is None else 0,
            token_version=inbox.token_version,
        )

    def _still_active(self, inbox: Inbox) -> Inbox | None:
        try:
            found = self.inboxes.get(inbox.id)
        except InboxNotFound:
            return None
        is_current = found.token_version == inbox.token_version
        return found if is_current and found.is_active(self.now()) else None
