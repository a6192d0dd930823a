"""Admin: for the operator of the service: domains, inboxes by the thousand, counts.

Written by `make pages`; what is wrong here is wrong in `mayfly/` or in `bench/pages/client.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from mayfly_client.flows import M, Sent, operation
from mayfly_client.subjects import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOutReset:
    """A token that an admin hands out."""

    token: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxCounts:
    """Inboxes by their state."""

    active: int
    expired: int
    deleted: int
    public: int
    private: int
    mailboxes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageCounts:
    """Messages that are held, and what became of deliveries."""

    held: int
    accepted: int
    stored: int
    dropped: int
    dropped_by_reason: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenCounts:
    """Tokens are signed and kept nowhere: how many there are is not known."""

    rotations: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainCounts:
    """Mail domains, those of accounts, too."""

    total: int
    active: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """Everything that is counted."""

    inboxes: "InboxCounts"
    messages: "MessageCounts"
    tokens: "TokenCounts"
    domains: "DomainCounts"
    counted_at: datetime
    complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """A mail domain. Whether SES has it verified and DNS leads its mail here is not looked at."""

    id: str
    domain: str
    is_active: bool
    source: str
    owner: str | None
    status: str
    pop3_host: str | None
    pop3_port: int | None
    pop3_tls: bool | None
    created_at: datetime | None
    updated_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Domains:
    """All mail domains."""

    domains: "list[Domain]"
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletedDomain:
    """What is answered when a domain is gone."""

    id: str
    deleted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """How an account stands, to admins."""

    account_id: str
    email: str
    state: str
    purpose: str
    asked_at: datetime | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Approvals:
    """Part of the list."""

    accounts: "list[Approval]"
    cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedInbox:
    """A new inbox, with all that opens it."""

    inbox_id: str
    email_address: str
    password: str = field(repr=False)
    access_token: str = field(repr=False)
    token_expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedInboxes:
    """New private inboxes. Only this answer has their tokens."""

    batch_id: str
    generated: int
    inboxes: "list[GeneratedInbox]"
    details: list[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedInbox:
    """A generated inbox."""

    email: str
    password: str = field(repr=False)
    inbox_id: str
    status: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedInboxes:
    """Generated inboxes, in the order in which they were made."""

    count: int
    entries: "list[ExportedInbox]"
    next_cursor: str | None


class AdminApi(Subject[M]):
    """For the operator of the service: domains, inboxes by the thousand, counts."""

    @operation("POST", "/v1/admin/accounts/password-reset", HandedOutReset, ("admin_key",))
    def hand_out_reset(self, *, email: str) -> Sent:
        """Create a token for an account's new password.

        For an owner whom you know, where this service sends no email. The token opens the
        account: for 30 minutes, once, at `POST /api/users/password/reset`.
        """
        return Sent(body={"email": email})

    @operation("GET", "/v1/admin/stats", Stats, ("admin_key",))
    def show_stats(self) -> Sent:
        """Count everything.

        Reads the whole table, which takes time and costs; `complete` says if it got there.
        """
        return Sent()

    @operation("POST", "/v1/admin/domains", Domain, ("admin_key",))
    def add_domain(
        self,
        *,
        domain: str,
        pop3_host: str | None = None,
        pop3_port: int | None = None,
        pop3_tls: bool | None = None,
    ) -> Sent:
        """Add a mail domain.

        Inboxes can be made there within ten seconds. Mail comes once SES has verified the
        domain in the deployment's region and its MX record leads there: nothing here does
        that, or looks whether it is done.
        """
        return Sent(
            body={
                "domain": domain,
                "pop3_host": pop3_host,
                "pop3_port": pop3_port,
                "pop3_tls": pop3_tls,
            }
        )

    @operation("GET", "/v1/admin/domains", Domains, ("admin_key",))
    def list_domains(self) -> Sent:
        """List mail domains."""
        return Sent()

    @operation("PUT", "/v1/admin/domains/{domainId}", Domain, ("admin_key",))
    def change_domain(
        self,
        domain_id: str,
        *,
        is_active: bool | None = None,
        pop3_host: str | None = None,
        pop3_port: int | None = None,
        pop3_tls: bool | None = None,
    ) -> Sent:
        """Change a mail domain.

        At an inactive domain no inbox is made, within ten seconds; those it has go on. The
        three `pop3_` fields change together.
        """
        return Sent(
            (domain_id,),
            body={
                "is_active": is_active,
                "pop3_host": pop3_host,
                "pop3_port": pop3_port,
                "pop3_tls": pop3_tls,
            },
        )

    @operation("DELETE", "/v1/admin/domains/{domainId}", DeletedDomain, ("admin_key",))
    def delete_domain(self, domain_id: str) -> Sent:
        """Delete a mail domain."""
        return Sent((domain_id,))

    @operation("GET", "/v1/admin/accounts/sending", Approvals, ("admin_key",))
    def list_approvals(
        self,
        *,
        state: Literal["asked", "approved", "refused"] | None = None,
        cursor: str | None = None,
    ) -> Sent:
        """List the accounts that may send, or ask to.

        Those that ask, with `state=asked`. A page may be short and not the last.
        """
        return Sent(query={"state": state, "cursor": cursor})

    @operation("GET", "/v1/admin/accounts/{accountId}/sending", Approval, ("admin_key",))
    def show_approval(self, account_id: str) -> Sent:
        """Show whether an account may send."""
        return Sent((account_id,))

    @operation("PUT", "/v1/admin/accounts/{accountId}/sending", Approval, ("admin_key",))
    def decide_approval(self, account_id: str, *, approved: bool) -> Sent:
        """Let an account send, or not.

        Counts at once, also for mail that is accepted and not sent yet. It need not have
        been asked for.
        """
        return Sent((account_id,), body={"approved": approved})

    @operation("POST", "/v1/admin/generate", GeneratedInboxes, ("admin_key",))
    def generate_inboxes(
        self,
        *,
        count: int,
        domain_ids: Sequence[str] | None = None,
        token_ttl_seconds: int | None = None,
    ) -> Sent:
        """Generate inboxes.

        They are private inboxes with friendly names, made also where nobody else may make
        one. Where the domain has a POP3 server, mail is fetched from there, too, with the
        inbox's address and password: make these known to the server. If it fails half-way,
        the answer has what was made, and `details`.
        """
        return Sent(
            body={"count": count, "domain_ids": domain_ids, "token_ttl_seconds": token_ttl_seconds}
        )

    @operation("GET", "/v1/admin/export", ExportedInboxes, ("admin_key",))
    def export_inboxes(
        self,
        *,
        domain_id: str | None = None,
        status: Literal["active", "all"] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Sent:
        """Export generated inboxes.

        Only inboxes that were generated: others have no password. `text` is lines of
        `email:password`. Each page of `csv` begins with the names of its columns. A page
        may have fewer entries than `limit`, also none; it is the last one without a cursor.
        """
        return Sent(
            query={
                "domain_id": domain_id,
                "status": status,
                "limit": limit,
                "cursor": cursor,
                "format": "json",
            }
        )

    @operation("GET", "/v1/admin/export", str, ("admin_key",))
    def export_inboxes_text(
        self,
        *,
        format: Literal["text", "csv"] = "text",
        domain_id: str | None = None,
        status: Literal["active", "all"] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Sent:
        """Export generated inboxes, as text."""
        return Sent(
            query={
                "format": format,
                "domain_id": domain_id,
                "status": status,
                "limit": limit,
                "cursor": cursor,
            }
        )
