"""Verification: does DNS say that a domain is its account's, and what else does it say?"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from mayfly.domains.claims import IdentityService
from mayfly.domains.dns_plan import (
    Comparison,
    MailHosts,
    PlannedRecord,
    Purpose,
    State,
    own,
    plan,
    proof,
)
from mayfly.domains.models import Cause, DomainTaken, DomainUnfit, MailDomain, Status
from mayfly.domains.service import DomainService
from mayfly.errors import DnsUnavailable
from mayfly.kit.dns.ports import Resolver
from mayfly.kit.dns.records import RecordType

_QUESTIONS_AT_ONCE = 8
_EXPIRED = "this claim has expired: register the domain again"
_Question = tuple[str, RecordType]


class OwnerNotice(StrEnum):
    """What the owner of a domain should hear of."""

    MISSING = "missing"
    """The proof is gone; the domain goes on for the time of the grace."""
    SUSPENDED = "suspended"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class VerificationResult:
    """The domain as it is now, as it was `before` that was written, and whether it was proven.

    Of many looks at the same time one makes a change; for the others it was made before.
    """

    domain: MailDomain
    before: MailDomain
    proof: Comparison

    @property
    def is_proven(self) -> bool:
        """Whether DNS says that the domain is theirs."""
        return self.proof.state is State.OK

    @property
    def notice(self) -> OwnerNotice | None:
        """What has changed by this look."""
        match self.before.status, self.domain.status:
            case Status.ACTIVE, Status.SUSPENDED:
                return OwnerNotice.SUSPENDED
            case Status.SUSPENDED, Status.ACTIVE:
                return OwnerNotice.RESTORED
        was, now = self.before.claim.missing_since, self.domain.claim.missing_since
        return OwnerNotice.MISSING if was is None and now is not None else None


@dataclass(frozen=True, slots=True)
class DomainVerifier:
    """Asks DNS, adds what is proven to SES, and moves domains from one status to the next."""

    service: DomainService
    resolver: Resolver
    identities: IdentityService
    hosts: MailHosts

    def verify(self, account_id: str, domain_id: str) -> VerificationResult:
        """Look for the proof: with it the domain is active, unless somebody else holds the name.

        Without it, or without an answer of DNS, its status stays, and `proof` says why.
        DomainNotFound; DomainUnfit once the claim has expired; DomainTaken; LimitReached.
        """
        domain = self.service.owned(account_id, domain_id)
        if domain.status is Status.EXPIRED:
            raise DomainUnfit(_EXPIRED)
        if self.service.is_ours(domain.name):
            raise DomainTaken(f"this mail domain is the deployment's: {domain.name}")
        return self.examine(domain)

    def examine(self, domain: MailDomain) -> VerificationResult:
        """Look for the proof of a domain that is not expired, and write down what follows."""
        (found,) = self._compare([PlannedRecord(proof(domain), Purpose.OWNERSHIP, True)])
        state, now = found.state, self.service.now()
        before = domain

        def step(there: MailDomain) -> MailDomain:
            nonlocal before
            before = there
            return _with_proof_state(there, state, now)

        after = self.service.change(domain.owner, domain.id, step)
        if state is State.OK:
            after = self.identities.enroll(after)
        return VerificationResult(after, before, found)

    def inspect(self, account_id: str, domain_id: str) -> tuple[MailDomain, list[Comparison]]:
        """What DNS should say and what it says, record by record; changes nothing."""
        domain = self.service.owned(account_id, domain_id)
        planned = [*plan(domain, self.hosts), *own(domain.claim.records)]
        return domain, self._compare(planned)

    def _compare(self, planned: Sequence[PlannedRecord]) -> list[Comparison]:
        questions = list(dict.fromkeys((each.record.name, each.record.type) for each in planned))
        with ThreadPoolExecutor(_QUESTIONS_AT_ONCE) as threads:
            answers = dict(zip(questions, threads.map(self._answer, questions), strict=True))
        return [Comparison(each, answers[each.record.name, each.record.type]) for each in planned]

    def _answer(self, question: _Question) -> tuple[str, ...] | None:
        try:
            return self.resolver.ask(*question)
        except DnsUnavailable:
            return None


def _with_proof_state(domain: MailDomain, state: State, now: datetime) -> MailDomain:
    """The domain after it was looked at: DNS that does not answer says nothing against it."""
    if state is State.UNKNOWN:
        return replace(domain, claim=replace(domain.claim, checked_at=now))
    if state is State.OK:
        found = replace(domain, claim=domain.claim.found(now))
        if domain.status is Status.ACTIVE:
            return found
        verified = found.after(Cause.VERIFIED, now)
        return replace(verified, claim=replace(verified.claim, verified_at=now))
    if domain.status is not Status.ACTIVE:
        return replace(domain, claim=replace(domain.claim, checked_at=now))
    missed = replace(domain, claim=domain.claim.missed(now))
    return missed.after(Cause.LOST, now) if missed.claim.is_lost(now) else missed
