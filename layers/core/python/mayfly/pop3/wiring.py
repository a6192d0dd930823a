"""POP3 mailboxes, wired."""

from dataclasses import replace
from functools import cached_property

from mayfly.assembly import Wiring
from mayfly.pop3.fetching import Fetcher
from mayfly.pop3.service import Pop3Keys, Pop3Service


class Pop3Wiring(Wiring):
    """Inboxes that show a POP3 mailbox."""

    @cached_property
    def fetcher(self) -> Fetcher:
        ports = self.adapters
        # What is fetched for an inbox is for no other address, whoever receives there.
        receiver = replace(self.flows.receiving.receiver, find=ports.inboxes.find)
        return Fetcher(
            ports.fetched_mails,
            receiver,
            ports.deliveries,
            self.settings.quota,
            self.now,
            self.entropy,
        )

    @cached_property
    def service(self) -> Pop3Service:
        ports, settings = self.adapters, self.settings
        return Pop3Service(
            self.flows.inboxes.service,
            ports.inboxes,
            ports.pop3_accounts,
            ports.pop3_servers,
            Pop3Keys(ports.inbox_secrets, ports.batches, ports.password_keys),
            self.flows.domains.service,
            self.fetcher,
            self.now,
            settings.external_inboxes,
            settings.pop3_to_private_addresses,
        )
