"""The hourly check of accounts' domains."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from mayfly import limits
from mayfly.accounts.models import Account, AccountId
from mayfly.accounts.ports import Accounts
from mayfly.domain_checks.notify import OwnerNotifier
from mayfly.domains.claims import ClaimService
from mayfly.domains.models import DomainTaken, MailDomain, Status
from mayfly.domains.verify import DomainVerifier, OwnerNotice, VerificationResult
from mayfly.email_auth.keys import DkimKeyService
from mayfly.errors import AccountNotFound, DomainNotFound, MailNotSent, MayflyError

_COUNTED = {OwnerNotice.SUSPENDED: ("suspended",), OwnerNotice.RESTORED: ("restored",)}


@dataclass(frozen=True, slots=True)
class DomainCheckResults:
    """What became of the domains that were looked at; `failed` are looked at again next time.

    Of `untold` ones the owner got no message about what has changed, and gets none later.
    """

    looked_at: int = 0
    suspended: int = 0
    restored: int = 0
    lapsed: int = 0
    removed: int = 0
    failed: int = 0
    untold: int = 0


@dataclass(frozen=True, slots=True)
class DomainChecker:
    """Suspends domains that lost their proof, restores those that have it again, ends the rest.

    Those that are active get on with their signing keys.
    """

    claims: ClaimService
    verifier: DomainVerifier
    accounts: Accounts
    keys: DkimKeyService
    notifier: OwnerNotifier

    def inspect(self) -> DomainCheckResults:
        """Look at those that are due, the longest unseen first, so many at most.

        One that fails keeps no other from its turn; an unexpected error is raised at the end.
        """
        now, found, errors = self.verifier.service.now(), DomainCheckResults(), []
        due = [each for each in self.verifier.service.claims.all() if _is_due(each, now)]
        due.sort(key=_last_seen)
        for domain in due[: limits.INSPECTED_DOMAINS]:
            if self.verifier.service.now() - now >= limits.INSPECTING_TIME:
                break
            found = replace(found, looked_at=found.looked_at + 1)
            what: Sequence[str]
            try:
                what = self._check(domain, now)
            except DomainNotFound:  # removed meanwhile
                continue
            except MayflyError:
                what = ("failed",)
            except Exception as error:  # whatever it is, the next domain gets its turn
                errors.append(error)
                continue
            for each in what:
                found = replace(found, **{each: getattr(found, each) + 1})
        self.notifier.finish()
        if errors:
            raise errors[0]
        return found

    def _check(self, domain: MailDomain, now: datetime) -> Sequence[str]:
        """What has come of it, by the names it is counted by."""
        owner = self._owner(domain)
        if owner is None or _is_past(domain, now):
            self.claims.remove(domain.owner, domain.id)
            return ("removed",)
        if domain.status is Status.PENDING:
            self.claims.lapse(domain)
            return ("lapsed",)
        try:
            result = self.verifier.examine(domain)
        except DomainTaken:  # another account has proved meanwhile that it is theirs
            return ()
        outcome = self._notify_owner(owner, result)
        if result.domain.status is Status.ACTIVE:
            self.keys.advance(result.domain)
        return outcome

    def _notify_owner(self, owner: Account, result: VerificationResult) -> Sequence[str]:
        """Once the change is written; an owner who cannot be reached keeps no domain from it."""
        if result.notice is None:
            return ()
        counted = _COUNTED.get(result.notice, ())
        try:
            self.notifier.tell(owner, result.domain, result.notice)
        except MailNotSent:
            return (*counted, "untold")
        return counted

    def _owner(self, domain: MailDomain) -> Account | None:
        try:
            return self.accounts.get(AccountId.parse(domain.owner))
        except AccountNotFound:
            return None


def _is_due(domain: MailDomain, now: datetime) -> bool:
    if domain.status is Status.PENDING:
        return domain.claim.has_lapsed(now)
    if domain.status is Status.EXPIRED:
        return _is_past(domain, now)
    is_known = domain.claim.missing_since is None and domain.claim.identity is not None
    is_well = domain.status is Status.ACTIVE and is_known
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
