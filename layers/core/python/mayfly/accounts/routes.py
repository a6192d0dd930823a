"""The operations of document 004: accounts."""

from collections.abc import Callable
from contextlib import suppress

from functions.http_api.logging import logger
from functions.logging import trouble
from mayfly.accounts import schemas as users
from mayfly.accounts.models import Account
from mayfly.admission.callers import account_of, session_of, sessions_of, visit_of, visits_of
from mayfly.admission.limits import confirmation, known, login_attempt
from mayfly.admission.mails import newcomer, untold
from mayfly.assembly import Assembly
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
from mayfly.kit.http.routing import (
    BAD_BODY,
    CONFIRM,
    CREATE,
    LARGE_BODY,
    LOGIN,
    Good,
    Operation,
    Route,
    octets,
)
from mayfly.kit.tokens.models import TokenClaims
from mayfly.mailboxes.schemas import LIST_PARAMETERS, QR_TYPE
from mayfly.rate_limits.models import Client
from mayfly.rate_limits.service import LOGIN_TO_ACCOUNT


def register_user(request: Request, flows: Assembly) -> Answer:
    check_origin(request, flows.settings.cors_origin)
    sent = request.document("email", "password", "fullName")
    email, password = users.required_text(sent, "email"), users.required_text(sent, "password")
    full_name = users.full_name(sent)
    with newcomer(request, email, flows):
        flows.accounts.registration.register(email, password, full_name)
    return json_answer(users.registered(bool(flows.settings.sender_address)), 201)


def verify_user(request: Request, flows: Assembly) -> Answer:
    check_origin(request, flows.settings.cors_origin)
    sent = request.document("token", "password")
    token, password = users.required_text(sent, "token"), users.required_text(sent, "password")
    account = flows.accounts.verification.claimed(token)
    with confirmation(Client("verification", str(account.id)), flows):
        account = flows.accounts.verification.verify(account, password)
    return json_answer(users.verified(account))


def login_user(request: Request, flows: Assembly) -> Answer:
    check_origin(request, flows.settings.cors_origin)
    sent = request.document("email", "password", "migrateSession")
    wants_migration = users.wants_migration(sent)
    session = _session(request, flows) if wants_migration else None
    email, password = users.required_text(sent, "email"), users.required_text(sent, "password")
    here = Client.at(request.client)
    with login_attempt(email, flows, here):
        account, token = flows.accounts.service.login(email, password)
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


def _session(request: Request, flows: Assembly) -> TokenClaims | None:
    try:
        return session_of(request, flows)
    except Unauthenticated:
        return None


def _migrated(
    session: TokenClaims | None, flows: Assembly, account: Account
) -> tuple[str, Inbox | None]:
    if session is None:
        return users.NO_SESSION, None
    try:
        mailbox = flows.mailboxes.service.adopt(account, session)
    except (Unauthenticated, InboxNotFound):
        return users.NO_SESSION, None
    except MailboxesFull as error:
        return users.not_migrated(str(error)), None
    return users.MIGRATED, mailbox


def logout_user(request: Request, flows: Assembly) -> Answer:
    if "authorization" in request.headers:
        flows.accounts.service.logout(visit_of(request, flows))
    else:
        check_write(request, flows.settings.cors_origin)
        with suppress(Unauthenticated):
            for visit in visits_of(request, flows):
                flows.accounts.service.logout(visit)
        with suppress(Unauthenticated):
            for grant in sessions_of(request, flows):
                with suppress(Unauthenticated, InboxNotFound):
                    flows.private_inboxes.service.revoke(Bearer(str(grant.inbox), grant))
    return _good_bye(request, users.LOGGED_OUT)


def show_user(request: Request, flows: Assembly) -> Answer:
    return json_answer(users.user(account_of(request, flows)))


def update_profile(request: Request, flows: Assembly) -> Answer:
    account = account_of(request, flows)
    name = users.full_name(request.document("fullName"), is_required=True)
    return json_answer(users.changed(flows.accounts.service.rename(account, name)))


