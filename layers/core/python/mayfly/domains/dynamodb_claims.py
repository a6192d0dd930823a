"""The Claims port on DynamoDB: a row for each claim, and one for each name with a holder."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mayfly.domains.models import PROVEN, ClaimLimits, DomainTaken, MailDomain, Status
from mayfly.domains.rows import (
    NEW,
    Item,
    at_version,
    claim_from,
    claim_row,
    delete,
    give_up,
    hold,
    put,
)
from mayfly.errors import Contended, DomainNotFound, LimitReached
from mayfly.kit.dynamodb.keys import (
    CLAIMS_PARTITION,
    Key,
    claim_key,
    claim_prefix,
    claims_key,
    holder_key,
    proven_key,
)
from mayfly.kit.dynamodb.notation import encode_row
from mayfly.kit.dynamodb.table import Canceled, Table

_NOT_THERE = "no such mail domain"
_PROVEN = "proven"
_BUSY = "somebody else has just changed this domain"


@dataclass(frozen=True, slots=True)
class DynamoClaims:
    """See `mayfly.domains.ports.Claims`."""

    table: Table
    limits: ClaimLimits

    def of(self, owner: str) -> list[MailDomain]:
        """One query."""
        prefix = claim_prefix(owner)
        rows = self.table.query(CLAIMS_PARTITION, prefix=prefix, ConsistentRead=True)
        return sorted(map(claim_from, rows), key=lambda domain: domain.name)

    def get(self, owner: str, domain_id: str) -> MailDomain:
        """One read."""
        row = self.table.get(claim_key(owner, domain_id))
        if not row:
            raise DomainNotFound(_NOT_THERE)
        return claim_from(row)

    def holder(self, name: str) -> MailDomain:
        """Two reads. Between them the claim may have given up the name."""
        row = self.table.get(holder_key(name))
        if not row or not row["owner"]:
            raise DomainNotFound(_NOT_THERE)
        found = self.get(row["owner"], row["domain"])
        if found.status is not Status.ACTIVE:
            raise DomainNotFound(_NOT_THERE)
        return found

    def all(self) -> Iterable[MailDomain]:
        """One query for each 1 MB of rows, which is some 700 domains."""
        for row in self.table.query(CLAIMS_PARTITION, ConsistentRead=True):
            if "name" in row:
                yield claim_from(row)

    def add(self, domain: MailDomain) -> None:
        """One transaction, with the count of the account's claims."""
        counts = self._counts(None, domain)
        try:
            self.table.settle(put(claim_row(domain), NEW), *counts.values())
        except Canceled as canceled:
            if canceled.refused(0):
                raise DomainTaken(f"you have this domain already: {domain.name}") from canceled
            row = self.table.get(claims_key(domain.owner))
            if row.get("claims", 0) < self.limits.each:
                raise self._too_many_pending() from canceled
            raise LimitReached(
                f"an account may have {self.limits.each} domains (DOMAINS_PER_ACCOUNT)"
            ) from canceled

    def change(self, domain: MailDomain, before: MailDomain) -> None:
        """One transaction, with the name where it changes hands and what is counted anew."""
        writes = {"claim": put(claim_row(domain), at_version(before.updated_at))}
        if domain.status is Status.ACTIVE:
            writes["name"] = hold(domain)
        elif before.status is Status.ACTIVE:
            writes["name"] = give_up(before)
        self._write(domain, writes | self._counts(before, domain))

    def remove(self, domain: MailDomain) -> None:
        """One transaction, with the counts and with the name if it holds it."""
        key = claim_key(domain.owner, domain.id)
        writes = {"claim": delete(key, at_version(domain.updated_at))}
        if domain.status is Status.ACTIVE:
            writes["name"] = give_up(domain)
        try:
            self._write(domain, writes | self._counts(domain, None))
        except Contended:
            self.get(domain.owner, domain.id)
            raise

    def _write(self, domain: MailDomain, writes: Mapping[str, Item]) -> None:
        try:
            self.table.settle(*writes.values())
        except Canceled as canceled:
            refused = {name for count, name in enumerate(writes) if canceled.refused(count)}
            if "claim" in refused:
                raise Contended(_BUSY) from canceled
            if "name" in refused:
                raise DomainTaken(f"somebody else holds this name: {domain.name}") from canceled
            if _PROVEN in refused:
                raise LimitReached(
                    f"{self.limits.proven} domains of accounts are possible (CLAIMED_DOMAINS)"
                ) from canceled
            raise self._too_many_pending() from canceled

    def _counts(self, before: MailDomain | None, after: MailDomain | None) -> dict[str, Item]:
        """What is counted anew when a claim becomes another, by what counts."""
        owner = next(each.owner for each in (before, after) if each is not None)
        claims = (after is not None) - (before is not None)
        pending = _is(after, Status.PENDING) - _is(before, Status.PENDING)
        proven = _is(after, *PROVEN) - _is(before, *PROVEN)
        counts = {}
        if claims or pending:
            most = {"claims": (claims, self.limits.each), "pending": (pending, self.limits.pending)}
            counts["account"] = _counted(claims_key(owner), most)
        if proven:
            counts[_PROVEN] = _counted(proven_key(), {"domains": (proven, self.limits.proven)})
        return counts

    def _too_many_pending(self) -> LimitReached:
        return LimitReached(
            f"an account may have {self.limits.pending} domains that are not verified"
            " (PENDING_DOMAINS_PER_ACCOUNT): verify or delete one"
        )


def _is(domain: MailDomain | None, *statuses: Status) -> bool:
    return domain is not None and domain.status in statuses


def _counted(key: Key, counters: Mapping[str, tuple[int, int]]) -> Item:
    """The transaction item that adds to counters of a row, of which each has its most."""
    changed = {name: each for name, each in counters.items() if each[0]}
    grown = [name for name, (by, _) in changed.items() if by > 0]
    values = {f":{name}": by for name, (by, _) in changed.items()}
    item: Item = {
        "Key": encode_row(key),
        "UpdateExpression": "ADD " + ", ".join(f"#{name} :{name}" for name in changed),
        "ExpressionAttributeNames": {f"#{name}": name for name in changed},
    }
    if grown:
        item["ConditionExpression"] = " AND ".join(
            f"(attribute_not_exists(#{name}) OR #{name} < :most_{name})" for name in grown
        )
        values |= {f":most_{name}": changed[name][1] for name in grown}
    return {"Update": item | {"ExpressionAttributeValues": encode_row(values)}}
