"""The JSON of emails that go out, of their counts, and of the suppression list (document 002)."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Self

import msgspec

from mayfly import limits
from mayfly.accounts.models import ApprovalStatus
from mayfly.kit.http.schemas import Count, PreciseTime, View, about
from mayfly.sending import models
from mayfly.sending.models import OPEN, SENT, OutgoingMail, RecipientStatus, State
from mayfly.sending.ports import SendingQuota

Id = Annotated[str, about("Names the mail", format="uuid")]
Status = Annotated[str, about(enum=[*State])]
Scheduled = Annotated[PreciseTime | None, about("When it is to go; null for at once")]


class AcceptedEmail(View, rename="camel"):
    """An email that was accepted for sending."""

    id: Id
    status: Status
    scheduled_at: Scheduled
    created_at: PreciseTime


class EmailLine(View, rename="camel"):
    """An email that goes out."""

    id: Id
    status: Status
    reason: Annotated[str, about("Why it failed, in a word")]
    sender: str = msgspec.field(name="from")
    to: list[str]
    cc: list[str]
    bcc: list[str]
    subject: str
    size: Annotated[Count, about("Bytes of the whole mail")]
    created_at: PreciseTime
    scheduled_at: Scheduled
    attempts: Annotated[Count, about("How often it was tried since it was submitted or resent")]

    @classmethod
    def of(cls, mail: OutgoingMail, **more: Any) -> Self:
        """An email as lists show it."""
        for role in ("to", "cc", "bcc"):
            more[role] = [each.display for each in mail.recipients if each.role == role]
        return cls.of_model(
            mail, status=mail.state, sender=mail.sender_shown, size=mail.size_bytes, **more
        )


class EmailAttachment(View, rename="camel"):
    """A file of an email that goes out."""

    filename: str
    content_type: str
    size: Annotated[Count, about("Bytes")]


class EmailRecipient(View):
    """What became of an email for one recipient."""

    address: str
    status: Annotated[str, about(enum=[*RecipientStatus])]
    detail: Annotated[str, about("What its host said")]


class EmailEvent(View):
    """One thing that happened to an email."""

    at: PreciseTime
    type: str
    detail: str


class Email(EmailLine, rename="camel"):
    """An email that goes out, with its history."""

    reply_to: list[str]
    attachments: list[EmailAttachment]
    message_id: Annotated[str, about("What the carrier calls it")]
    recipients: list[EmailRecipient]
    events: Annotated[
        list[EmailEvent],
        about(
            f"What happened to it, oldest first; the first and the last {limits.OUTGOING_EVENTS}"
        ),
    ]
    expires_at: Annotated[PreciseTime, about("From then on it is not shown")]

    @classmethod
    def whole(cls, mail: OutgoingMail) -> Self:
        """An email with all that happened to it."""
        return cls.of(
            mail,
            attachments=[
                EmailAttachment.of_model(each, size=each.size_bytes) for each in mail.files
            ],
            recipients=[
                EmailRecipient.of_model(each, status=each.fate) for each in mail.recipients
            ],
            events=[EmailEvent.of_model(each, type=each.kind) for each in mail.history],
        )


class Emails(View):
    """Part of an account's emails."""

    emails: list[EmailLine]
    cursor: Annotated[str | None, about("Continues the list; a page may be short and not the last")]

    @classmethod
    def of(cls, mails: Sequence[OutgoingMail], cursor: str) -> Self:
        """`cursor` is "" at the end."""
        return cls(emails=[EmailLine.of(each) for each in mails], cursor=cursor or None)


class RemovedEmail(View):
    """What is answered when an email is cancelled or removed."""

    id: Id
    status: Status
    deleted: Annotated[bool, about("Else it was cancelled, and stays")]


class SendingLimits(View, rename="camel"):
    """What an account may send."""

    recipients_per_day: Annotated[Count, about("Of this account; 0 is no limit")]
    recipients_per_mail: Count
    approval: Annotated[
        str,
        about(
            "Whether the account may send: `approved`, or `not-needed` where no approval is needed",
            enum=[*ApprovalStatus],
        ),
    ]
    sandbox: Annotated[
        bool | None,
        about("Whether SES sends to verified addresses only; null while sending is off"),
    ]


class EmailStats(View, rename="camel"):
    """An account's emails by state, and what it may send."""

    total: Annotated[Count, about("Mails accepted for sending, ever")]
    by_status: Annotated[
        dict[str, Count],
        about(
            properties={each: {"type": "integer", "minimum": 0} for each in State},
            required=[*State],
        ),
    ]
    sent: Annotated[Count, about("Of these, handed over: sent, delivered, bounced and complained")]
    open: Annotated[Count, about("Of these, still to be sent: scheduled, queued and sending")]
    limits: SendingLimits

    @classmethod
    def of(
        cls,
        counts: Mapping[State, int],
        quota: SendingQuota | None,
        most_a_day: int,
        standing: ApprovalStatus,
    ) -> Self:
        """The states add up to `total`."""
        return cls(
            total=sum(counts.values()),
            by_status={state: counts[state] for state in State},
            sent=sum(counts[state] for state in SENT),
            open=sum(counts[state] for state in OPEN),
            limits=SendingLimits(
                recipients_per_day=most_a_day,
                recipients_per_mail=limits.SENT_RECIPIENTS,
                approval=standing,
                sandbox=quota.is_sandbox if quota else None,
            ),
        )


class Suppression(View, rename="camel"):
    """An address that your mail does not go to any more."""

    address: str
    reason: Annotated[str, about(enum=["bounce", "complaint"])]
    since: PreciseTime
    email_id: Annotated[str, about("The mail that it came of")]

    @classmethod
    def of(cls, found: models.Suppression) -> Self:
        """An address on the list."""
        return cls.of_model(found, email_id=found.mail)


class Suppressions(View):
    """Part of an account's suppression list."""

    suppressions: list[Suppression]
    cursor: Annotated[str | None, about("Continues the list")]

    @classmethod
    def of(cls, found: Sequence[models.Suppression], cursor: str) -> Self:
        """`cursor` is "" at the end."""
        return cls(suppressions=[Suppression.of(each) for each in found], cursor=cursor or None)
