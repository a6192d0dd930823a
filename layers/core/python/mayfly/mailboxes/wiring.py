"""The mailboxes of accounts, wired."""

from functools import cached_property

from mayfly.assembly import Wiring
from mayfly.mailboxes.folders import FolderService
from mayfly.mailboxes.service import MailboxPolicy, MailboxService


class MailboxWiring(Wiring):
    """Inboxes that accounts own."""

    @cached_property
    def service(self) -> MailboxService:
        flows = self.flows
        return MailboxService(
            flows.accounts.updater,
            flows.inboxes.service,
            flows.domains.service,
            self.adapters.messages,
            MailboxPolicy.of(self.settings),
        )

    @cached_property
    def folders(self) -> FolderService:
        ports = self.adapters
        return FolderService(self.flows.messages.reader, ports.inboxes, ports.messages, self.now)
