"""The operations of accounts: registering, logging in and out, and what an account says."""

from contextlib import suppress
from dataclasses import replace

from mayfly.accounts.models import Account
from mayfly.accounts.schemas import (
    ChangedUser,
    Farewell,
    LoggedIn,
    Login,
    MigratedMailbox,
    Profile,
    Registered,
    Registration,
    Said,
    User,
    Verification,
)
from mayfly.accounts.tokens import AccountSession
from mayfly.admission.callers import (
    ACCOUNT,
    ACCOUNT_SESSION,
    OWN_SITE,
    account_session_of,
    account_sessions_of,
    session_of,
    sessions_of,
)
from mayfly.admission.limits import (
    LOGIN_TO_ACCOUNT,
    confirmation,
    login_attempt,
    newcomer,
    remember_login,
)
from mayfly.errors import InboxNotFound, MailboxesFull, Unauthenticated
from mayfly.inboxes.access import Bearer
from mayfly.kit.http.cookies import (
    SESSION_TOKEN,
    SET_COOKIES,
    TOKEN,
    check_write,
    cookie,
    no_cookie,
)
from mayfly.kit.http.log import logger
from mayfly.kit.http.route import ANYONE, BAD_BODY, BUSY, CONFIRM, CROSS_SITE, LOGIN, Call, Routes
from mayfly.kit.log import describe
from mayfly.kit.tokens.models import TokenClaims
from mayfly.proof_of_work.routes import NO_PROOF, PROOF_PARAMETER, check_proof
from mayfly.rate_limits.models import Client

_ME = "/api/users/me"
WRONG_PASSWORD = f"{ACCOUNT_SESSION.errors[401]}; or this is not its password"
_LEAVING = replace(
    ANYONE,
    errors={401: "The bearer token is not an account's, or its session has ended", 503: BUSY},
    cookies=(TOKEN, SESSION_TOKEN),
)
_REGISTERED = "If this address was free, your account is ready: log in"
MAILED = "A mail to this address says how to go on"
_LOGGED_IN = "Login successful"
_MIGRATED = (
    f"{_LOGGED_IN}. Your anonymous mailbox has been transferred to your account with extended"
    " expiry!"
)
_NO_SESSION = f"{_LOGGED_IN}. There was no anonymous mailbox to transfer"
_NOT_MIGRATED = f"{_LOGGED_IN}. Your anonymous mailbox was not transferred"
api = Routes("accounts")


@api(
    "POST",
    "/api/users/register",
    "Create an account",
    OWN_SITE,
    means="Whether the address was free is not said",
    status=201,
    errors={
        400: f"{BAD_BODY}, or the address or the password cannot be",
        403: f"{CROSS_SITE}; or {NO_PROOF}",
    },
    query=[PROOF_PARAMETER],
    limit=LOGIN,
)
def register_user(call: Call[None, Registration]) -> Registered:
    """The answer is the same for an address that has an account, so that nobody learns who has one;
    then nothing is changed. Where this service sends mail, one goes to the address: with a token
    for `POST /api/users/verify`, or saying that there is an account. Registering once more sends
    another, and a token before it is dead.
    """
    sent = call.body
    name = sent.name()
    check_proof(call.request, call.flows)
    with newcomer(call.request, sent.email, call.flows):
        call.flows.accounts.registration.register(sent.email, sent.password, name)
    is_mailed = bool(call.flows.settings.sender_address)
    message = MAILED if is_mailed else _REGISTERED
    return Registered(message=message, verification_required=is_mailed)


@api(
    "POST",
    "/api/users/verify",
    "Verify an e-mail address",
    OWN_SITE,
    means="The account may log in",
    errors={401: "The token verifies nothing (any more), or this is not the account's password"},
    limit=LOGIN,
)
def verify_user(call: Call[None, Verification]) -> ChangedUser:
    """Only where this service sends mail. The token is in the mail, and good for 24 hours; a repeat
    changes nothing. It is no session: log in then.
    """
    account = call.flows.accounts.verification.claimed(call.body.token)
    with confirmation(Client("verification", str(account.id)), call.flows):
        account = call.flows.accounts.verification.verify(account, call.body.password)
    return ChangedUser(message="Your e-mail address is verified: log in", user=User.of(account))


