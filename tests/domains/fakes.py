"""The domains of accounts, in memory."""

from collections.abc import Iterable

from mayfly.domains.models import PROVEN, ClaimLimits, DomainTaken, MailDomain, Status
from mayfly.errors import Contended, DomainNotFound, LimitReached
from mayfly.settings import Settings
from tests.admin.fakes import FakeDomains

LIMITS = Settings().claim_limits


class FakeClaims:
    """Claims in a dict; who holds which name is shared with the admins' domains."""

    def __init__(self, domains: FakeDomains, limits: ClaimLimits = LIMITS) -> None:
        self.limits = limits
        self.kept: dict[tuple[str, str], MailDomain] = {}
        self.holders = domains.holders
        self.lock = domains.lock

    def of(self, owner: str) -> list[MailDomain]:
        mine = [each for (whose, _), each in self.kept.items() if whose == owner]
        return sorted(mine, key=lambda domain: domain.name)

    def get(self, owner: str, domain_id: str) -> MailDomain:
        if (owner, domain_id) not in self.kept:
            raise DomainNotFound("no such domain")
        return self.kept[owner, domain_id]

    def holder(self, name: str) -> MailDomain:
        for each in self.kept.values():
            if self.holders.get(name) == each.id:
                return each
        raise DomainNotFound("no such domain")

    def all(self) -> Iterable[MailDomain]:
        return list(self.kept.values())

    def add(self, domain: MailDomain) -> None:
        with self.lock:
            if (domain.owner, domain.id) in self.kept:
                raise DomainTaken(domain.name)
            if len(self.of(domain.owner)) >= self.limits.each:
                raise LimitReached(f"{self.limits.each} domains (DOMAINS_PER_ACCOUNT)")
            self._check_room(domain, None)
            self.kept[domain.owner, domain.id] = domain

    def change(self, domain: MailDomain, before: MailDomain) -> None:
        with self.lock:
            self._check(before)
            self._check_room(domain, before.status)
            if domain.status is Status.ACTIVE:
                self.hold(domain)
            elif before.status is Status.ACTIVE:
                del self.holders[domain.name]
            self.kept[domain.owner, domain.id] = domain

    def remove(self, domain: MailDomain) -> None:
        with self.lock:
            self.get(domain.owner, domain.id)
            self._check(domain)
            if domain.status is Status.ACTIVE:
                del self.holders[domain.name]
            del self.kept[domain.owner, domain.id]

    def hold(self, domain: MailDomain) -> None:
        if self.holders.setdefault(domain.name, domain.id) != domain.id:
            raise DomainTaken(f"somebody else holds this name: {domain.name}")

    def _check_room(self, domain: MailDomain, before: Status | None) -> None:
        if domain.status is Status.PENDING and before is not Status.PENDING:
            mine = [each.status for each in self.of(domain.owner)]
            if mine.count(Status.PENDING) >= self.limits.pending:
                raise LimitReached("pending domains (PENDING_DOMAINS_PER_ACCOUNT)")
        if domain.status in PROVEN and before not in PROVEN:
            proven = [each for each in self.kept.values() if each.status in PROVEN]
            if len(proven) >= self.limits.proven:
                raise LimitReached("domains of accounts (CLAIMED_DOMAINS)")

    def _check(self, seen: MailDomain) -> None:
        there = self.kept.get((seen.owner, seen.id))
        if there is None or there.updated_at != seen.updated_at:
            raise Contended(seen.name)
