"""The operations of mail that goes out (document 002)."""

from collections.abc import Callable
from dataclasses import replace

from functions.http_api.flows import Flows
from functions.logging import aws_code
from functions.logging_journal import logger
from mayfly import limits
from mayfly.admission.callers import caller_of
from mayfly.api_keys.models import Scope
from mayfly.errors import BodyTooLarge
from mayfly.health.models import Unit
from mayfly.kit.http.messages import Answer, Request, json_answer
from mayfly.sending import draft_schemas as drafts
from mayfly.sending import schemas as outgoing
from mayfly.sending import schemas_outgoing_queries as outgoing_queries
from mayfly.sending import schemas_uploads as uploads
from mayfly.sending.submit import Wish

_UPLOADS = "POST /api/v1/emails/attachments"
_MOST_BYTES = limits.MAX_SENT_REQUEST_BYTES
_LONGER = dict.fromkeys(("text", "html", "attachments"), _MOST_BYTES)


def send_email(request: Request, flows: Flows) -> Answer:
    account = _account(request, flows, Scope.SEND)
    flows.submitter.allotment.terms.check_on()
    try:
        sent = request.document(*drafts.FIELDS, most_bytes=_MOST_BYTES, longer=_LONGER)
    except BodyTooLarge as error:
        raise BodyTooLarge(f"{error}; upload attachments by {_UPLOADS} first") from error
    wish = None
    if "idempotency-key" in request.headers:
        key = drafts.key_hash(request.headers["idempotency-key"])
        wish = Wish(key, drafts.request_hash(sent))
    mail, state = flows.submitter.submit(account, drafts.draft(sent), wish)
    _measure(flows, len(mail.recipients))
    location = f"{request.base_url}/api/v1/emails/{mail.id}"
    accepted = json_answer(outgoing.accepted(mail, state), 202, {"Location": location})
    return replace(accepted, mail=mail.id)


def _measure(flows: Flows, recipients: int) -> None:
    """Count what sending will cost; that must never be why it fails."""
    try:
        flows.meter.count({Unit.SENDS: recipients})
    except Exception as error:
        logger.warning("Not measured", error=type(error).__name__, reason=aws_code(error))


def announce_attachment(request: Request, flows: Flows) -> Answer:
    account = _account(request, flows, Scope.SEND)
    flows.approval_desk.check(account)
    told = uploads.wanted(request.document(*uploads.FIELDS))
    upload, form = flows.uploader.announce(
        account, told.filename, told.content_type, told.size_bytes
    )
    return json_answer(uploads.announced(upload, form), 201)


def list_emails(request: Request, flows: Flows) -> Answer:
    account = _account(request, flows, Scope.READ)
    query = outgoing_queries.email_query(request.query)
    mails, cursor = flows.outtray.page(account, query.wanted, query.limit, query.cursor)
    return json_answer(outgoing.page(mails, cursor))


def email_stats(request: Request, flows: Flows) -> Answer:
    account = _account(request, flows, Scope.READ)
    quota = flows.submitter.allotment.account.quota() if flows.settings.sending else None
    counts = flows.outtray.counts(account)
    standing = flows.approval_desk.standing(account)
    return json_answer(outgoing.stats(counts, quota, flows.settings.sends_per_day, standing))


def show_email(request: Request, flows: Flows) -> Answer:
    account = _account(request, flows, Scope.READ)
    mail = flows.outtray.show(account, request.parameters["emailId"])
    return replace(json_answer(outgoing.details(mail)), mail=mail.id)


def resend_email(request: Request, flows: Flows) -> Answer:
    account = _account(request, flows, Scope.SEND)
    request.document()
    mail = flows.submitter.resend(account, request.parameters["emailId"])
    _measure(flows, len(mail.pending))
    return replace(json_answer(outgoing.accepted(mail, mail.state), 202), mail=mail.id)


def delete_email(request: Request, flows: Flows) -> Answer:
    account = _account(request, flows, Scope.SEND)
    mail, is_gone = flows.outtray.cancel(account, request.parameters["emailId"])
    return replace(json_answer(outgoing.removed(mail, is_gone)), mail=mail.id)


def list_suppressions(request: Request, flows: Flows) -> Answer:
    account = _account(request, flows, Scope.READ)
    limit, after = outgoing_queries.suppression_query(request.query)
    return json_answer(outgoing.suppressions(*flows.outtray.suppressed(account, limit, after)))


def clear_suppression(request: Request, flows: Flows) -> Answer:
    account = _account(request, flows, Scope.SEND)
    cleared = flows.outtray.unsuppress(account, request.parameters["address"])
    return json_answer(outgoing.suppression(cleared))


def _account(request: Request, flows: Flows, scope: Scope) -> str:
    return str(caller_of(request, flows, scope).id)


OPERATIONS: dict[str, Callable[[Request, Flows], Answer]] = {
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