@api(
    "POST",
    "/api/users/login",
    "Log in",
    replace(OWN_SITE, cookies=(SESSION_TOKEN,)),
    means="A new session",
    headers=SET_COOKIES,
    errors={
        401: "There is no account with this e-mail address and password, or it is not verified"
    },
    limit=LOGIN,
    operation=LOGIN_TO_ACCOUNT,
)
def login_user(call: Call[None, Login]) -> LoggedIn:
    """With `migrateSession` the anonymous session's mailbox becomes the account's, with its
    messages and an account's lifetime. If it cannot, `message` says why, and `migratedMailbox` is
    not there.
    """
    sent, flows = call.body, call.flows
    session = _session(call) if sent.migrate_session else None
    here = Client.at(call.request.client)
    with login_attempt(sent.email, flows, here):
        account, token = flows.accounts.service.login(sent.email, sent.password)
    remember_login(sent.email, flows, here)
    answer = LoggedIn(message=_LOGGED_IN, token=token.text, user=User.of(account))
    lifetime = flows.settings.account_token_lifetime
    call.cookies.append(cookie(call.request, TOKEN, token.text, lifetime))
    if sent.migrate_session and not _migrated(call, answer, session, account) and session:
        return answer  # a session that was not moved, as was asked for, is all that opens its mail
    call.cookies.append(no_cookie(call.request, SESSION_TOKEN))
    return answer


def _session(call: Call[None, Login]) -> TokenClaims | None:
    try:
        return session_of(call.request, call.flows)
    except Unauthenticated:
        return None


def _migrated(
    call: Call[None, Login], answer: LoggedIn, session: TokenClaims | None, account: Account
) -> bool:
    """Whether the session's mailbox is the account's now; the answer says so, or why not."""
    answer.message = _NO_SESSION
    if session is None:
        return False
    try:
        mailbox = call.flows.mailboxes.migration.adopt(account, session)
    except (Unauthenticated, InboxNotFound):
        return False
    except MailboxesFull as error:
        answer.message = f"{_NOT_MIGRATED}: {error}"
        return False
    answer.message, answer.migrated_mailbox = _MIGRATED, MigratedMailbox.of(mailbox)
    return True


@api(
    "POST",
    "/api/users/logout",
    "Log out",
    _LEAVING,
    means="The sessions have ended",
    headers=SET_COOKIES,
)
def logout_user(call: Call[None, None]) -> Said:
    """Ends the account's session and an anonymous one, and clears both cookies. Without either it
    does nothing.
    """
    request, flows = call.request, call.flows
    if "authorization" in request.headers:
        flows.accounts.service.logout(account_session_of(request, flows))
    else:
        check_write(request, flows.settings.cors_origin)
        with suppress(Unauthenticated):
            for caller in account_sessions_of(request, flows):
                flows.accounts.service.logout(caller)
        with suppress(Unauthenticated):
            for grant in sessions_of(request, flows):
                with suppress(Unauthenticated, InboxNotFound):
                    flows.private_inboxes.service.revoke(Bearer(str(grant.inbox), grant))
    call.cookies += (no_cookie(call.request, name) for name in (TOKEN, SESSION_TOKEN))
    return Said(message="Logout successful")


@api("GET", _ME, "Show the account", ACCOUNT, means="The account")
def show_user(call: Call[Account, None]) -> User:
    """The cookie `token` works as well as a bearer token. A write with a cookie is refused when a
    browser says that another site's page sent it.
    """
    return User.of(call.caller)


@api(
    "DELETE",
    _ME,
    "Delete the account",
    ACCOUNT_SESSION,
    means="It is gone, with its mailboxes and their mail",
    headers=SET_COOKIES,
    errors={401: WRONG_PASSWORD},
    limit=CONFIRM,
)
def delete_user(call: Call[AccountSession, Farewell]) -> Said:
    account, flows = call.caller.account, call.flows
    with confirmation(Client("session", call.caller.session), flows):
        flows.accounts.service.leave(account, call.body.password)
    try:
        flows.domains.claims.leave(str(account.id))
        flows.accounts.approval.forget(str(account.id))
        flows.forwarding.service.forget(str(account.id))
        flows.templates.service.forget(str(account.id))
    except Exception as error:  # the account is gone; what is left of it ends by a look or a list
        logger.warning("Domains left behind", **describe(error))
    call.cookies += (no_cookie(call.request, name) for name in (TOKEN, SESSION_TOKEN))
    return Said(message="Your account and its mailboxes have been deleted")


@api("PUT", "/api/users/profile", "Change the name", ACCOUNT, means="The account as it is now")
def update_profile(call: Call[Account, Profile]) -> ChangedUser:
    changed = call.flows.accounts.service.rename(call.caller, call.body.name())
    return ChangedUser(message="Profile updated", user=User.of(changed))
