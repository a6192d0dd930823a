"""What the operations of accounts, sessions and mailboxes take and give."""

from mayfly.kit.http.cookies import SESSION_TOKEN, TOKEN
from mayfly.kit.http.routing import BAD_BODY, LARGE_BODY, Good, Operation, octets
from mayfly.mailboxes.schemas import LIST_PARAMETERS
from mayfly.mailboxes.schemas_qr import QR_TYPE

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
