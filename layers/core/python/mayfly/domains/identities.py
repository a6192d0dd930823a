"""Enrolling: when SES is told of an account's domain, and when it is told to forget it."""

from dataclasses import dataclass, replace

from mayfly.domains.models import PROVEN, MailDomain
from mayfly.domains.ports import MailIdentities
from mayfly.domains.service import DomainService
from mayfly.errors import DomainNotFound, IdentitiesUnavailable


@dataclass(frozen=True, slots=True)
class IdentityService:
    """Keeps SES's identities in step with the domains of accounts.

    Anybody may claim any name, and an AWS account has other users of SES. So nothing is asked of
    SES about a name that was never proven, and never about the deployment's or the admins'.
    """

    host: DomainService
    identities: MailIdentities

    def enroll(self, domain: MailDomain) -> MailDomain:
        """The domain, just proven and active, with what SES has of it, written down if it is new.

        As it was if SES does not answer; the next look asks again. DomainNotFound if the domain
        has been removed meanwhile, Contended.
        """
        if self.host.is_ours(domain.name):
            return domain
        try:
            identity = self.identities.ensure(domain.name)
        except IdentitiesUnavailable:
            return domain
        if identity == domain.claim.identity:
            return domain

        def noted(there: MailDomain) -> MailDomain:
            return replace(there, claim=replace(there.claim, identity=identity))

        try:
            return self.host.change(domain.owner, domain.id, noted)
        except DomainNotFound:
            self.withdraw(domain)
            raise

    def withdraw(self, domain: MailDomain) -> None:
        """Let SES forget a domain that its account gives up, unless another account holds it.

        IdentitiesUnavailable.
        """
        was_proven = domain.status in PROVEN
        if was_proven and not self.host.is_ours(domain.name) and not self._is_anothers(domain):
            self.identities.remove(domain.name)

    def _is_anothers(self, domain: MailDomain) -> bool:
        try:
            return self.host.claims.holder(domain.name).id != domain.id
        except DomainNotFound:
            return False
