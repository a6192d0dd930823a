"""Authenticate callers: accounts and sessions, by bearer token, by cookie or by API key."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TypeVar

from mayfly.accounts.models import Account
from mayfly.accounts.tokens import AccountSession
from mayfly.api_keys.models import Scope
from mayfly.assembly import Assembly
from mayfly.errors import InboxNotFound, Unauthenticated
from mayfly.inboxes.access import Bearer, Holder, Owner
from mayfly.inboxes.models import Inbox
from mayfly.kit.http.cookies import SESSION_TOKEN, TOKEN, check_origin, check_write
from mayfly.kit.http.log import logger
from mayfly.kit.http.messages import Request
from mayfly.kit.http.route import BUSY, CROSS_SITE, NO_KEYS, Caller
from mayfly.kit.log import aws_code
from mayfly.kit.tokens.models import TokenClaims

_Opened = TypeVar("_Opened")
_BEGIN = {TOKEN: "log in to an account", SESSION_TOKEN: "begin a session (POST /api/session)"}


def account_session_of(request: Request, flows: Assembly) -> AccountSession:
    """The account and its session: of the bearer token, else of the cookie `token`.

    Unauthenticated without either, or with one that does not count any more; CrossSite for a write
    with a cookie that another site sent.
    """
    return _first(flows.accounts.authenticator.admit, _credentials(request, flows, TOKEN))


def account_of(request: Request, flows: Assembly) -> Account:
    """The account that is calling; raises as `account_session_of`."""
    return account_session_of(request, flows).account


def caller_of(request: Request, flows: Assembly, scope: Scope) -> Account:
    """The account that is calling, with an API key of this scope or as `account_of` has it.

    What is sent as a key counts, whatever comes along: a session must not lend a key its rights.
    Unauthenticated for a key that opens nothing, OutOfScope for one that is not for this.
    """
    if not request.api_key:
        return account_of(request, flows)
    account, key = flows.api_keys.authenticator.admit(request.api_key, scope)
    try:
        flows.api_keys.authenticator.note_use(key)
    except Exception as error:  # when it was used last is good to know, and no more
        logger.warning("Use of a key not noted", error=type(error).__name__, reason=aws_code(error))
    return account


def session_of(request: Request, flows: Assembly) -> TokenClaims:
    """The anonymous session: of the bearer token, else of the cookie `sessionToken`.

    Whether it still counts is judged where its inbox is read.
    """
    return _first(flows.private_inboxes.tokens.read, _credentials(request, flows, SESSION_TOKEN))


def inbox_of(session: TokenClaims, flows: Assembly) -> Inbox:
    """The inbox that an anonymous session is; Unauthenticated once it has ended."""
    try:
        return flows.private_inboxes.service.show(Bearer(str(session.inbox), session))
    except InboxNotFound as error:
        raise Unauthenticated("the session has ended") from error


def any_session_of(request: Request, flows: Assembly) -> AccountSession | TokenClaims:
    """The account that is calling, or else the anonymous session; raises as `account_session_of`.

    A caller with both cookies is the account. Whether a session still counts, `inbox_of` says.
    """
    if "authorization" in request.headers:
        with suppress(Unauthenticated):  # it may be the token of an account
            return session_of(request, flows)
    elif request.cookie(SESSION_TOKEN) and not request.cookie(TOKEN):
        return session_of(request, flows)
    return account_session_of(request, flows)


def mailbox_holder(request: Request, flows: Assembly, mailbox_id: str) -> Holder:
    """The caller who asks for this mailbox: its anonymous session, or an account.

    Raises as `account_session_of`. Whether it is theirs, `mayfly.inboxes.access` decides. A
    session's token speaks for its own
    mailbox only: a caller with both cookies is the account everywhere else.
    """
    bearer = session_holder(request, flows, mailbox_id)
    if bearer is not None:
        return bearer
    return Owner(mailbox_id, str(account_of(request, flows).id))


def session_holder(request: Request, flows: Assembly, mailbox_id: str) -> Bearer | None:
    """The anonymous session that calls, if it is this mailbox's; else an account may be calling."""
    if "authorization" not in request.headers and not request.cookie(SESSION_TOKEN):
        return None
    try:
        grant = session_of(request, flows)
    except Unauthenticated:  # it may be the token of an account
        return None
    is_only_one = "authorization" not in request.headers and not request.cookie(TOKEN)
    is_theirs = is_only_one or str(grant.inbox) == mailbox_id
    return Bearer(mailbox_id, grant) if is_theirs else None


