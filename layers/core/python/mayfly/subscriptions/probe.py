"""The roll call: connections that left without a word give their places back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from mayfly import limits
from mayfly.errors import PlacesTaken, PushFailed
from mayfly.kit.clock import Clock
from mayfly.kit.ports import SocketControl
from mayfly.subscriptions.ports import Subscriptions

Holders = Sequence[tuple[str, datetime]]
"""Connections that keep a place, and until when they do."""


@dataclass(frozen=True, slots=True)
class ConnectionProbe:
    """Asks whether those that keep a place are still there, when one is missed and not often.

    API Gateway does its best to tell of a connection that ends, and no more.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html
    """

    sockets: Callable[[], SocketControl]
    watching: Subscriptions
    now: Clock
    _called: dict[str, datetime] = field(default_factory=dict)

    def placed(self, place: str, take: Callable[[], None], holders: Callable[[], Holders]) -> None:
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
