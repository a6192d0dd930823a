"""The operations of mail that goes out (document 002)."""

from collections.abc import Callable
from dataclasses import replace

from functions.http_api.logging import logger
from functions.logging import aws_code
from mayfly import limits
from mayfly.admission.callers import caller_of
from mayfly.api_keys.models import Scope
from mayfly.assembly import Assembly
from mayfly.errors import BodyTooLarge
from mayfly.health.models import Unit
from mayfly.kit.http.cookies import TOKEN
from mayfly.kit.http.messages import Answer, Request, json_answer
from mayfly.kit.http.routing import BAD_BODY, FETCH, LARGE_BODY, NO_KEYS, Good, Operation, Route
from mayfly.sending import draft_schemas as drafts
from mayfly.sending import schemas as outgoing
from mayfly.sending import schemas as outgoing_queries
from mayfly.sending import schemas as uploads
from mayfly.sending.schemas import EMAIL_PARAMETERS, IDEMPOTENCY_PARAMETER, SUPPRESSION_PARAMETERS
from mayfly.sending.submit import IdempotencyKey

_UPLOADS = "POST /api/v1/emails/attachments"
_MOST_BYTES = limits.MAX_SENT_REQUEST_BYTES
_LONGER = dict.fromkeys(("text", "html", "attachments"), _MOST_BYTES)


def send_email(request: Request, flows: Assembly) -> Answer:
    account = _account(request, flows, Scope.SEND)
    flows.sending.submitter.allotment.terms.check_on()
    try:
        sent = request.document(*drafts.FIELDS, most_bytes=_MOST_BYTES, longer=_LONGER)
    except BodyTooLarge as error:
        raise BodyTooLarge(f"{error}; upload attachments by {_UPLOADS} first") from error
    wish = None
    if "idempotency-key" in request.headers:
        key = drafts.key_hash(request.headers["idempotency-key"])
        wish = IdempotencyKey(key, drafts.request_hash(sent))
    mail, state = flows.sending.submitter.submit(account, drafts.draft(sent), wish)
    _measure(flows, len(mail.recipients))
    location = f"{request.base_url}/api/v1/emails/{mail.id}"
    accepted = json_answer(outgoing.accepted(mail, state), 202, {"Location": location})
    return replace(accepted, mail=mail.id)


def _measure(flows: Assembly, recipients: int) -> None:
    """Count what sending will cost; that must never be why it fails."""
    try:
        flows.health.metrics.count({Unit.SENDS: recipients})
    except Exception as error:
        logger.warning("Not measured", error=type(error).__name__, reason=aws_code(error))


def announce_attachment(request: Request, flows: Assembly) -> Answer:
    account = _account(request, flows, Scope.SEND)
    flows.accounts.approval.check(account)
    told = uploads.wanted_upload(request.document(*uploads.UPLOAD_FIELDS))
    upload, form = flows.sending.uploads.announce(
        account, told.filename, told.content_type, told.size_bytes
    )
    return json_answer(uploads.announced(upload, form), 201)


def list_emails(request: Request, flows: Assembly) -> Answer:
    account = _account(request, flows, Scope.READ)
    query = outgoing_queries.email_query(request.query)
    mails, cursor = flows.sending.service.page(account, query.wanted, query.limit, query.cursor)
    return json_answer(outgoing.page(mails, cursor))


def email_stats(request: Request, flows: Assembly) -> Answer:
    account = _account(request, flows, Scope.READ)
    quota = flows.sending.submitter.allotment.account.quota() if flows.settings.sending else None
    counts = flows.sending.service.counts(account)
    standing = flows.accounts.approval.standing(account)
    return json_answer(outgoing.stats(counts, quota, flows.settings.sends_per_day, standing))


def show_email(request: Request, flows: Assembly) -> Answer:
    account = _account(request, flows, Scope.READ)
    mail = flows.sending.service.show(account, request.parameters["emailId"])
    return replace(json_answer(outgoing.details(mail)), mail=mail.id)


