"""Receiving, wired."""

from functools import cached_property

from mayfly.assembly import Wiring
from mayfly.receiving.service import MailStorage, Receiver


class ReceivingWiring(Wiring):
    """Accepted emails into inboxes."""

    @cached_property
    def mailbag(self) -> MailStorage:
        settings = self.settings
        return MailStorage(settings.mail_bucket, settings.raw_prefix, settings.max_mail_bytes)

    @cached_property
    def receiver(self) -> Receiver:
        ports = self.adapters
        return Receiver(
            self.mailbag,
            ports.raw_mails,
            self.flows.domains.addressees.find,
            ports.deliveries,
            ports.contents,
            self.flows.rules.filer,
            self.now,
        )
