"""Accounts with a domain of their own, for tests of what is done with one."""

from collections.abc import Iterable, Mapping
from typing import Any

from mayfly.domains.models import Cause, Claim, MailDomain, MailIdentity, Status
from mayfly.domains.service import DomainService
from mayfly.kit.dns.records import Record, RecordType

DOMAIN = "shop.example"
TOKENS = ("one", "two", "three")
"""Of SES, for its DKIM records."""


def shown_records(shown: Iterable[Mapping[str, Any]]) -> list[Record]:
    """The records that the API tells to publish."""
    return [
        Record(RecordType(each["type"]), each["name"], each["value"], priority=each.get("priority"))
        for each in shown
    ]


def given_domain(host: DomainService, account: str, name: str = DOMAIN) -> MailDomain:
    """An active domain of this account."""
    now = host.now()
    claim = Claim("t", now, identity=MailIdentity(TOKENS, "dkim.amazonses.com"))
    claimed = MailDomain(name, now, now, owner=account, status=Status.PENDING, claim=claim)
    host.claims.add(claimed)
    domain = claimed.after(Cause.VERIFIED, now)
    host.claims.change(domain, claimed)
    return domain