def change_password(request: Request, flows: Assembly) -> Answer:
    visit = visit_of(request, flows)
    sent = request.document("currentPassword", "newPassword")
    current = users.required_text(sent, "currentPassword")
    wanted = users.required_text(sent, "newPassword")
    with confirmation(Client("session", visit.session), flows):
        flows.accounts.service.change_password(visit, current, wanted)
    with untold():
        flows.accounts.recovery.tell(visit.account, has_reset=False)
    return json_answer(users.said(users.PASSWORD_CHANGED))


def forget_password(request: Request, flows: Assembly) -> Answer:
    check_origin(request, flows.settings.cors_origin)
    email = users.required_text(request.document("email"), "email")
    with newcomer(request, email, flows):
        flows.accounts.recovery.ask(email)
    return json_answer(users.said(users.MAILED), 202)


def reset_password(request: Request, flows: Assembly) -> Answer:
    check_origin(request, flows.settings.cors_origin)
    sent = request.document("token", "password")
    token, password = users.required_text(sent, "token"), users.required_text(sent, "password")
    account = flows.accounts.recovery.reset(token, password)
    with untold():
        flows.accounts.recovery.tell(account, has_reset=True)
    return json_answer(users.reset(account))


def delete_user(request: Request, flows: Assembly) -> Answer:
    visit = visit_of(request, flows)
    account = visit.account
    password = users.required_text(request.document("password"), "password")
    with confirmation(Client("session", visit.session), flows):
        flows.accounts.service.leave(account, password)
    try:
        flows.domains.claims.leave(str(account.id))
        flows.accounts.approval.forget(str(account.id))
    except Exception as error:  # the account is gone; what is left of it ends by a look or a list
        logger.warning("Domains left behind", **trouble(error))
    return _good_bye(request, users.DELETED)


def _good_bye(request: Request, message: str) -> Answer:
    cleared = (no_cookie(request, name) for name in (TOKEN, SESSION_TOKEN))
    return with_cookies(json_answer(users.said(message)), *cleared)


