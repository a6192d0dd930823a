"""The operations of document 004: accounts."""

from collections.abc import Callable
from contextlib import suppress

from functions.http_api.flows import Flows
from functions.logging import trouble
from functions.logging_journal import logger
from mayfly.accounts import schemas as users
from mayfly.accounts.models import Account
from mayfly.admission.callers import account_of, session_of, sessions_of, visit_of, visits_of
from mayfly.admission.limits import confirmation, known, login_attempt
from mayfly.admission.mails import newcomer, untold
from mayfly.errors import InboxNotFound, MailboxesFull, Unauthenticated
from mayfly.inboxes.access import Bearer
from mayfly.inboxes.models import Inbox
from mayfly.kit.http.cookies import (
    SESSION_TOKEN,
    TOKEN,
    check_origin,
    check_write,
    cookie,
    no_cookie,
)
from mayfly.kit.http.messages import Answer, Request, json_answer, with_cookies
from mayfly.kit.tokens.models import Grant
from mayfly.rate_limits.models import Client


def register_user(request: Request, flows: Flows) -> Answer:
    check_origin(request, flows.settings.cors_origin)
    sent = request.document("email", "password", "fullName")
    email, password = users.required_text(sent, "email"), users.required_text(sent, "password")
    full_name = users.full_name(sent)
    with newcomer(request, email, flows):
        flows.registry.register(email, password, full_name)
    return json_answer(users.registered(bool(flows.settings.sender_address)), 201)


def verify_user(request: Request, flows: Flows) -> Answer:
    check_origin(request, flows.settings.cors_origin)
    sent = request.document("token", "password")
    token, password = users.required_text(sent, "token"), users.required_text(sent, "password")
    account = flows.verifier.claimed(token)
    with confirmation(Client("verification", str(account.id)), flows):
        account = flows.verifier.verify(account, password)
    return json_answer(users.verified(account))


def login_user(request: Request, flows: Flows) -> Answer:
    check_origin(request, flows.settings.cors_origin)
    sent = request.document("email", "password", "migrateSession")
    wants_migration = users.wants_migration(sent)
    session = _session(request, flows) if wants_migration else None
    email, password = users.required_text(sent, "email"), users.required_text(sent, "password")
    here = Client.at(request.client)
    with login_attempt(email, flows, here):
        account, token = flows.membership.login(email, password)
    known(email, flows, here)
    message, migrated = users.LOGGED_IN, None
    if wants_migration:
        message, migrated = _migrated(session, flows, account)
    answer = with_cookies(
        json_answer(users.logged_in(account, token, message, migrated)),
        cookie(request, TOKEN, token.text, flows.settings.account_token_lifetime),
    )
    # A session that was not moved, though it was asked for, is still all that opens its mail.
    is_left = wants_migration and session is not None and migrated is None
    return answer if is_left else with_cookies(answer, no_cookie(request, SESSION_TOKEN))


def _session(request: Request, flows: Flows) -> Grant | None:
    try:
        return session_of(request, flows)
    except Unauthenticated:
        return None


def _migrated(session: Grant | None, flows: Flows, account: Account) -> tuple[str, Inbox | None]:
    if session is None:
        return users.NO_SESSION, None
    try:
        mailbox = flows.landlord.adopt(account, session)
    except (Unauthenticated, InboxNotFound):
        return users.NO_SESSION, None
    except MailboxesFull as error:
        return users.not_migrated(str(error)), None
    return users.MIGRATED, mailbox


def logout_user(request: Request, flows: Flows) -> Answer:
    if "authorization" in request.headers:
        flows.membership.logout(visit_of(request, flows))
    else:
        check_write(request, flows.settings.cors_origin)
        with suppress(Unauthenticated):
            for visit in visits_of(request, flows):
                flows.membership.logout(visit)
        with suppress(Unauthenticated):
            for grant in sessions_of(request, flows):
                with suppress(Unauthenticated, InboxNotFound):
                    flows.concierge.revoke(Bearer(str(grant.inbox), grant))
    return _good_bye(request, users.LOGGED_OUT)


def show_user(request: Request, flows: Flows) -> Answer:
    return json_answer(users.user(account_of(request, flows)))


def update_profile(request: Request, flows: Flows) -> Answer:
    account = account_of(request, flows)
    name = users.full_name(request.document("fullName"), is_required=True)
    return json_answer(users.changed(flows.membership.rename(account, name)))


def change_password(request: Request, flows: Flows) -> Answer:
    visit = visit_of(request, flows)
    sent = request.document("currentPassword", "newPassword")
    current = users.required_text(sent, "currentPassword")
    wanted = users.required_text(sent, "newPassword")
    with confirmation(Client("session", visit.session), flows):
        flows.membership.change_password(visit, current, wanted)
    with untold():
        flows.recovery.tell(visit.account, has_reset=False)
    return json_answer(users.said(users.PASSWORD_CHANGED))


def forget_password(request: Request, flows: Flows) -> Answer:
    check_origin(request, flows.settings.cors_origin)
    email = users.required_text(request.document("email"), "email")
    with newcomer(request, email, flows):
        flows.recovery.ask(email)
    return json_answer(users.said(users.MAILED), 202)


def reset_password(request: Request, flows: Flows) -> Answer:
    check_origin(request, flows.settings.cors_origin)
    sent = request.document("token", "password")
    token, password = users.required_text(sent, "token"), users.required_text(sent, "password")
    account = flows.recovery.reset(token, password)
    with untold():
        flows.recovery.tell(account, has_reset=True)
    return json_answer(users.reset(account))


def delete_user(request: Request, flows: Flows) -> Answer:
    visit = visit_of(request, flows)
    account = visit.account
    password = users.required_text(request.document("password"), "password")
    with confirmation(Client("session", visit.session), flows):
        flows.membership.leave(account, password)
    try:
        flows.claimer.leave(str(account.id))
        flows.approval_desk.forget(str(account.id))
    except Exception as error:  # the account is gone; what is left of it ends by a look or a list
        logger.warning("Domains left behind", **trouble(error))
    return _good_bye(request, users.DELETED)


def _good_bye(request: Request, message: str) -> Answer:
    cleared = (no_cookie(request, name) for name in (TOKEN, SESSION_TOKEN))
    return with_cookies(json_answer(users.said(message)), *cleared)


OPERATIONS: dict[str, Callable[[Request, Flows], Answer]] = {
    "register_user": register_user,
    "verify_user": verify_user,
    "login_user": login_user,
    "logout_user": logout_user,
    "show_user": show_user,
    "delete_user": delete_user,
    "update_profile": update_profile,
    "change_password": change_password,
    "forget_password": forget_password,
    "reset_password": reset_password,
}
