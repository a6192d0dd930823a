"""The Claims port on DynamoDB: a row for each claim, and one for each name that somebody holds."""

from collections.abc import Iterable
from dataclasses import dataclass

from mayfly.aws.domain_rows import (
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
from mayfly.aws.notation import encode_row
from mayfly.aws.table import Canceled, Table
from mayfly.blueprint.table import (
    CLAIMS_PARTITION,
    claim_key,
    claim_prefix,
    claims_key,
    holder_key,
)
from mayfly.domain.errors import Contended, DomainNotFound, DomainTaken, LimitReached
from mayfly.domain.mail_domain import MailDomain, Status

_NOT_THERE = "no such mail domain"
_BUSY = "somebody else has just changed this domain"


@dataclass(frozen=True, slots=True)
class DynamoClaims:
    """See `mayfly.ports.domains.Claims`."""

    table: Table

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

    def add(self, domain: MailDomain, most: int) -> None:
        """One transaction, with the count of the account's claims."""
        try:
            self.table.settle(put(claim_row(domain), NEW), _counted(domain.owner, 1, most))
        except Canceled as canceled:
            if canceled.refused(0):
                raise DomainTaken(f"you have this domain already: {domain.name}") from canceled
            raise LimitReached(
                f"an account may have {most} domains (DOMAINS_PER_ACCOUNT)"
            ) from canceled

    def change(self, domain: MailDomain, before: MailDomain) -> None:
        """One transaction, with the name where it changes hands."""
        writes = [put(claim_row(domain), at_version(before.updated_at))]
        if domain.status is Status.ACTIVE:
            writes.append(hold(domain))
        elif before.status is Status.ACTIVE:
            writes.append(give_up(before))
        self._write(domain, *writes)

    def remove(self, domain: MailDomain) -> None:
        """One transaction, with the count and with the name if it holds it."""
        key = claim_key(domain.owner, domain.id)
        writes = [
            delete(key, at_version(domain.updated_at)),
            _counted(domain.owner, -1, 0),
        ]
        if domain.status is Status.ACTIVE:
            writes.append(give_up(domain))
        try:
            self._write(domain, *writes)
        except Contended:
            self.get(domain.owner, domain.id)
            raise

    def _write(self, domain: MailDomain, *writes: Item) -> None:
        try:
            self.table.settle(*writes)
        except Canceled as canceled:
            if not canceled.refused(0) and canceled.refused(len(writes) - 1):
                raise DomainTaken(f"somebody else holds this name: {domain.name}") from canceled
            raise Contended(_BUSY) from canceled


def _counted(owner: str, by: int, most: int) -> Item:
    item: Item = {
        "Key": encode_row(claims_key(owner)),
        "UpdateExpression": "ADD #claims :by",
        "ExpressionAttributeNames": {"#claims": "claims"},
        "ExpressionAttributeValues": encode_row({":by": by}),
    }
    if by > 0:
        item["ConditionExpression"] = "attribute_not_exists(#claims) OR #claims < :most"
        item["ExpressionAttributeValues"] = encode_row({":by": by, ":most": most})
    return {"Update": item}