def resend_email(request: Request, flows: Assembly) -> Answer:
    account = _account(request, flows, Scope.SEND)
    request.document()
    mail = flows.sending.submitter.resend(account, request.parameters["emailId"])
    _measure(flows, len(mail.pending))
    return replace(json_answer(outgoing.accepted(mail, mail.state), 202), mail=mail.id)


def delete_email(request: Request, flows: Assembly) -> Answer:
    account = _account(request, flows, Scope.SEND)
    mail, is_gone = flows.sending.service.cancel(account, request.parameters["emailId"])
    return replace(json_answer(outgoing.removed(mail, is_gone)), mail=mail.id)


def list_suppressions(request: Request, flows: Assembly) -> Answer:
    account = _account(request, flows, Scope.READ)
    limit, after = outgoing_queries.suppression_query(request.query)
    return json_answer(
        outgoing.suppressions(*flows.sending.service.suppressed(account, limit, after))
    )


def clear_suppression(request: Request, flows: Assembly) -> Answer:
    account = _account(request, flows, Scope.SEND)
    cleared = flows.sending.service.unsuppress(account, request.parameters["address"])
    return json_answer(outgoing.suppression(cleared))


def _account(request: Request, flows: Assembly, scope: Scope) -> str:
    return str(caller_of(request, flows, scope).id)


OPERATIONS: dict[str, Callable[[Request, Assembly], Answer]] = {
    "send_email": send_email,
    "announce_attachment": announce_attachment,
    "list_emails": list_emails,
    "email_stats": email_stats,
    "show_email": show_email,
    "resend_email": resend_email,
    "delete_email": delete_email,
    "list_suppressions": list_suppressions,
    "clear_suppression": clear_suppression,
}

_NO_ACCOUNT = "Nobody is logged in, or the session has ended"
_OFF = (
    "This service sends no mail, an admin has not approved that the account does, the domain is not"
    " yours and active, or another site asked"
)
_CROSS_SITE = "A page of another site sent this with the reader's cookie"
_READ = {401: _NO_ACCOUNT, 503: NO_KEYS}
_NO_MAIL = "There is no such mail of yours"

