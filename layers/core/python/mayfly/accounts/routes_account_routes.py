"""The paths of accounts, sessions and mailboxes (document 004)."""

from mayfly.kit.http.routing_route import CONFIRM, CREATE, LOGIN, Route

_ACCOUNTS = "accounts"
_SESSIONS = "anonymous sessions"
_MAILBOXES = "mailboxes"

LOGIN_TO_ACCOUNT = "login_user"

ACCOUNT_ROUTES: tuple[Route, ...] = (
    Route("register_user", "POST", "/api/users/register", "Make an account", _ACCOUNTS, LOGIN),
    Route(
        "verify_user", "POST", "/api/users/verify", "Verify the e-mail address", _ACCOUNTS, LOGIN
    ),
    Route(LOGIN_TO_ACCOUNT, "POST", "/api/users/login", "Log in", _ACCOUNTS, LOGIN),
    Route("logout_user", "POST", "/api/users/logout", "Log out", _ACCOUNTS),
    Route("show_user", "GET", "/api/users/me", "Who is logged in", _ACCOUNTS),
    Route("delete_user", "DELETE", "/api/users/me", "Delete the account", _ACCOUNTS, CONFIRM),
    Route("update_profile", "PUT", "/api/users/profile", "Change the name", _ACCOUNTS),
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
        "Have a token mailed for a new password",
        _ACCOUNTS,
        LOGIN,
    ),
    Route(
        "reset_password",
        "POST",
        "/api/users/password/reset",
        "Choose a new password with that token",
        _ACCOUNTS,
        LOGIN,
    ),
    Route(
        "create_session",
        "POST",
        "/api/session",
        "Begin, with a mailbox for a day",
        _SESSIONS,
        CREATE,
    ),
    Route("show_session", "GET", "/api/session", "Show the session's mailbox", _SESSIONS),
    Route(
        "create_mailbox", "POST", "/api/user/mailbox/create", "Make a mailbox", _MAILBOXES, CREATE
    ),
    Route("list_mailboxes", "GET", "/api/user/mailbox", "List one's mailboxes", _MAILBOXES),
    Route("show_mailbox", "GET", "/api/user/mailbox/{mailboxId}", "Show a mailbox", _MAILBOXES),
    Route(
        "delete_mailbox", "DELETE", "/api/user/mailbox/{mailboxId}", "Delete a mailbox", _MAILBOXES
    ),
    Route(
        "extend_mailbox",
        "POST",
        "/api/user/mailbox/{mailboxId}/extend",
        "Let it live a week longer",
        _MAILBOXES,
    ),
    Route(
        "mailbox_qr",
        "GET",
        "/api/user/mailbox/{mailboxId}/qr",
        "Its address as a QR code",
        _MAILBOXES,
    ),
)
