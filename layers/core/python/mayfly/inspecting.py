"""Inspecting: the hourly look at the domains of accounts."""

from dataclasses import dataclass, replace
from datetime import datetime

from mayfly.blueprint import limits
from mayfly.claiming import Claimer
from mayfly.domain.account import AccountId
from mayfly.domain.errors import AccountNotFound, DomainNotFound, DomainTaken, MayflyError
from mayfly.domain.mail_domain import MailDomain, Status
from mayfly.ports.accounts import Accounts
from mayfly.proving import Prover


@dataclass(frozen=True, slots=True)
class Inspected:
    """What became of the domains that were looked at; `failed` are looked at again next time."""

    looked_at: int = 0
    suspended: int = 0
    restored: int = 0
    lapsed: int = 0
    removed: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Inspector:
    """Suspends domains that lost their proof, restores those that have it again, ends the rest."""

    claimer: Claimer
    prover: Prover
    accounts: Accounts

    def inspect(self) -> Inspected:
        """Look at those that are due, the longest unseen first, so many at most.

        One that fails keeps no other from its turn; what nobody expected is raised at the end.
        """
        now, found, errors = self.prover.host.now(), Inspected(), []
        due = [each for each in self.prover.host.claims.all() if _is_due(each, now)]
        due.sort(key=_last_seen)
        for domain in due[: limits.INSPECTED_DOMAINS]:
            if self.prover.host.now() - now >= limits.INSPECTING_TIME:
                break
            found = replace(found, looked_at=found.looked_at + 1)
            try:
                what = self._looked_at(domain, now)
            except DomainNotFound:  # removed meanwhile
                continue
            except MayflyError:
                what = "failed"
            except Exception as error:  # whatever it is, the next domain gets its turn
                errors.append(error)
                continue
            if what:
                found = replace(found, **{what: getattr(found, what) + 1})
        if errors:
            raise errors[0]
        return found

    def _looked_at(self, domain: MailDomain, now: datetime) -> str:
        if not self._has_owner(domain) or _is_past(domain, now):
            self.claimer.remove(domain.owner, domain.id)
            return "removed"
        if domain.status is Status.PENDING:
            self.claimer.lapse(domain)
            return "lapsed"
        try:
            after = self.prover.examine(domain).domain.status
        except DomainTaken:  # somebody else has shown meanwhile that it is theirs
            return ""
        changes = {Status.SUSPENDED: "suspended", Status.ACTIVE: "restored"}
        return changes[after] if after is not domain.status else ""

    def _has_owner(self, domain: MailDomain) -> bool:
        try:
            self.accounts.get(AccountId.parse(domain.owner))
        except AccountNotFound:
            return False
        return True


def _is_due(domain: MailDomain, now: datetime) -> bool:
    if domain.status is Status.PENDING:
        return domain.claim.has_lapsed(now)
    if domain.status is Status.EXPIRED:
        return _is_past(domain, now)
    is_well = domain.status is Status.ACTIVE and domain.claim.missing_since is None
    age = limits.DOMAIN_SEEN_EVERY if is_well else limits.MISSING_SEEN_EVERY
    return now - _last_seen(domain) >= age


def _is_past(domain: MailDomain, now: datetime) -> bool:
    ended = domain.claim.expires_at
    return (
        domain.status is Status.EXPIRED and ended is not None and now - ended >= limits.EXPIRED_KEPT
    )


def _last_seen(domain: MailDomain) -> datetime:
    seen = domain.claim.checked_at or domain.created_at
    assert seen is not None  # every claim was made at some time
    return seen
