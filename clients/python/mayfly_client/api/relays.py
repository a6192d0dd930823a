"""Relays: what an account's domain sends through, and what makes its mail believed.

Written by `make pages`; what is wrong here is wrong in `mayfly/` or in `bench/pages/client.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from mayfly_client.api.domains import DnsRecord
from mayfly_client.flows import M, Sent, operation
from mayfly_client.subjects import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayTried:
    """What came of trying a relay."""

    success: bool
    stage: str | None
    code: int | None
    message: str
    tls: str | None
    authentication: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """What a domain's mail is sent through."""

    domain_id: str
    host: str
    port: int
    secure: bool
    username: str | None
    has_password: bool
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgottenRelay:
    """What is answered when SES sends for the domain again."""

    domain_id: str
    deleted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """A key that signs a domain's mail, or did, or will."""

    selector: str
    key_type: str
    use: str
    ends_at: datetime | None
    record: "DnsRecord"
    zone_file: str
    found: list[str] | None
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedText:
    """A record to publish, and what is found in its place."""

    record: "DnsRecord"
    zone_file: str
    found: list[str] | None
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SesSigning:
    """How SES signs a domain's mail."""

    status: str | None
    records: "list[ComparedText]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """What signs a domain's mail (DKIM, RFC 6376)."""

    domain_id: str
    domain: str
    signed_by: str
    keys: "list[SigningKey]"
    ses: "SesSigning"
    changes: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Senders:
    """The senders of a domain (SPF, RFC 7208)."""

    domain_id: str
    domain: str
    record: "DnsRecord"
    zone_file: str
    found: list[str] | None
    state: str
    lookups: int
    lookup_limit: int
    void_lookups: int
    void_lookup_limit: int
    complete: bool
    problems: list[str]
    changes: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportReceiver:
    """A domain that reports go to, and the record by which it says that it takes them."""

    record: "DnsRecord"
    zone_file: str
    found: list[str] | None
    state: str
    domain: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailPolicy:
    """What receivers do with mail that is not proved to be the domain's (DMARC, RFC 7489)."""

    domain_id: str
    domain: str
    record: "DnsRecord"
    zone_file: str
    found: list[str] | None
    state: str
    explanation: dict[str, str]
    inherited: "DnsRecord | None"
    reporters: "list[ReportReceiver]"
    problems: list[str]
    changes: list[str]


