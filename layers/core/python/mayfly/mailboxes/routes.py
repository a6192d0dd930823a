"""The operations of an account's mailboxes, and of anonymous sessions with one."""

from dataclasses import replace
from typing import TYPE_CHECKING

from mayfly.accounts.models import Account
from mayfly.admission.callers import (
    ACCOUNT,
    HOLDER,
    OWN_SITE,
    SESSION,
    account_of,
    inbox_of,
    session_holder,
    session_of,
)
from mayfly.admission.limits import making
from mayfly.errors import Unauthenticated
from mayfly.inboxes.access import Bearer, Holder
from mayfly.kit.http.cookies import SESSION_TOKEN, SET_COOKIES, cookie, no_cookie
from mayfly.kit.http.downloads import octets
from mayfly.kit.http.messages import Answer, Request, json_answer
from mayfly.kit.http.route import BAD_BODY, CREATE, CROSS_SITE, Call, Caller, Good, Routes
from mayfly.kit.tokens.models import TokenClaims
from mayfly.mailboxes.schemas import (
    LIST_PARAMETERS,
    QR_TYPE,
    DeletedMailbox,
    Mailbox,
    Mailboxes,
    NewSession,
    Session,
    SessionMailbox,
    WantedMailbox,
    WantedSession,
    qr_code,
    wants_expired,
)
from mayfly.proof_of_work.routes import NO_PROOF, PROOF_PARAMETER, check_proof
from mayfly.rate_limits.models import Client

if TYPE_CHECKING:
    from mayfly.assembly import Assembly

_MAILBOXES = "/api/user/mailbox"
_MAILBOX = "/api/user/mailbox/{mailboxId}"
_NO_MAILBOX = {404: "There is no such mailbox: it never was, is deleted or somebody else's"}
sessions = Routes("anonymous sessions")
api = Routes("mailboxes")


@sessions(
    "POST",
    "/api/session",
    "Begin an anonymous session",
    replace(OWN_SITE, cookies=(SESSION_TOKEN,)),
    answers=[
        Good(201, "A new session with a new mailbox", NewSession, headers=SET_COOKIES),
        Good(200, "The session that was sent goes on", NewSession),
    ],
    errors={
        400: f"{BAD_BODY}, or the domain is none of ours",
        403: f"This service does not make private inboxes; or {NO_PROOF}; or: {CROSS_SITE}",
        409: "No free name was found; it can be tried again",
    },
    query=[PROOF_PARAMETER],
    limit=CREATE,
)
def create_session(call: Call[None, WantedSession]) -> Answer:
    request, flows = call.request, call.flows
    try:
        inbox = inbox_of(session_of(request, flows), flows)
    except Unauthenticated:
        check_proof(request, flows)
        with making(flows, Client.at(request.client)):
            made = flows.private_inboxes.service.make(
                call.body.domain, flows.settings.private_lifetime
            )
        token, lifetime = made.token.text, made.token.expires_at - flows.now()
        call.cookies.append(cookie(request, SESSION_TOKEN, token, lifetime))
        mailbox = SessionMailbox.named(made.inbox)
        return json_answer(NewSession(session_token=token, mailbox=mailbox), 201)
    sent = request.token if "authorization" in request.headers else request.cookie(SESSION_TOKEN)
    return json_answer(NewSession(session_token=sent, mailbox=SessionMailbox.named(inbox)))


@sessions("GET", "/api/session", "Show an anonymous session", SESSION, means="The session goes on")
def show_session(call: Call[TokenClaims, None]) -> Session:
    return Session(mailbox=SessionMailbox.named(inbox_of(call.caller, call.flows)))


@api(
    "POST",
    f"{_MAILBOXES}/create",
    "Create a mailbox",
    ACCOUNT,
    means="The new mailbox",
    status=201,
    headers={"Location": "The mailbox's URL"},
    errors={
        400: f"{BAD_BODY}, the alias cannot be, or the domain is none of ours",
        409: "The alias is taken, or the account has as many mailboxes as it may have",
    },
    limit=CREATE,
)
def create_mailbox(call: Call[Account, WantedMailbox]) -> Mailbox:
    account, flows = call.caller, call.flows
    with making(flows, Client("account", str(account.id)), Client.at(call.request.client)):
        inbox = flows.mailboxes.service.make(account, call.body.alias, call.body.domain)
    call.created(f"{_MAILBOXES}/{inbox.id}")
    return Mailbox.of(inbox, flows.now())


@api(
    "GET",
    _MAILBOXES,
    "List mailboxes",
    ACCOUNT,
    means="The active mailboxes, oldest first",
    query=LIST_PARAMETERS,
)
def list_mailboxes(call: Call[Account, None]) -> Mailboxes:
    with_expired, now = wants_expired(call.request.query), call.flows.now()
    found = call.flows.mailboxes.service.mailboxes(call.caller)
    listed = [each for each in found if with_expired or each.is_active(now)]
    return Mailboxes.of(listed, call.flows.settings.max_mailboxes_per_user, now)


@api(
    "GET",
    _MAILBOX,
    "Show a mailbox",
    HOLDER,
    means="The mailbox, active or expired",
    errors=_NO_MAILBOX,
)
def show_mailbox(call: Call[Holder, None]) -> Mailbox:
    return Mailbox.of(call.flows.mailboxes.service.show(call.caller), call.flows.now())


def _session_or_account(request: Request, flows: "Assembly") -> Bearer | Account:
    bearer = session_holder(request, flows, request.parameters["mailboxId"])
    return bearer or account_of(request, flows)


@api(
    "DELETE",
    _MAILBOX,
    "Delete a mailbox",
    Caller(_session_or_account, HOLDER.errors, cookies=HOLDER.cookies),
    means="It is gone, with all it held",
    headers=SET_COOKIES,
    errors=_NO_MAILBOX,
)
def delete_mailbox(call: Call[Bearer | Account, None]) -> DeletedMailbox:
    """An anonymous session ends with its mailbox."""
    if isinstance(call.caller, Bearer):
        closed = call.flows.private_inboxes.service.close(call.caller)
        call.cookies.append(no_cookie(call.request, SESSION_TOKEN))
    else:
        closed = call.flows.mailboxes.service.close(call.caller, call.parameter("mailboxId"))
    return DeletedMailbox(message="Mailbox deleted", id=str(closed.id))


@api(
    "POST",
    f"{_MAILBOX}/extend",
    "Extend a mailbox",
    ACCOUNT,
    means="The mailbox as it is now",
    errors={
        **_NO_MAILBOX,
        409: "It lives as long as it may already, the account has no free place for it, or has lost"
        " its domain",
    },
)
def extend_mailbox(call: Call[Account, None]) -> Mailbox:
    """A week from its end, or from now if it has expired; but no longer than an email of now is
    kept.
    """
    inbox = call.flows.mailboxes.service.extend(call.caller, call.parameter("mailboxId"))
    return Mailbox.of(inbox, call.flows.now())


@api(
    "GET",
    f"{_MAILBOX}/qr",
    "Show a mailbox's address as a QR code",
    HOLDER,
    answers=octets("A picture; scanned, it offers to write to the address", QR_TYPE),
    errors=_NO_MAILBOX,
)
def mailbox_qr(call: Call[Holder, None]) -> Answer:
    inbox = call.flows.mailboxes.service.show(call.caller)
    return Answer(200, qr_code(inbox.shown_address), {"Content-Type": QR_TYPE})
