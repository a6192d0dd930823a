"""Accounts: logged in by cookie or bearer token.

Written by `make pages`; what is wrong here is wrong in `mayfly/` or in `bench/pages/client.py`.
"""

from dataclasses import dataclass, field
from datetime import datetime

from mayfly_client.flows import M, Sent, operation
from mayfly_client.subjects import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """The answer to every registration, of a free address and of a taken one."""

    message: str
    verification_required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """An account as its owner sees it."""

    id: str
    email: str
    full_name: str
    is_verified: bool
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedUser:
    """What was done, and the account as it is now."""

    message: str
    user: "User"


@dataclass(frozen=True, slots=True, kw_only=True)
class MigratedMailbox:
    """The mailbox that was an anonymous session's."""

    email_address: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedIn:
    """A new session: the only document that has its token."""

    message: str
    token: str = field(repr=False)
    user: "User"
    migrated_mailbox: "MigratedMailbox | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What was done, in words."""

    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketToken:
    """A token for the `subscribe` frame."""

    token: str = field(repr=False)
    expires_at: datetime


class AccountsApi(Subject[M]):
    """Logged in by cookie or bearer token."""

    @operation("POST", "/api/users/register", Registered)
    def register_user(self, *, email: str, password: str, full_name: str | None = None) -> Sent:
        """Create an account.

        The answer is the same for an address that has an account, so that nobody learns who
        has one; then nothing is changed. Where this service sends mail, one goes to the
        address: with a token for `POST /api/users/verify`, or saying that there is an
        account. Registering once more sends another, and a token before it is dead.
        """
        return Sent(body={"email": email, "password": password, "fullName": full_name})

    @operation("POST", "/api/users/verify", ChangedUser)
    def verify_user(self, *, token: str, password: str) -> Sent:
        """Verify an e-mail address.

        Only where this service sends mail. The token is in the mail, and good for 24 hours;
        a repeat changes nothing. It is no session: log in then.
        """
        return Sent(body={"token": token, "password": password})

    @operation("POST", "/api/users/login", LoggedIn, ("token",))
    def login_user(self, *, email: str, password: str, migrate_session: bool | None = None) -> Sent:
        """Log in.

        With `migrateSession` the anonymous session's mailbox becomes the account's, with
        its messages and an account's lifetime. If it cannot, `message` says why, and
        `migratedMailbox` is not there.
        """
        return Sent(body={"email": email, "password": password, "migrateSession": migrate_session})

    @operation("POST", "/api/users/logout", Said, ("token",))
    def logout_user(self) -> Sent:
        """Log out.

        Ends the account's session and an anonymous one, and clears both cookies. Without
        either it does nothing.
        """
        return Sent()

    @operation("GET", "/api/users/me", User, ("token",))
    def show_user(self) -> Sent:
        """Show the account.

        The cookie `token` works as well as a bearer token. A write with a cookie is refused
        when a browser says that another site's page sent it.
        """
        return Sent()

    @operation("DELETE", "/api/users/me", Said, ("token",))
    def delete_user(self, *, password: str) -> Sent:
        """Delete the account."""
        return Sent(body={"password": password})

    @operation("PUT", "/api/users/profile", ChangedUser, ("token",))
    def update_profile(self, *, full_name: str) -> Sent:
        """Change the name."""
        return Sent(body={"fullName": full_name})

    @operation("POST", "/api/users/change-password", Said, ("token",))
    def change_password(self, *, current_password: str, new_password: str) -> Sent:
        """Change the password.

        API keys go on; revoke them if they may be known (`GET /api/v1/keys`).
        """
        return Sent(body={"currentPassword": current_password, "newPassword": new_password})

    @operation("POST", "/api/users/password/forgot", Said)
    def forget_password(self, *, email: str) -> Sent:
        """Ask for a token for a new password.

        One email goes to the address: with a token for `POST /api/users/password/reset`, or
        saying that there is no account. A token is good once, for 30 minutes, until the
        next is asked for or the password changes.
        """
        return Sent(body={"email": email})

    @operation("POST", "/api/users/password/reset", ChangedUser)
    def reset_password(self, *, token: str, password: str) -> Sent:
        """Choose a new password.

        Verifies the e-mail address as well. It is no session: log in then. API keys go on;
        revoke them if they may be known (`GET /api/v1/keys`). An email tells the owner.
        """
        return Sent(body={"token": token, "password": password})

    @operation("POST", "/api/users/socket-token", SocketToken, ("token",))
    def create_socket_token(self) -> Sent:
        """Create a token for the WebSocket.

        For pages, which cannot read their cookie: it goes into the `subscribe` frame and
        nowhere else, of the account or of the anonymous session's address. With both
        cookies, it is the account's. Within its minute it can be used more than once. The
        subscription ends with the session, not with this token.
        """
        return Sent()
