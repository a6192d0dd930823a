"""Domains: domains that accounts bring, with their DNS records.

Written by `make pages`; what is wrong here is wrong in `mayfly/` or in `bench/pages/client.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mayfly_client.flows import M, Sent, operation
from mayfly_client.subjects import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainProof:
    """The record that shows that the domain is yours."""

    type: str
    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedRecord:
    """A DNS record to publish."""

    type: str
    name: str
    value: str
    ttl: int
    priority: int | None
    weight: int | None
    port: int | None
    purpose: str
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsRecord:
    """A DNS record."""

    type: str
    name: str
    value: str
    ttl: int
    priority: int | None
    weight: int | None
    port: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainEvent:
    """Something that became of a domain."""

    at: datetime
    event: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDomain:
    """A domain that an account brought."""

    id: str
    name: str
    status: str
    is_active: bool
    created_at: datetime
    updated_at: datetime
    verified_at: datetime | None
    expires_at: datetime | None
    missing_since: datetime | None
    verification: "DomainProof"
    mail_service: str
    records: "list[WantedRecord]"
    zone_file: str
    dns_records: "list[DnsRecord]"
    checked_at: datetime | None
    events: "list[DomainEvent]"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDomainLine:
    """A domain in a list."""

    id: str
    name: str
    status: str
    is_active: bool
    created_at: datetime
    updated_at: datetime
    verified_at: datetime | None
    expires_at: datetime | None
    missing_since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDomains:
    """An account's domains: few enough for one page."""

    domains: "list[OwnDomainLine]"
    cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletedOwnDomain:
    """What is answered when a domain is given up."""

    id: str
    name: str
    deleted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedRecord:
    """A DNS record to publish, and what is found in its place."""

    type: str
    name: str
    value: str
    ttl: int
    priority: int | None
    weight: int | None
    port: int | None
    purpose: str
    required: bool
    found: list[str] | None
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainVerdict:
    """What came out of looking for a domain's proof."""

    verified: bool
    message: str
    check: "ComparedRecord"
    domain: "OwnDomain"


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedRecords:
    """All records of a domain, required and found."""

    domain_id: str
    name: str
    status: str
    records: "list[ComparedRecord]"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRecords:
    """The owner's own records."""

    domain_id: str
    name: str
    status: str
    dns_records: "list[DnsRecord]"
    applied: bool
    zone_file: str


class DomainsApi(Subject[M]):
    """Domains that accounts bring, with their DNS records."""

    @operation(
        "POST",
        "/api/v1/domains",
        OwnDomain,
        (
            "api_key",
            "token",
        ),
    )
    def register_domain(self, *, name: str) -> Sent:
        """Register a domain.

        Publish `verification` at the domain, then `verify`. Others may register it, too: it
        becomes active for the first to verify it. After a week a pending one expires, and
        can be registered again.
        """
        return Sent(body={"name": name})

    @operation(
        "GET",
        "/api/v1/domains",
        OwnDomains,
        (
            "api_key",
            "token",
        ),
    )
    def list_own_domains(self) -> Sent:
        """List domains."""
        return Sent()

    @operation(
        "GET",
        "/api/v1/domains/{domainId}",
        OwnDomain,
        (
            "api_key",
            "token",
        ),
    )
    def show_own_domain(self, domain_id: str) -> Sent:
        """Show a domain, and its records to publish."""
        return Sent((domain_id,))

    @operation(
        "DELETE",
        "/api/v1/domains/{domainId}",
        DeletedOwnDomain,
        (
            "api_key",
            "token",
        ),
    )
    def delete_own_domain(self, domain_id: str) -> Sent:
        """Delete a domain.

        Mailboxes there receive nothing more, and show what they have until they expire.
        Records that this service wrote to its hosted zone go.
        """
        return Sent((domain_id,))

    @operation(
        "POST",
        "/api/v1/domains/{domainId}/verify",
        DomainVerdict,
        (
            "api_key",
            "token",
        ),
    )
    def verify_domain(self, domain_id: str) -> Sent:
        """Verify a domain.

        An active domain stays so while the record is there. It is looked for again and
        again, and the domain is suspended once it has been missing for three days. What
        such a look changes, the owner hears of by mail and over the WebSocket
        (`domain_changed`).
        """
        return Sent((domain_id,))

    @operation(
        "GET",
        "/api/v1/domains/{domainId}/dns",
        ComparedRecords,
        (
            "api_key",
            "token",
        ),
    )
    def show_domain_dns(self, domain_id: str) -> Sent:
        """Compare a domain's DNS records with what they should be."""
        return Sent((domain_id,))

    @operation(
        "PUT",
        "/api/v1/domains/{domainId}/dns",
        KeptRecords,
        (
            "api_key",
            "token",
        ),
    )
    def change_domain_dns(self, domain_id: str, *, records: Sequence[Mapping[str, Any]]) -> Sent:
        """Replace a domain's own DNS records.

        Takes the place of all records kept before. Where this service runs the hosted zone
        of an active domain, they are written there; else they are to be copied.
        """
        return Sent((domain_id,), body={"records": records})
