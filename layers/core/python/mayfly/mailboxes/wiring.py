"""The mailboxes of accounts, wired."""

from functools import cached_property

from mayfly.assembly import Wiring
from mayfly.mailboxes.migration import MailboxMigration
from mayfly.mailboxes.reader import MailboxReader
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
    def migration(self) -> MailboxMigration:
        return MailboxMigration(self.service)

    @cached_property
    def reader(self) -> MailboxReader:
        ports = self.adapters
        return MailboxReader(self.flows.messages.reader, ports.inboxes, ports.messages, self.now)
