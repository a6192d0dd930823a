"""Domains, wired."""

from functools import cached_property

from mayfly.assembly import Wiring
from mayfly.domains.claims import ClaimService, IdentityService
from mayfly.domains.dns_plan import MailHosts
from mayfly.domains.register import DomainRegister
from mayfly.domains.service import DomainService, RecipientFinder
from mayfly.domains.verify import DomainVerifier
from mayfly.domains.zone import ZoneService


class DomainWiring(Wiring):
    """The domains of the deployment, and those that accounts bring."""

    @cached_property
    def register(self) -> DomainRegister:
        return DomainRegister(self.adapters.domains, self.settings.domains, self.now)

    @cached_property
    def service(self) -> DomainService:
        return DomainService(self.adapters.claims, self.register, self.now)

    @cached_property
    def addressees(self) -> RecipientFinder:
        return RecipientFinder(self.adapters.inboxes, self.service)

    @cached_property
    def identities(self) -> IdentityService:
        return IdentityService(self.service, self.adapters.identities)

    @cached_property
    def mail_hosts(self) -> MailHosts:
        return MailHosts(self.settings.inbound_host, self.settings.feedback_host)

    @cached_property
    def claims(self) -> ClaimService:
        return ClaimService(
            self.service,
            self.identities,
            self.adapters.zones,
            self.settings.user_domains,
            self.entropy,
            self.flows.relays.eraser.erase,
        )

    @cached_property
    def verification(self) -> DomainVerifier:
        return DomainVerifier(
            self.service, self.adapters.resolver, self.identities, self.mail_hosts
        )

    @cached_property
    def zone(self) -> ZoneService:
        return ZoneService(self.service, self.adapters.zones)
