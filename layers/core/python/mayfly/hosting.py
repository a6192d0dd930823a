"""Hosting: the mail domains that accounts bring."""

from dataclasses import dataclass

from mayfly.domain.address import normal_domain
from mayfly.domain.errors import DomainNotFound, InvalidAddress, NotPermitted
from mayfly.domain.mail_domain import MailDomain
from mayfly.domains import DomainRegister
from mayfly.ports.domains import Claims
from mayfly.ports.machine import Clock


@dataclass(frozen=True, slots=True)
class Host:
    """What accounts may do with their domains, and which those are."""

    claims: Claims
    register: DomainRegister
    now: Clock

    def listed(self, account_id: str) -> list[MailDomain]:
        """All domains of the account, in any status, by name."""
        return [each.seen_at(self.now()) for each in self.claims.of(account_id)]

    def owned(self, account_id: str, domain_id: str) -> MailDomain:
        """The domain, in any status; DomainNotFound if it is not there or somebody else's."""
        return self.claims.get(account_id, domain_id).seen_at(self.now())

    def sendable(self, account_id: str, address_domain: str) -> MailDomain:
        """The domain of this name, from which the account may send mail.

        NotPermitted unless it is this account's, active, and none of the deployment's.
        """
        refused = NotPermitted(f"this is no active domain of yours: {address_domain[:255]!r}")
        try:
            name = normal_domain(address_domain)
            domain = self.claims.holder(name)
        except (InvalidAddress, DomainNotFound) as error:
            raise refused from error
        if domain.owner != account_id or not domain.is_active or name in self.register.deployed:
            raise refused
        return domain
