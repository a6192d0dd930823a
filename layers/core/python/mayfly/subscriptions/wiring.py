"""Subscriptions, wired.

The function that answers clients pushes nothing: what pushes is imported when asked for.
"""

from functools import cached_property
from typing import TYPE_CHECKING

from mayfly.assembly import Wiring
from mayfly.subscriptions.service import ConnectionProbe, SubscriptionService

if TYPE_CHECKING:
    from mayfly.subscriptions.account_push import AccountPusher
    from mayfly.subscriptions.account_service import AccountSubscriptionService
    from mayfly.subscriptions.push import MessagePusher, PushQueues


class SubscriptionWiring(Wiring):
    """Subscriptions to inboxes and accounts, and the push of new mail to them."""

    @cached_property
    def probe(self) -> ConnectionProbe:
        return ConnectionProbe(lambda: self.adapters.sockets, self.adapters.watching, self.now)

    @cached_property
    def service(self) -> SubscriptionService:
        ports = self.adapters
        return SubscriptionService(ports.watching, ports.inboxes, self.probe, self.now)

    @cached_property
    def accounts(self) -> "AccountSubscriptionService":
        from mayfly.subscriptions.account_service import AccountSubscriptionService

        ports = self.adapters
        doorman = self.flows.accounts.socket_authenticator
        return AccountSubscriptionService(
            doorman, ports.accounts, ports.account_watching, self.probe, self.now
        )

    @cached_property
    def lanes(self) -> "PushQueues":
        from mayfly.subscriptions.push import LANES, PushQueues

        return PushQueues(self.adapters.sockets, self.adapters.side_by_side(LANES, "lane"))

    @cached_property
    def announcer(self) -> "MessagePusher":
        from mayfly.subscriptions.push import MessagePusher

        ports = self.adapters
        return MessagePusher(
            ports.messages,
            ports.inboxes,
            ports.watching,
            self.flows.messages.loader,
            self.lanes,
            self.now,
        )

    @cached_property
    def account_announcer(self) -> "AccountPusher":
        from mayfly.subscriptions.account_push import AccountPusher

        ports = self.adapters
        return AccountPusher(
            ports.accounts,
            ports.account_watching,
            ports.messages,
            self.flows.messages.loader,
            self.lanes,
            self.now,
        )
