"""Inboxes, wired."""

from functools import cached_property

from mayfly.assembly import Wiring
from mayfly.inboxes.service import InboxPolicy, InboxService


class InboxWiring(Wiring):
    """Making inboxes, and closing public addresses."""

    @cached_property
    def service(self) -> InboxService:
        return InboxService(
            self.adapters.inboxes,
            self.flows.domains.register,
            InboxPolicy.of(self.settings),
            self.now,
            self.entropy,
            self.flows.rate_limits.budget.spending,
        )
