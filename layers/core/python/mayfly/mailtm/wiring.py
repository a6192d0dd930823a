"""The facade of mail.tm, wired."""

from functools import cached_property

from mayfly.assembly import Wiring
from mayfly.mailtm.service import MailTmService


class MailTmWiring(Wiring):
    """Private inboxes with chosen names and passwords."""

    @cached_property
    def service(self) -> MailTmService:
        flows = self.flows
        return MailTmService(
            flows.inboxes.service,
            flows.private_inboxes.service,
            flows.messages.reader,
            flows.accounts.passwords,
        )