class RelaysApi(Subject[M]):
    """What an account's domain sends through, and what makes its mail believed."""

    @operation(
        "POST",
        "/api/v1/smtp/test",
        RelayTried,
        (
            "api_key",
            "token",
        ),
    )
    def test_relay(
        self,
        *,
        host: str | None = None,
        port: int | None = None,
        secure: bool | None = None,
        username: str | None = None,
        password: str | None = None,
        domain_id: str | None = None,
    ) -> Sent:
        """Test a relay.

        Connects, agrees on TLS, checks the certificate, logs in, and leaves without an
        email. Ports 25, 465, 587 and 2525 only, and no address but public ones. Limited as
        logins are.
        """
        return Sent(
            body={
                "host": host,
                "port": port,
                "secure": secure,
                "username": username,
                "password": password,
                "domainId": domain_id,
            }
        )

    @operation(
        "GET",
        "/api/v1/smtp/domains/{domainId}/config",
        Relay,
        (
            "api_key",
            "token",
        ),
    )
    def show_relay(self, domain_id: str) -> Sent:
        """Get a domain's relay."""
        return Sent((domain_id,))

    @operation(
        "PUT",
        "/api/v1/smtp/domains/{domainId}/config",
        Relay,
        (
            "api_key",
            "token",
        ),
    )
    def keep_relay(
        self,
        domain_id: str,
        *,
        host: str,
        port: int,
        secure: bool | None = None,
        username: str | None = None,
        password: str | None = None,
    ) -> Sent:
        """Set a domain's relay.

        The password is sealed with KMS for this domain, and shown by nothing. One that is
        kept stays if host, port, `secure` and username do, and is asked for again
        otherwise. Nothing is connected to: `POST /api/v1/smtp/test` does.
        """
        return Sent(
            (domain_id,),
            body={
                "host": host,
                "port": port,
                "secure": secure,
                "username": username,
                "password": password,
            },
        )

    @operation(
        "DELETE",
        "/api/v1/smtp/domains/{domainId}/config",
        ForgottenRelay,
        (
            "api_key",
            "token",
        ),
    )
    def forget_relay(self, domain_id: str) -> Sent:
        """Remove a domain's relay."""
        return Sent((domain_id,))

    @operation(
        "PUT",
        "/api/v1/domains/{domainId}/smtp",
        Relay,
        (
            "api_key",
            "token",
        ),
    )
    def keep_domain_relay(
        self,
        domain_id: str,
        *,
        host: str,
        port: int,
        secure: bool | None = None,
        username: str | None = None,
        password: str | None = None,
    ) -> Sent:
        """Set a domain's relay.

        The password is sealed with KMS for this domain, and shown by nothing. One that is
        kept stays if host, port, `secure` and username do, and is asked for again
        otherwise. Nothing is connected to: `POST /api/v1/smtp/test` does.
        """
        return Sent(
            (domain_id,),
            body={
                "host": host,
                "port": port,
                "secure": secure,
                "username": username,
                "password": password,
            },
        )

    @operation(
        "POST",
        "/api/v1/smtp/domains/{domainId}/dkim",
        Signing,
        (
            "api_key",
            "token",
        ),
    )
    def make_dkim(
        self,
        domain_id: str,
        *,
        key_type: Literal["ed25519", "rsa"] | None = None,
        rotate: bool | None = None,
    ) -> Sent:
        """Get or rotate a domain's DKIM keys.

        For a domain with a relay: makes a key if there is none, or with `rotate` another. A
        key signs once its record is found, which each call looks for, and every few hours
        the service itself; the one before it stays published for seven days. Without a
        relay SES signs, with the records shown here.
        """
        return Sent((domain_id,), body={"keyType": key_type, "rotate": rotate})

    @operation(
        "POST",
        "/api/v1/smtp/domains/{domainId}/spf",
        Senders,
        (
            "api_key",
            "token",
        ),
    )
    def make_spf(
        self,
        domain_id: str,
        *,
        includes: Sequence[str] | None = None,
        addresses: Sequence[str] | None = None,
        all: Literal["-all", "?all", "~all"] | None = None,
    ) -> Sent:
        """Make a domain's SPF record.

        One record with the senders of the published one, and those of the domain. It is for
        the name that bounces go to: the domain where it has a relay, else the subdomain
        that SES uses. Nothing is published.
        """
        return Sent((domain_id,), body={"includes": includes, "addresses": addresses, "all": all})

    @operation(
        "POST",
        "/api/v1/smtp/domains/{domainId}/dmarc",
        MailPolicy,
        (
            "api_key",
            "token",
        ),
    )
    def make_dmarc(
        self,
        domain_id: str,
        *,
        policy: Literal["none", "quarantine", "reject"] | None = None,
        subdomain_policy: Literal["none", "quarantine", "reject"] | None = None,
        nonexistent_subdomain_policy: Literal["none", "quarantine", "reject"] | None = None,
        percent: int | None = None,
        dkim_alignment: Literal["relaxed", "strict"] | None = None,
        spf_alignment: Literal["relaxed", "strict"] | None = None,
        report_to: Sequence[str] | None = None,
        failure_report_to: Sequence[str] | None = None,
    ) -> Sent:
        """Make a domain's DMARC record.

        Without choices, the published policy is explained. Nothing is published.
        """
        return Sent(
            (domain_id,),
            body={
                "policy": policy,
                "subdomainPolicy": subdomain_policy,
                "nonexistentSubdomainPolicy": nonexistent_subdomain_policy,
                "percent": percent,
                "dkimAlignment": dkim_alignment,
                "spfAlignment": spf_alignment,
                "reportTo": report_to,
                "failureReportTo": failure_report_to,
            },
        )
