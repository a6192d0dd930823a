"""Sending: mail that accounts send from their own domains.

Written by `make pages`; what is wrong here is wrong in `mayfly/` or in `bench/pages/client.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from mayfly_client.flows import M, Sent, operation
from mayfly_client.subjects import Subject, new_key


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedEmail:
    """An email that was accepted for sending."""

    id: str
    status: str
    scheduled_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailLine:
    """An email that goes out."""

    id: str
    status: str
    reason: str
    from_: str
    to: list[str]
    cc: list[str]
    bcc: list[str]
    subject: str
    size: int
    created_at: datetime
    scheduled_at: datetime | None
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Emails:
    """Part of an account's emails."""

    emails: "list[EmailLine]"
    cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """Room for a file."""

    upload_id: str
    filename: str
    content_type: str
    size: int
    url: str = field(repr=False)
    fields: dict[str, str] = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingLimits:
    """What an account may send."""

    recipients_per_day: int
    recipients_per_mail: int
    approval: str
    sandbox: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailStats:
    """An account's emails by state, and what it may send."""

    total: int
    by_status: dict[str, int]
    sent: int
    open: int
    limits: "SendingLimits"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailAttachment:
    """A file of an email that goes out."""

    filename: str
    content_type: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailRecipient:
    """What became of an email for one recipient."""

    address: str
    status: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailEvent:
    """One thing that happened to an email."""

    at: datetime
    type: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """An email that goes out, with its history."""

    id: str
    status: str
    reason: str
    from_: str
    to: list[str]
    cc: list[str]
    bcc: list[str]
    subject: str
    size: int
    created_at: datetime
    scheduled_at: datetime | None
    attempts: int
    reply_to: list[str]
    attachments: "list[EmailAttachment]"
    message_id: str
    recipients: "list[EmailRecipient]"
    events: "list[EmailEvent]"
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedEmail:
    """What is answered when an email is cancelled or removed."""

    id: str
    status: str
    deleted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """An address that your mail does not go to any more."""

    address: str
    reason: str
    since: datetime
    email_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppressions:
    """Part of an account's suppression list."""

    suppressions: "list[Suppression]"
    cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorDetails:
    """What was wrong."""

    code: str
    message: str
    details: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchedEmail:
    """What came of the email for one recipient."""

    to: str
    id: str | None
    status: str | None
    error: "ErrorDetails | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchedEmails:
    """What came of a batch."""

    emails: "list[BatchedEmail]"
    accepted: int
    refused: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedApproval:
    """How an account stands, to itself."""

    approval: str


