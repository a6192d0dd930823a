"""Forwarding, wired."""

from dataclasses import dataclass, replace
from functools import cached_property

from mayfly.accounts.approval import ApprovalService
from mayfly.accounts.tokens import FORWARD_AUDIENCE
from mayfly.assembly import Wiring
from mayfly.domains.models import MailDomain
from mayfly.forwarding.forward import Forwarder, Originals
from mayfly.forwarding.models import ForwardOrder
from mayfly.forwarding.service import ForwardingService
from mayfly.sending.quota import DailyQuota


@dataclass(frozen=True, slots=True)
class OurDomains:
    """See `mayfly.sending.ports.SendableDomains`: the deployment's, for forwards and nothing else.

    An account chooses neither what goes out from there nor to whom.
    """

    approvals: ApprovalService

    def sendable(self, account_id: str, address_domain: str) -> MailDomain:
        """The domain; NotApproved unless the account may send."""
        self.approvals.check(account_id)
        return MailDomain(address_domain)


class ForwardingWiring(Wiring):
    """Mail that rules send on."""

    @cached_property
    def ours(self) -> OurDomains:
        return OurDomains(self.flows.accounts.approval)

    @cached_property
    def service(self) -> ForwardingService:
        accounts, settings = self.flows.accounts, self.settings
        return ForwardingService(
            self.adapters.destinations,
            self.adapters.outbox,
            replace(accounts.tokens, audiences=(FORWARD_AUDIENCE,)),
            self.flows.sending.policy,
            self.flows.domains.register.names,
            accounts.service_mails,
            settings.page_url,
            self.now,
        )

    @cached_property
    def forwarder(self) -> Forwarder:
        ports, sending = self.adapters, self.flows.sending
        return Forwarder(
            Originals(ports.messages, self.flows.messages.loader, ports.raw_mails),
            ports.destinations,
            ports.forward_notes,
            self.ours,
            sending.domains,
            sending.store,
            DailyQuota(sending.policy, ports.sending_account),
            self.settings.forwards_per_day,
            self.now,
        )

    def order(self, order: ForwardOrder) -> None:
        """Have a message forwarded, where mail goes out; else its history says that it does not."""
        if self.settings.sending:
            self.adapters.forward_orders.give(order)
