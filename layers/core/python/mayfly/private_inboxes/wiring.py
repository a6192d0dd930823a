"""Private inboxes and their tokens, wired."""

from functools import cached_property

from mayfly.assembly import Wiring
from mayfly.private_inboxes.service import PrivateInboxService
from mayfly.private_inboxes.tokens import Tokens


class PrivateInboxWiring(Wiring):
    """Inboxes that a token opens."""

    @cached_property
    def tokens(self) -> Tokens:
        return Tokens(self.adapters.signing_keys, self.now, self.entropy)

    @cached_property
    def service(self) -> PrivateInboxService:
        inbox_service, inboxes = self.flows.inboxes.service, self.adapters.inboxes
        return PrivateInboxService(inbox_service, inboxes, self.tokens, self.now)
