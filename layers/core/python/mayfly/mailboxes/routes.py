"""The operations of document 004: an account's mailboxes, and anonymous sessions with one."""

from collections.abc import Callable

from mayfly.addresses.schemas import wanted_domain
from mayfly.admission.callers import (
    account_of,
    inbox_of,
    mailbox_holder,
    session_holder,
    session_of,
)
from mayfly.admission.limits import making
from mayfly.assembly import Assembly
from mayfly.errors import Unauthenticated
from mayfly.kit.http.cookies import SESSION_TOKEN, check_origin, cookie, no_cookie
from mayfly.kit.http.messages import Answer, Request, json_answer, with_cookies
from mayfly.mailboxes import schemas as mailboxes
from mayfly.mailboxes.schemas import QR_TYPE, qr_code
from mayfly.rate_limits.models import Client


def create_session(request: Request, flows: Assembly) -> Answer:
    check_origin(request, flows.settings.cors_origin)
    domain = wanted_domain(request.document("domain"))
    try:
        inbox = inbox_of(session_of(request, flows), flows)
    except Unauthenticated:
        with making(flows, Client.at(request.client)):
            made = flows.private_inboxes.service.make(domain, flows.settings.private_lifetime)
        lifetime = made.token.expires_at - flows.now()
        return with_cookies(
            json_answer(mailboxes.begun(made.inbox, made.token.text), 201),
            cookie(request, SESSION_TOKEN, made.token.text, lifetime),
        )
    return json_answer(mailboxes.begun(inbox, _session_token(request)))


def show_session(request: Request, flows: Assembly) -> Answer:
    return json_answer(mailboxes.session(inbox_of(session_of(request, flows), flows)))


def _session_token(request: Request) -> str:
    return request.token if "authorization" in request.headers else request.cookie(SESSION_TOKEN)


def create_mailbox(request: Request, flows: Assembly) -> Answer:
    account = account_of(request, flows)
    sent = request.document("alias", "domain")
    alias, domain = mailboxes.alias(sent), wanted_domain(sent)
    with making(flows, Client("account", str(account.id)), Client.at(request.client)):
        inbox = flows.mailboxes.service.make(account, alias, domain)
    location = f"{request.base_url}/api/user/mailbox/{inbox.id}"
    return json_answer(mailboxes.mailbox(inbox, flows.now()), 201, {"Location": location})


def list_mailboxes(request: Request, flows: Assembly) -> Answer:
    account, with_expired = account_of(request, flows), mailboxes.wants_expired(request.query)
    now = flows.now()
    listed = [
        each
        for each in flows.mailboxes.service.mailboxes(account)
        if with_expired or each.is_active(now)
    ]
    most = flows.settings.max_mailboxes_per_user
    return json_answer(mailboxes.mailboxes(listed, most, now))


def show_mailbox(request: Request, flows: Assembly) -> Answer:
    inbox = flows.mailboxes.service.show(
        mailbox_holder(request, flows, request.parameters["mailboxId"])
    )
    return json_answer(mailboxes.mailbox(inbox, flows.now()))


def delete_mailbox(request: Request, flows: Assembly) -> Answer:
    mailbox_id = request.parameters["mailboxId"]
    bearer = session_holder(request, flows, mailbox_id)
    if bearer is not None:
        closed = mailboxes.deleted(flows.private_inboxes.service.close(bearer))
        return with_cookies(json_answer(closed), no_cookie(request, SESSION_TOKEN))
    account = account_of(request, flows)
    return json_answer(mailboxes.deleted(flows.mailboxes.service.close(account, mailbox_id)))


def extend_mailbox(request: Request, flows: Assembly) -> Answer:
    account = account_of(request, flows)
    inbox = flows.mailboxes.service.extend(account, request.parameters["mailboxId"])
    return json_answer(mailboxes.mailbox(inbox, flows.now()))


def mailbox_qr(request: Request, flows: Assembly) -> Answer:
    inbox = flows.mailboxes.service.show(
        mailbox_holder(request, flows, request.parameters["mailboxId"])
    )
    return Answer(200, qr_code(inbox.address), {"Content-Type": QR_TYPE})


OPERATIONS: dict[str, Callable[[Request, Assembly], Answer]] = {
    "create_session": create_session,
    "show_session": show_session,
    "create_mailbox": create_mailbox,
    "list_mailboxes": list_mailboxes,
    "show_mailbox": show_mailbox,
    "delete_mailbox": delete_mailbox,
    "extend_mailbox": extend_mailbox,
    "mailbox_qr": mailbox_qr,
}
