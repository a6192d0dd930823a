"""The operations of mail that goes out (document 002)."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mayfly.accounts.models import Account
from mayfly.admission.callers import account_with, caller_of
from mayfly.api_keys.models import Scope
from mayfly.assembly import Assembly
from mayfly.health.models import Unit
from mayfly.kit.http.log import logger
from mayfly.kit.http.messages import Request
from mayfly.kit.http.route import BAD_BODY, FETCH, LARGE_BODY, Call, Routes
from mayfly.kit.log import aws_code
from mayfly.sending.draft import Draft
from mayfly.sending.draft_schemas import (
    UPLOADS,
    EmailDraft,
    Upload,
    WantedUpload,
    key_hash,
    request_hash,
)
from mayfly.sending.ports import IdempotencyKey
from mayfly.sending.queries import (
    EMAIL_PARAMETERS,
    IDEMPOTENCY_PARAMETER,
    SUPPRESSION_PARAMETERS,
    email_query,
    suppression_query,
)
from mayfly.sending.schemas import (
    AcceptedEmail,
    Email,
    Emails,
    EmailStats,
    RemovedEmail,
    Suppression,
    Suppressions,
)

if TYPE_CHECKING:
    from mayfly.templates.models import Rendered

_EMAILS = "/api/v1/emails"
_EMAIL = f"{_EMAILS}/{{emailId}}"
_SUPPRESSIONS = "/api/v1/suppressions"
_NO_MAIL = "There is no such mail of yours"
NOT_SENT = (
    "This service sends no mail, an admin has not approved that the account does, the domain is not"
    " yours and active, or another site asked"
)
_READER, _SENDER = account_with(Scope.READ), account_with(Scope.SEND)


def _while_on(request: Request, flows: Assembly) -> Account:
    account = caller_of(request, flows, Scope.SEND)
    flows.sending.service.quota.policy.check_on()
    return account


def _approved(request: Request, flows: Assembly) -> Account:
    account = caller_of(request, flows, Scope.SEND)
    flows.accounts.approval.check(str(account.id))
    return account


# A caller who may not send hears so before the body, which can be large, is read.
SENDER_WHILE_ON = replace(_SENDER, find=_while_on)
_APPROVED_SENDER = replace(_SENDER, find=_approved)
api = Routes("sending")


@api(
    "POST",
    _EMAILS,
    "Send an email",
    SENDER_WHILE_ON,
    means="The mail was accepted; its history says what comes of it",
    status=202,
    headers={"Location": "The mail's URL"},
    errors={
        400: f"{BAD_BODY}, or cannot be sent",
        403: NOT_SENT,
        409: "The `Idempotency-Key` came with another request before, or a file that the mail"
        " names by its upload was not sent",
        413: f"{LARGE_BODY}: upload attachments before; or they are more than an email may have",
    },
    query=[IDEMPOTENCY_PARAMETER],
)
def send_email(call: Call[Account, EmailDraft]) -> AcceptedEmail:
    """It is sent once, from a domain of yours that is verified.

    Subject, text and html are given, or written by a template with `variables`.
    Recipients on your suppression list get nothing; with no other left, the status is `failed` at
    once.
    """
    sent, key = call.request.headers.get("idempotency-key"), None
    if sent is not None:
        key = IdempotencyKey(key_hash(sent), request_hash(call.sent))
    call.body.check_template()
    mail, state = call.flows.sending.service.submit(_id(call), lambda: _written(call), key)
    measure(call.flows, len(mail.recipients))
    call.created(f"{_EMAILS}/{mail.id}")
    call.mail = mail.id
    return AcceptedEmail.of_model(mail, status=state)


@api(
    "GET",
    _EMAILS,
    "List emails",
    _READER,
    means="Mails, newest first",
    query=EMAIL_PARAMETERS,
    limit=FETCH,
)
def list_emails(call: Call[Account, None]) -> Emails:
    return Emails.of(*call.flows.sending.service.page(_id(call), *email_query(call.request.query)))


@api(
    "POST",
    UPLOADS,
    "Upload an attachment",
    _APPROVED_SENDER,
    means="Where to send the file; `uploadId` goes into `attachments`",
    status=201,
    errors={
        400: f"{BAD_BODY}, or is of a kind that is not sent",
        403: NOT_SENT,
        413: "It is larger than all attachments of an email may be",
    },
)
def announce_attachment(call: Call[Account, WantedUpload]) -> Upload:
    """For files that are too large for a request.

    POST them to `url`, with all of `fields` and the file as `file`. Several emails may take one,
    for an hour.
    """
    sent = call.body
    announced = call.flows.sending.uploads.announce(
        _id(call), sent.filename, sent.content_type.lower(), sent.size
    )
    return Upload.of(*announced)


@api("GET", f"{_EMAILS}/stats", "Get email statistics", _READER, means="The account's counts")
def email_stats(call: Call[Account, None]) -> EmailStats:
    flows, account = call.flows, _id(call)
    quota = flows.sending.service.quota.account.quota() if flows.settings.sending else None
    counts, standing = (
        flows.sending.service.counts(account),
        flows.accounts.approval.status(account),
    )
    return EmailStats.of(counts, quota, flows.settings.sends_per_day, standing)


@api(
    "GET",
    _EMAIL,
    "Get an email and its history",
    _READER,
    means="The mail and its history",
    errors={404: _NO_MAIL},
)
def show_email(call: Call[Account, None]) -> Email:
    mail = call.flows.sending.service.show(_id(call), call.parameter("emailId"))
    call.mail = mail.id
    return Email.whole(mail)


@api(
    "DELETE",
    _EMAIL,
    "Cancel or remove an email",
    _SENDER,
    means="It is cancelled, or removed",
    errors={404: _NO_MAIL, 409: "It is being sent just now"},
)
def delete_email(call: Call[Account, None]) -> RemovedEmail:
    """What is scheduled or queued is cancelled and stays in the list.

    What is over is removed from it.
    """
    mail, is_gone = call.flows.sending.service.cancel(_id(call), call.parameter("emailId"))
    call.mail = mail.id
    return RemovedEmail(id=mail.id, status=mail.state, deleted=is_gone)


@api(
    "POST",
    f"{_EMAIL}/resend",
    "Send an email again",
    _SENDER,
    means="It is sent again to the recipients that it has not reached",
    status=202,
    errors={
        403: NOT_SENT,
        404: _NO_MAIL,
        409: "It has arrived, is under way, or is for suppressed addresses only",
    },
)
def resend_email(call: Call[Account, None]) -> AcceptedEmail:
    """For what is `failed`, `bounced`, `cancelled` or `uncertain`.

    What is uncertain may have arrived: then it arrives twice.
    """
    call.request.document()
    mail = call.flows.sending.service.resend(_id(call), call.parameter("emailId"))
    measure(call.flows, len(mail.pending))
    call.mail = mail.id
    return AcceptedEmail.of_model(mail, status=mail.state)


@api(
    "GET",
    _SUPPRESSIONS,
    "List suppressed addresses",
    _READER,
    means="Addresses, in their order",
    query=SUPPRESSION_PARAMETERS,
)
def list_suppressions(call: Call[Account, None]) -> Suppressions:
    """Addresses that bounced for good, or whose reader complained."""
    limit, after = suppression_query(call.request.query)
    return Suppressions.of(*call.flows.sending.service.suppressed(_id(call), limit, after))


@api(
    "DELETE",
    f"{_SUPPRESSIONS}/{{address}}",
    "Remove a suppressed address",
    _SENDER,
    means="Mail goes there again; this was the entry",
    errors={400: "This is no address", 404: "The address is not on your list"},
)
def clear_suppression(call: Call[Account, None]) -> Suppression:
    return Suppression.of(
        call.flows.sending.service.unsuppress(_id(call), call.parameter("address"))
    )


def _written(call: Call[Account, EmailDraft]) -> Draft:
    """What was asked for, with what its template says."""
    draft, sent = call.body.draft(), call.body
    if sent.template_id is None:
        return draft
    find = call.flows.templates.service.renderer
    renderer = find(_id(call), sent.template_id, sent.template_version)
    return in_words_of(renderer.render(sent.variables or {}), draft)


def in_words_of(made: "Rendered", draft: Draft) -> Draft:
    """The draft with what a template says."""
    return replace(draft, subject=made.subject, text=made.text, html=made.html)


def _id(call: Call[Account, Any]) -> str:
    return str(call.caller.id)


def measure(flows: Assembly, recipients: int) -> None:
    """Count what sending will cost; that must never be why it fails."""
    try:
        flows.health.metrics.count({Unit.SENDS: recipients})
    except Exception as error:
        logger.warning("Not measured", error=type(error).__name__, reason=aws_code(error))