OPERATIONS: dict[str, Callable[[Request, Assembly], Answer]] = {
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

_COOKIE = {"Set-Cookie": "The cookies `token` and `sessionToken`, set or cleared"}
_BUSY = "The keys of tokens cannot be had, or too many wrote at once; it can be tried again"
_CROSS_SITE = "A page of another site sent this"
_NOBODY = "There is no token or cookie of an account, or its session has ended"
_READS = {401: _NOBODY, 503: _BUSY}
_WRITES = {
    400: BAD_BODY,
    401: _NOBODY,
    403: _CROSS_SITE,
    413: LARGE_BODY,
    503: _BUSY,
}
_NO_MAILBOX = "There is no such mailbox: it never was, is deleted or somebody else's"
_ABOUT_COOKIES = (
    "The cookie `token` works as well as a bearer token. A write with a cookie is refused when a"
    " browser says that another site's page sent it."
)

_HOLDERS = [TOKEN, SESSION_TOKEN]

ACCOUNT_OPERATIONS: dict[str, Operation] = {
    "register_user": Operation(
        [Good(201, "Whether the address was free is not said", "Registered")],
        {
            400: f"{BAD_BODY}, or the address or the password cannot be",
            403: _CROSS_SITE,
            413: LARGE_BODY,
            503: _BUSY,
        },
        about=(
            "The answer is the same for an address that has an account, so that nobody learns who"
            " has one; then nothing is changed. Where this service sends mail, one goes to the"
            " address: with a token for `POST /api/users/verify`, or saying that there is an"
            " account. Registering once more sends another, and a token before it is dead."
        ),
        body="Registration",
        body_required=True,
    ),
    "verify_user": Operation(
        [Good(200, "The account may log in", "ChangedUser")],
        {
            400: BAD_BODY,
            401: "The token verifies nothing (any more), or this is not the account's password",
            403: _CROSS_SITE,
            413: LARGE_BODY,
            503: _BUSY,
        },
        about=(
            "Only where this service sends mail. The token is in the mail, and good for 24 hours; a"
            " repeat changes nothing. It is no session: log in then."
        ),
        body="Verification",
        body_required=True,
    ),
    "login_user": Operation(
        [Good(200, "A new session", "LoggedIn", headers=_COOKIE)],
        {
            400: BAD_BODY,
            401: "There is no account with this e-mail address and password, or it is not verified",
            403: _CROSS_SITE,
            413: LARGE_BODY,
            503: _BUSY,
        },
        about=(
            "With `migrateSession` the anonymous session's mailbox becomes the account's, with its"
            " messages and an account's lifetime. If it cannot, `message` says why, and"
            " `migratedMailbox` is not there."
        ),
        body="Login",
        body_required=True,
        cookies=[SESSION_TOKEN],
    ),
    "logout_user": Operation(
        [Good(200, "The sessions have ended", "Said", headers=_COOKIE)],
        {**_WRITES, 401: "The bearer token is not an account's, or its session has ended"},
        about=(
            "Ends the account's session and an anonymous one, and clears both cookies. Without"
            " either it does nothing."
        ),
        cookies=[TOKEN, SESSION_TOKEN],
    ),
    "show_user": Operation(
        [Good(200, "The account", "User")],
        _READS,
        about=_ABOUT_COOKIES,
        needs_token=True,
        cookies=[TOKEN],
    ),
    "delete_user": Operation(
        [Good(200, "It is gone, with its mailboxes and their mail", "Said", headers=_COOKIE)],
        {**_WRITES, 401: f"{_NOBODY}; or this is not its password"},
        body="Farewell",
        body_required=True,
        needs_token=True,
        cookies=[TOKEN],
    ),
    "update_profile": Operation(
        [Good(200, "The account as it is now", "ChangedUser")],
        _WRITES,
        body="Profile",
        body_required=True,
        needs_token=True,
        cookies=[TOKEN],
    ),
    "change_password": Operation(
        [Good(200, "It is changed, and all other sessions have ended", "Said")],
        {**_WRITES, 401: f"{_NOBODY}; or this is not its password"},
        about="API keys go on: who fears for them revokes them (`GET /api/v1/keys`).",
        body="NewPassword",
        body_required=True,
        needs_token=True,
        cookies=[TOKEN],
    ),
    "forget_password": Operation(
        [Good(202, "Whether the address has an account is not said", "Said")],
        {
            400: f"{BAD_BODY}, or no mail can be sent to this address",
            403: f"This service sends no mail: admins hand tokens out; or: {_CROSS_SITE}",
            413: LARGE_BODY,
            503: _BUSY,
        },
        about=(
            "One mail goes to the address: with a token for `POST /api/users/password/reset`, or"
            " saying that there is no account. A token is good once, for 30 minutes, until the next"
            " is asked for or the password changes."
        ),
        body="ForgottenPassword",
        body_required=True,
    ),
    "reset_password": Operation(
        [Good(200, "It is changed, and all sessions have ended", "ChangedUser")],
        {
            400: f"{BAD_BODY}, or the password cannot be; the token stays good",
            401: "The token resets nothing, or not any more",
            403: _CROSS_SITE,
            413: LARGE_BODY,
            503: _BUSY,
        },
        about=(
            "Verifies the e-mail address as well. It is no session: log in then. API keys go on:"
            " who fears for them revokes them (`GET /api/v1/keys`). A mail tells the owner."
        ),
        body="PasswordReset",
        body_required=True,
    ),
    "create_session": Operation(
        [
            Good(201, "A new session with a new mailbox", "NewSession", headers=_COOKIE),
            Good(200, "The session that was sent goes on", "NewSession"),
        ],
        {
            400: f"{BAD_BODY}, or the domain is none of ours",
            403: f"This service does not make private inboxes; or: {_CROSS_SITE}",
            409: "No free name was found; it can be tried again",
            413: LARGE_BODY,
            503: _BUSY,
        },
        body="WantedSession",
        cookies=[SESSION_TOKEN],
    ),
    "show_session": Operation(
        [Good(200, "The session goes on", "Session")],
        {401: "There is no session, or it has ended", 503: _BUSY},
        needs_token=True,
        cookies=[SESSION_TOKEN],
    ),
    "create_mailbox": Operation(
        [Good(201, "The new mailbox", "Mailbox", headers={"Location": "The mailbox's URL"})],
        {
            **_WRITES,
            400: f"{BAD_BODY}, the alias cannot be, or the domain is none of ours",
            409: "The alias is taken, or the account has as many mailboxes as it may have",
        },
        body="WantedMailbox",
        needs_token=True,
        cookies=[TOKEN],
    ),
    "list_mailboxes": Operation(
        [Good(200, "The active mailboxes, oldest first", "Mailboxes")],
        {**_READS, 400: "A parameter cannot be"},
        LIST_PARAMETERS,
        needs_token=True,
        cookies=[TOKEN],
    ),
    "show_mailbox": Operation(
        [Good(200, "The mailbox, active or expired", "Mailbox")],
        {**_READS, 404: _NO_MAILBOX},
        needs_token=True,
        cookies=_HOLDERS,
    ),
    "delete_mailbox": Operation(
        [Good(200, "It is gone, with all it held", "DeletedMailbox", headers=_COOKIE)],
        {**_WRITES, 404: _NO_MAILBOX},
        about="An anonymous session ends with its mailbox.",
        needs_token=True,
        cookies=_HOLDERS,
    ),
    "mailbox_qr": Operation(
        octets("A picture; scanned, it offers to write to the address", QR_TYPE),
        {**_READS, 404: _NO_MAILBOX},
        needs_token=True,
        cookies=_HOLDERS,
    ),
    "extend_mailbox": Operation(
        [Good(200, "The mailbox as it is now", "Mailbox")],
        {
            **_WRITES,
            404: _NO_MAILBOX,
            409: "It lives as long as it may already, the account has no free place for it, or has"
            " lost its domain",
        },
        about=(
            "A week from its end, or from now if it has expired; but no longer than a mail of now"
            " is kept."
        ),
        needs_token=True,
        cookies=[TOKEN],
    ),
}

_ACCOUNTS = "accounts"
_SESSIONS = "anonymous sessions"
_MAILBOXES = "mailboxes"

ACCOUNT_ROUTES: tuple[Route, ...] = (
    Route("register_user", "POST", "/api/users/register", "Create an account", _ACCOUNTS, LOGIN),
    Route("verify_user", "POST", "/api/users/verify", "Verify an email address", _ACCOUNTS, LOGIN),
    Route(LOGIN_TO_ACCOUNT, "POST", "/api/users/login", "Log in", _ACCOUNTS, LOGIN),
    Route("logout_user", "POST", "/api/users/logout", "Log out", _ACCOUNTS),
    Route("show_user", "GET", "/api/users/me", "Get the account", _ACCOUNTS),
    Route("delete_user", "DELETE", "/api/users/me", "Delete the account", _ACCOUNTS, CONFIRM),
    Route("update_profile", "PUT", "/api/users/profile", "Update the profile", _ACCOUNTS),
    Route(
        "change_password",
        "POST",
        "/api/users/change-password",
        "Change the password",
        _ACCOUNTS,
        CONFIRM,
    ),
    Route(
        "forget_password",
        "POST",
        "/api/users/password/forgot",
        "Request a password reset",
        _ACCOUNTS,
        LOGIN,
    ),
    Route(
        "reset_password",
        "POST",
        "/api/users/password/reset",
        "Reset the password",
        _ACCOUNTS,
        LOGIN,
    ),
    Route(
        "create_session",
        "POST",
        "/api/session",
        "Create an anonymous session",
        _SESSIONS,
        CREATE,
    ),
    Route("show_session", "GET", "/api/session", "Get the session's mailbox", _SESSIONS),
    Route(
        "create_mailbox", "POST", "/api/user/mailbox/create", "Create a mailbox", _MAILBOXES, CREATE
    ),
    Route("list_mailboxes", "GET", "/api/user/mailbox", "List mailboxes", _MAILBOXES),
    Route("show_mailbox", "GET", "/api/user/mailbox/{mailboxId}", "Get a mailbox", _MAILBOXES),
    Route(
        "delete_mailbox", "DELETE", "/api/user/mailbox/{mailboxId}", "Delete a mailbox", _MAILBOXES
    ),
    Route(
        "extend_mailbox",
        "POST",
        "/api/user/mailbox/{mailboxId}/extend",
        "Extend a mailbox",
        _MAILBOXES,
    ),
    Route(
        "mailbox_qr",
        "GET",
        "/api/user/mailbox/{mailboxId}/qr",
        "Get a mailbox's QR code",
        _MAILBOXES,
    ),
)