def account_sessions_of(request: Request, flows: Assembly) -> Iterator[AccountSession]:
    """All sessions of accounts that the request shows, one after the other.

    Raises as `account_session_of`. Those that do not count any more are left out.
    """
    for each in _credentials(request, flows, TOKEN):
        with suppress(Unauthenticated):
            yield flows.accounts.authenticator.admit(each)


def sessions_of(request: Request, flows: Assembly) -> Iterator[TokenClaims]:
    """All anonymous sessions that the request shows, as `account_sessions_of`."""
    for each in _credentials(request, flows, SESSION_TOKEN):
        with suppress(Unauthenticated):
            yield flows.private_inboxes.tokens.read(each)


def _credentials(request: Request, flows: Assembly, name: str) -> list[str]:
    if "authorization" in request.headers:
        return [request.token]
    texts = [each for each in request.cookies(name) if each]
    if not texts:
        raise Unauthenticated(
            f"{_BEGIN[name]}, and send its token as `Authorization: Bearer <token>` or as cookie"
            f" `{name}`"
        )
    check_write(request, flows.settings.cors_origin)
    return texts


def _first(open_with: Callable[[str], _Opened], credentials: list[str]) -> _Opened:
    """What the first of these opens that opens anything."""
    *others, last = credentials
    for each in others:
        with suppress(Unauthenticated):
            return open_with(each)
    return open_with(last)


def bearer_of(request: Request, flows: Assembly) -> Bearer:
    """The bearer of the token of the path's inbox. The token is read before anything else."""
    grant = flows.private_inboxes.tokens.read(request.token)
    return Bearer(request.parameters["inboxId"], grant)


_NOBODY = {401: "There is no token or cookie of an account, or its session has ended", 503: BUSY}
ACCOUNT = Caller(account_of, _NOBODY, cookies=(TOKEN,))
"""An account that is logged in."""
ACCOUNT_SESSION = Caller(account_session_of, _NOBODY, cookies=(TOKEN,))
"""The same, with its session."""
SESSION = Caller(
    session_of,
    {401: "There is no session, or it has ended", 503: BUSY},
    cookies=(SESSION_TOKEN,),
)
"""An anonymous session, which its inbox is the whole of."""
HOLDER = Caller(
    lambda request, flows: mailbox_holder(request, flows, request.parameters["mailboxId"]),
    _NOBODY,
    cookies=(TOKEN, SESSION_TOKEN),
)
"""An account or an anonymous session that asks for the mailbox of the path."""
ANY_SESSION = Caller(
    any_session_of,
    {401: "There is no token or cookie, or its session has ended", 503: BUSY},
    cookies=(TOKEN, SESSION_TOKEN),
)
"""An account with its session, or an anonymous session: whichever it is."""
INBOX = Caller(
    bearer_of,
    {
        401: "There is no bearer token, it is none of ours, has expired or was revoked",
        404: "There is no such inbox, or the token is for another: that looks the same",
        503: NO_KEYS,
    },
)
"""The bearer of a token of a private inbox, who asks for the one of the path."""
ACCESS_TOKEN = Caller(
    lambda request, flows: request.token,
    {401: "There is no bearer token, or it is not the access token of this address"},
)
"""A caller with an access token; the operation checks that it is the address's."""
ADMIN_KEY: Caller[None] = Caller(
    lambda request, flows: flows.admin.authenticator.admit(request.admin_key),
    {401: "There is no admin key, or it is not the one"},
    needs_token=False,
    needs_admin_key=True,
)
"""The operator of the deployment. Comes first: nothing else is read before."""
OWN_SITE: Caller[None] = Caller(
    lambda request, flows: check_origin(request, flows.settings.cors_origin),
    {403: CROSS_SITE, 503: BUSY},
    needs_token=False,
)
"""Anyone, but not a page of another site."""


def account_with(scope: Scope) -> Caller[Account]:
    """An account that is logged in, or an API key of it that has the scope."""
    return Caller(
        lambda request, flows: caller_of(request, flows, scope),
        _NOBODY,
        cookies=(TOKEN,),
        scope=scope,
    )
