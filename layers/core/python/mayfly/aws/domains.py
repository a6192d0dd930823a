"""The Domains port on DynamoDB: all of them in one partition, which few people write to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mayfly.aws.rows import instant, milliseconds
from mayfly.aws.table import Canceled, Row, Table, encode_row
from mayfly.blueprint.table import DOMAINS_PARTITION, PARTITION_KEY, domain_key
from mayfly.domain.errors import Contended, DomainNotFound, DomainTaken
from mayfly.domain.mail_domain import MailDomain, MailServer

_NOT_THERE = "attribute_not_exists(#pk)"
_TIMES = ("created_at", "updated_at")


@dataclass(frozen=True, slots=True)
class DynamoDomains:
    """See `mayfly.ports.domains.Domains`."""

    table: Table

    def all(self) -> list[MailDomain]:
        """One query for each 1 MB of rows, which is some 5,000 domains."""
        rows = self.table.query(DOMAINS_PARTITION, ConsistentRead=True)
        return sorted(map(_domain, rows), key=lambda domain: domain.name)

    def add(self, domain: MailDomain) -> None:
        """One transaction of one write: boto3 may ask twice for it, and it happens once."""
        put = {
            "Item": encode_row(_row(domain)),
            "ConditionExpression": _NOT_THERE,
            "ExpressionAttributeNames": {"#pk": PARTITION_KEY},
        }
        try:
            self.table.settle({"Put": put})
        except Canceled as canceled:
            raise DomainTaken(f"this mail domain is there already: {domain.name}") from canceled

    def change(self, domain: MailDomain, seen: datetime | None) -> None:
        """One conditional write."""
        condition: dict[str, Any] = {"ConditionExpression": _NOT_THERE}
        if seen is not None:
            condition = {
                "ConditionExpression": "attribute_exists(#pk) AND #updated_at = :seen",
                "ExpressionAttributeValues": {":seen": milliseconds(seen)},
            }
        if not self._put(domain, **condition):
            raise Contended(f"somebody else has just changed {domain.name}")

    def remove(self, domain_id: str) -> None:
        """One write."""
        if not self.table.take(domain_key(domain_id)):
            raise DomainNotFound("no such mail domain")

    def _put(self, domain: MailDomain, **condition: Any) -> bool:
        names = {"#pk": PARTITION_KEY}
        if "ExpressionAttributeValues" in condition:
            names["#updated_at"] = "updated_at"
        return self.table.put(_row(domain), ExpressionAttributeNames=names, **condition)


def _row(domain: MailDomain) -> Row:
    row: Row = domain_key(domain.id) | {"name": domain.name, "active": domain.is_active}
    for name in _TIMES:
        when = getattr(domain, name)
        if when is not None:
            row[name] = milliseconds(when)
    if domain.is_deployed:
        row["deployed"] = True
    if domain.pop3 is not None:
        row["pop3"] = {
            "host": domain.pop3.host,
            "port": domain.pop3.port,
            "tls": domain.pop3.tls,
        }
    return row


def _domain(row: Row) -> MailDomain:
    times = {name: instant(row[name]) for name in _TIMES if name in row}
    return MailDomain(
        name=row["name"],
        is_active=row["active"],
        is_deployed=row.get("deployed", False),
        pop3=MailServer(**row["pop3"]) if "pop3" in row else None,
        **times,
    )