OUTGOING_OPERATIONS: dict[str, Operation] = {
    "send_email": Operation(
        [
            Good(
                202,
                "The mail was accepted; its history says what comes of it",
                "AcceptedEmail",
                headers={"Location": "The mail's URL"},
            )
        ],
        {
            **_READ,
            400: f"{BAD_BODY}, or cannot be sent",
            403: _OFF,
            409: "The `Idempotency-Key` came with another request before, or a file that the mail"
            " names by its upload was not sent",
            413: f"{LARGE_BODY}: upload attachments before; or they are more than a mail may have",
        },
        [IDEMPOTENCY_PARAMETER],
        about=(
            "It is sent once, from a domain of yours that is verified. Recipients on your"
            " suppression list get nothing; with no other left, the status is `failed` at once."
        ),
        body="EmailDraft",
        body_required=True,
        needs_token=True,
        cookies=[TOKEN],
        scope=Scope.SEND,
    ),
    "announce_attachment": Operation(
        [Good(201, "Where to send the file; `uploadId` goes into `attachments`", "Upload")],
        {
            **_READ,
            400: f"{BAD_BODY}, or is of a kind that is not sent",
            403: _OFF,
            413: "It is larger than all attachments of a mail may be",
        },
        about=(
            "For files that are too large for a request: POST them to `url`, with all of `fields`"
            " and the file as `file`. Several mails may take one, for an hour."
        ),
        body="WantedUpload",
        body_required=True,
        needs_token=True,
        cookies=[TOKEN],
        scope=Scope.SEND,
    ),
    "ask_to_send": Operation(
        [Good(202, "How the account stands now", "AskedApproval")],
        {**_READ, 400: BAD_BODY, 403: _CROSS_SITE, 413: LARGE_BODY},
        about=(
            "Where accounts send only once an admin has approved it: until then sending is 403."
            " Asking once more changes nothing; `GET /api/v1/emails/stats` says how it stands."
        ),
        body="WantedApproval",
        needs_token=True,
        cookies=[TOKEN],
        scope=Scope.SEND,
    ),
    "list_emails": Operation(
        [Good(200, "Mails, newest first", "Emails")],
        _READ,
        EMAIL_PARAMETERS,
        needs_token=True,
        cookies=[TOKEN],
        scope=Scope.READ,
    ),
    "email_stats": Operation(
        [Good(200, "The account's counts", "EmailStats")],
        _READ,
        needs_token=True,
        cookies=[TOKEN],
        scope=Scope.READ,
    ),
    "show_email": Operation(
        [Good(200, "The mail and its history", "Email")],
        {**_READ, 404: _NO_MAIL},
        needs_token=True,
        cookies=[TOKEN],
        scope=Scope.READ,
    ),
    "resend_email": Operation(
        [Good(202, "It is sent again to those whom it has not reached", "AcceptedEmail")],
        {
            **_READ,
            403: _OFF,
            404: _NO_MAIL,
            409: "It has arrived, is under way, or is for suppressed addresses only",
        },
        about=(
            "For what is `failed`, `bounced`, `cancelled` or `uncertain`. What is uncertain may"
            " have arrived: then it arrives twice."
        ),
        needs_token=True,
        cookies=[TOKEN],
        scope=Scope.SEND,
    ),
    "delete_email": Operation(
        [Good(200, "It is cancelled, or removed", "RemovedEmail")],
        {
            **_READ,
            403: _CROSS_SITE,
            404: _NO_MAIL,
            409: "It is being sent just now",
        },
        about=(
            "What is scheduled or queued is cancelled and stays in the list; what is over is"
            " removed from it."
        ),
        needs_token=True,
        cookies=[TOKEN],
        scope=Scope.SEND,
    ),
    "list_suppressions": Operation(
        [Good(200, "Addresses, in their order", "Suppressions")],
        _READ,
        SUPPRESSION_PARAMETERS,
        about="Addresses that bounced for good, or whose reader complained.",
        needs_token=True,
        cookies=[TOKEN],
        scope=Scope.READ,
    ),
    "clear_suppression": Operation(
        [Good(200, "Mail goes there again; this was the entry", "Suppression")],
        {
            **_READ,
            400: "This is no address",
            403: _CROSS_SITE,
            404: "The address is not on your list",
        },
        needs_token=True,
        cookies=[TOKEN],
        scope=Scope.SEND,
    ),
}

_EMAILS = "/api/v1/emails"
_EMAIL = "/api/v1/emails/{emailId}"
_SUPPRESSIONS = "/api/v1/suppressions"
_TAG = "sending"

OUTGOING_ROUTES: tuple[Route, ...] = (
    Route("send_email", "POST", _EMAILS, "Send an email", _TAG),
    Route("list_emails", "GET", _EMAILS, "List outgoing emails", _TAG, FETCH),
    # A word goes before a parameter, in API Gateway and on the laptop.
    Route(
        "announce_attachment", "POST", f"{_EMAILS}/attachments", "Create an attachment upload", _TAG
    ),
    Route("email_stats", "GET", f"{_EMAILS}/stats", "Get sending statistics", _TAG),
    Route("ask_to_send", "POST", f"{_EMAILS}/approval", "Request sending approval", _TAG),
    Route("show_email", "GET", _EMAIL, "Get an outgoing email", _TAG),
    Route("delete_email", "DELETE", _EMAIL, "Cancel or delete an email", _TAG),
    Route("resend_email", "POST", f"{_EMAIL}/resend", "Resend an email", _TAG),
    Route("list_suppressions", "GET", _SUPPRESSIONS, "List suppressed addresses", _TAG),
    Route(
        "clear_suppression",
        "DELETE",
        f"{_SUPPRESSIONS}/{{address}}",
        "Delete a suppressed address",
        _TAG,
    ),
)
