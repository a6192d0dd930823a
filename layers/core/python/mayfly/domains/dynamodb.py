"""The Domains port on DynamoDB: all of them in one partition, which few people write to."""

from dataclasses import dataclass
from datetime import datetime

from mayfly.domains.models import DomainTaken, MailDomain, MailServer
from mayfly.domains.rows import NEW, THERE, at_version, delete, give_up, hold, put
from mayfly.errors import Contended, DomainNotFound
from mayfly.kit.dynamodb.keys import DOMAINS_PARTITION, domain_key
from mayfly.kit.dynamodb.notation import Row, milliseconds, model_of, model_row
from mayfly.kit.dynamodb.table import Canceled, Table

_TIMES = ("created_at", "updated_at")


@dataclass(frozen=True, slots=True)
class DynamoDomains:
    """See `mayfly.domains.ports.Domains`."""

    table: Table

    def all(self) -> list[MailDomain]:
        """One query for each 1 MB of rows, which is some 5,000 domains."""
        rows = self.table.query(DOMAINS_PARTITION, ConsistentRead=True)
        return sorted(map(_domain, rows), key=lambda domain: domain.name)

    def add(self, domain: MailDomain) -> None:
        """One transaction: the row, and the name."""
        taken = DomainTaken(f"this mail domain is there already: {domain.name}")
        try:
            self.table.settle(put(_row(domain), NEW), hold(domain))
        except Canceled as canceled:
            raise taken from canceled

    def change(self, domain: MailDomain, seen: datetime | None) -> None:
        """One transaction: the row, and the name if it is not the deployment's."""
        writes = [put(_row(domain), NEW if seen is None else at_version(seen))]
        if not domain.is_deployed:
            writes.append(hold(domain))
        try:
            self.table.settle(*writes)
        except Canceled as canceled:
            if not canceled.refused(0) and not domain.is_deployed and canceled.refused(1):
                raise DomainTaken(f"an account holds this name: {domain.name}") from canceled
            raise Contended(f"somebody else has just changed {domain.name}") from canceled

    def remove(self, domain_id: str) -> None:
        """Its row says its name; then one transaction."""
        there = self.table.get(domain_key(domain_id))
        gone = DomainNotFound("no such mail domain")
        if not there:
            raise gone
        domain = _domain(there)
        try:
            self.table.settle(delete(domain_key(domain_id), THERE), give_up(domain))
        except Canceled as canceled:
            if canceled.refused(0):
                raise gone from canceled
            raise Contended(f"somebody else has just changed {domain.name}") from canceled


def _row(domain: MailDomain) -> Row:
    row: Row = domain_key(domain.id) | {"name": domain.name, "active": domain.is_on}
    row |= {name: milliseconds(when) for name in _TIMES if (when := getattr(domain, name))}
    if domain.is_deployed:
        row["deployed"] = True
    if domain.pop3 is not None:
        row["pop3"] = model_row(domain.pop3)
    return row


def _domain(row: Row) -> MailDomain:
    pop3 = MailServer(**row["pop3"]) if "pop3" in row else None
    is_deployed = row.get("deployed", False)
    return model_of(MailDomain, row, is_on=row["active"], is_deployed=is_deployed, pop3=pop3)
