"""Claims: an account brings a mail domain and gives it up, and SES learns of both."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from mayfly import limits
from mayfly.domains.models import (
    PROVEN,
    TOKEN_BYTES,
    Cause,
    Claim,
    DomainTaken,
    IdentitiesUnavailable,
    MailDomain,
    Status,
)
from mayfly.domains.ports import MailIdentities
from mayfly.domains.service import DomainService
from mayfly.errors import Contended, DomainNotFound, NotPermitted
from mayfly.kit.clock import Entropy
from mayfly.kit.dns.ports import HostedZones


@dataclass(frozen=True, slots=True)
class IdentityService:
    """Keeps SES's identities in step with the domains of accounts.

    Anybody may claim any name, and an AWS account has other users of SES. So nothing is asked of
    SES about a name that was never proven, and never about the deployment's or the admins'.
    """

    service: DomainService
    identities: MailIdentities

    def enroll(self, domain: MailDomain) -> MailDomain:
        """The domain, just proven and active, with what SES has of it, written down if it is new.

        As it was if SES does not answer; the next look asks again. DomainNotFound if the domain
        has been removed meanwhile, Contended.
        """
        if self.service.is_ours(domain.name):
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
            return self.service.change(domain.owner, domain.id, noted)
        except DomainNotFound:
            self.withdraw(domain)
            raise

    def withdraw(self, domain: MailDomain) -> None:
        """Let SES forget a domain that its account gives up, unless another account holds it.

        IdentitiesUnavailable.
        """
        was_proven = domain.status in PROVEN
        if was_proven and not self.service.is_ours(domain.name) and not self._is_anothers(domain):
            self.identities.remove(domain.name)

    def _is_anothers(self, domain: MailDomain) -> bool:
        try:
            return self.service.claims.holder(domain.name).id != domain.id
        except DomainNotFound:
            return False


@dataclass(frozen=True, slots=True)
class ClaimService:
    """Takes claims down, and takes away what belongs to them when they end.

    `is_open` says whether accounts may bring domains. `erase` forgets what else is kept of the
    domain of an id: what its mail is sent with.
    """

    service: DomainService
    identities: IdentityService
    zones: HostedZones
    is_open: bool
    entropy: Entropy
    erase: Callable[[str], None]

    def claim(self, account_id: str, name: str) -> MailDomain:
        """Claim this name for the account, pending; a claim that has expired begins anew.

        Others may claim it, too: the first to prove it gets it. Until then SES
        hears nothing of it. NotPermitted where accounts bring no domains; DomainTaken if they
        claim it already, or it is the deployment's or an admin's, or lies above or below one;
        LimitReached.
        """
        if not self.is_open:
            raise NotPermitted("accounts bring no domains here (setting USER_DOMAINS)")
        if self.service.is_ours(name):
            raise DomainTaken(f"this mail domain is there already: {name}")
        now = self.service.register.after(None)
        token = self.entropy(TOKEN_BYTES).hex()
        claim = Claim(token, claimed_at=now).noted(str(Cause.CLAIMED), now)
        domain = MailDomain(name, now, now, owner=account_id, status=Status.PENDING, claim=claim)
        again = self._begin_again(domain)
        if again is None:
            self.service.claims.add(domain)
        return again or domain

    def _begin_again(self, domain: MailDomain) -> MailDomain | None:
        try:
            there = self.service.owned(domain.owner, domain.id)
        except DomainNotFound:
            return None
        if there.status is not Status.EXPIRED:
            raise DomainTaken(f"you have this domain already: {domain.name}")

        def begin(before: MailDomain) -> MailDomain:
            begun = before.after(Cause.CLAIMED, domain.claim.events[-1].at)
            claim = replace(
                begun.claim, token=domain.claim.token, claimed_at=domain.claim.claimed_at
            )
            return replace(begun, claim=replace(claim, missing_since=None, checked_at=None))

        return self.service.change(domain.owner, domain.id, begin)

    def remove(self, account_id: str, domain_id: str) -> MailDomain:
        """Give the domain up: its mailboxes receive nothing more, and their addresses cool down.

        What was written to the hosted zone goes first, then SES's identity, unless somebody else
        holds the name, and the claim last: if anything fails, it is there to be removed again.
        DomainNotFound, IdentitiesUnavailable, ZonesUnavailable.
        """
        for _ in range(limits.DOMAIN_ATTEMPTS):
            domain = self.service.claims.get(account_id, domain_id)
            self._clean_up(domain)
            try:
                self.service.claims.remove(domain)
            except Contended:
                continue
            return domain
        raise Contended(f"{limits.DOMAIN_ATTEMPTS} attempts to remove a domain met other writers")

    def leave(self, account_id: str) -> None:
        """Give up all domains of an account that is gone."""
        for each in self.service.claims.of(account_id):
            with suppress(DomainNotFound):
                self.remove(account_id, each.id)

    def lapse(self, domain: MailDomain) -> MailDomain:
        """Write down that the claim has lapsed; SES never knew the domain."""
        now = self.service.now()
        return self.service.change(domain.owner, domain.id, lambda there: there.seen_at(now))

    def _clean_up(self, domain: MailDomain) -> None:
        claim = domain.claim
        if claim.published and self.zones.covering(domain.name) == claim.zone:
            self.zones.write(claim.zone, [], claim.published)
        self.identities.withdraw(domain)
        self.erase(domain.id)