class SendingApi(Subject[M]):
    """Mail that accounts send from their own domains."""

    @operation(
        "POST",
        "/api/v1/emails",
        AcceptedEmail,
        (
            "api_key",
            "token",
        ),
    )
    def send_email(
        self,
        *,
        from_: str,
        idempotency_key: str | None = None,
        to: Sequence[str] | str | None = None,
        cc: Sequence[str] | str | None = None,
        bcc: Sequence[str] | str | None = None,
        reply_to: Sequence[str] | str | None = None,
        subject: str | None = None,
        text: str | None = None,
        html: str | None = None,
        attachments: Sequence[Mapping[str, Any]] | None = None,
        headers: Mapping[str, Any] | None = None,
        scheduled_at: datetime | str | None = None,
        unsubscribe: Mapping[str, Any] | None = None,
        template_id: str | None = None,
        template_version: int | None = None,
        variables: Mapping[str, Any] | None = None,
    ) -> Sent:
        """Send an email.

        It is sent once, from a domain of yours that is verified. Subject, text and html are
        given, or written by a template with `variables`. Recipients on your suppression
        list get nothing; with no other left, the status is `failed` at once.
        """
        return Sent(
            body={
                "from": from_,
                "to": to,
                "cc": cc,
                "bcc": bcc,
                "replyTo": reply_to,
                "subject": subject,
                "text": text,
                "html": html,
                "attachments": attachments,
                "headers": headers,
                "scheduledAt": scheduled_at,
                "unsubscribe": unsubscribe,
                "templateId": template_id,
                "templateVersion": template_version,
                "variables": variables,
            },
            headers={"Idempotency-Key": idempotency_key or new_key()},
        )

    @operation(
        "GET",
        "/api/v1/emails",
        Emails,
        (
            "api_key",
            "token",
        ),
    )
    def list_emails(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        status: Literal[
            "scheduled",
            "queued",
            "sending",
            "sent",
            "delivered",
            "bounced",
            "complained",
            "failed",
            "cancelled",
            "uncertain",
        ]
        | None = None,
        from_: str | None = None,
        to: str | None = None,
        since: datetime | str | None = None,
    ) -> Sent:
        """List emails."""
        return Sent(
            query={
                "limit": limit,
                "cursor": cursor,
                "status": status,
                "from": from_,
                "to": to,
                "since": since,
            }
        )

    @operation(
        "POST",
        "/api/v1/emails/attachments",
        Upload,
        (
            "api_key",
            "token",
        ),
    )
    def announce_attachment(
        self, *, filename: str, size: int, content_type: str | None = None
    ) -> Sent:
        """Upload an attachment.

        For files that are too large for a request. POST them to `url`, with all of `fields`
        and the file as `file`. Several emails may take one, for an hour.
        """
        return Sent(body={"filename": filename, "size": size, "contentType": content_type})

    @operation(
        "GET",
        "/api/v1/emails/stats",
        EmailStats,
        (
            "api_key",
            "token",
        ),
    )
    def email_stats(self) -> Sent:
        """Get email statistics."""
        return Sent()

    @operation(
        "GET",
        "/api/v1/emails/{emailId}",
        Email,
        (
            "api_key",
            "token",
        ),
    )
    def show_email(self, email_id: str) -> Sent:
        """Get an email and its history."""
        return Sent((email_id,))

    @operation(
        "DELETE",
        "/api/v1/emails/{emailId}",
        RemovedEmail,
        (
            "api_key",
            "token",
        ),
    )
    def delete_email(self, email_id: str) -> Sent:
        """Cancel or remove an email.

        What is scheduled or queued is cancelled and stays in the list. What is over is
        removed from it.
        """
        return Sent((email_id,))

    @operation(
        "POST",
        "/api/v1/emails/{emailId}/resend",
        AcceptedEmail,
        (
            "api_key",
            "token",
        ),
    )
    def resend_email(self, email_id: str) -> Sent:
        """Send an email again.

        For what is `failed`, `bounced`, `cancelled` or `uncertain`. What is uncertain may
        have arrived: then it arrives twice.
        """
        return Sent((email_id,))

    @operation(
        "GET",
        "/api/v1/suppressions",
        Suppressions,
        (
            "api_key",
            "token",
        ),
    )
    def list_suppressions(self, *, limit: int | None = None, cursor: str | None = None) -> Sent:
        """List suppressed addresses.

        Addresses that bounced for good, or whose reader complained.
        """
        return Sent(query={"limit": limit, "cursor": cursor})

    @operation(
        "DELETE",
        "/api/v1/suppressions/{address}",
        Suppression,
        (
            "api_key",
            "token",
        ),
    )
    def clear_suppression(self, address: str) -> Sent:
        """Remove a suppressed address."""
        return Sent((address,))

    @operation(
        "POST",
        "/api/v1/emails/batch",
        BatchedEmails,
        (
            "api_key",
            "token",
        ),
    )
    def send_batch(
        self,
        *,
        from_: str,
        template_id: str,
        recipients: Sequence[Mapping[str, Any]],
        idempotency_key: str | None = None,
        template_version: int | None = None,
        variables: Mapping[str, Any] | None = None,
        reply_to: Sequence[str] | str | None = None,
        headers: Mapping[str, Any] | None = None,
        scheduled_at: datetime | str | None = None,
        unsubscribe: Mapping[str, Any] | None = None,
    ) -> Sent:
        """Send an email to each of several recipients.

        A template writes each with its recipient's variables; no recipient sees another.
        Each is an email as any other: it counts, is listed, and has a history. One that
        cannot be written or sent keeps none of the others back. The same batch with the
        same `Idempotency-Key` accepts only what was not accepted before.
        """
        return Sent(
            body={
                "from": from_,
                "templateId": template_id,
                "recipients": recipients,
                "templateVersion": template_version,
                "variables": variables,
                "replyTo": reply_to,
                "headers": headers,
                "scheduledAt": scheduled_at,
                "unsubscribe": unsubscribe,
            },
            headers={"Idempotency-Key": idempotency_key or new_key()},
        )

    @operation(
        "POST",
        "/api/v1/emails/approval",
        AskedApproval,
        (
            "api_key",
            "token",
        ),
    )
    def ask_to_send(self, *, purpose: str | None = None) -> Sent:
        """Ask for the approval to send.

        Where accounts send only once an admin has approved it: until then sending is 403.
        Asking once more changes nothing; `GET /api/v1/emails/stats` says how it stands.
        """
        return Sent(body={"purpose": purpose})
