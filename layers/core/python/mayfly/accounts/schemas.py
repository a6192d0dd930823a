"""Document 004's JSON of accounts."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from mayfly import limits
from mayfly.accounts.models import Account
from mayfly.errors import InvalidInput
from mayfly.inboxes.models import Inbox
from mayfly.kit.http.body import wanted_flag
from mayfly.kit.http.schema import body, flag, precise_time, record, text, time
from mayfly.kit.http.times import precise_stamp, stamp
from mayfly.kit.tokens.models import AccessToken

Document = dict[str, object]

LOGGED_IN = "Login successful"
MIGRATED = (
    "Login successful. Your anonymous mailbox has been transferred to your account with extended"
    " expiry!"
)
NO_SESSION = "Login successful. There was no anonymous mailbox to transfer"
REGISTERED = "If this address was free, your account is ready: log in"
MAILED = "A mail to this address says how to go on"
VERIFIED = "Your e-mail address is verified: log in"
LOGGED_OUT = "Logout successful"
PASSWORD_CHANGED = "Password changed; all other sessions have ended"
PASSWORD_RESET = "Password changed; all sessions have ended, API keys go on: log in"
DELETED = "Your account and its mailboxes have been deleted"
_NOT_OF_A_NAME = frozenset({"Cc", "Cs", "Zl", "Zp"})
_TURNING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})  # UAX 9


def required_text(sent: Mapping[str, Any], name: str) -> str:
    """A field that must be there and be a string, taken as it is."""
    value = sent.get(name)
    if not isinstance(value, str) or not value:
        raise InvalidInput(f"{name} must be a string that is not empty")
    return value


def full_name(sent: Mapping[str, Any], is_required: bool = False) -> str:
    """The name that somebody gives, "" without one."""
    value = sent.get("fullName")
    if value is None and not is_required:
        return ""
    if not isinstance(value, str):
        raise InvalidInput("fullName must be a string")
    name = value.strip()
    if len(name) > limits.MAX_FULL_NAME_CHARS or not all(map(_is_of_a_name, name)):
        raise InvalidInput(
            f"fullName may have {limits.MAX_FULL_NAME_CHARS} characters, on one line and without"
            " control characters"
        )
    return name


def _is_of_a_name(character: str) -> bool:
    # Not isprintable(): it refuses the joiners that Persian and Hindi names are written with.
    return (
        unicodedata.category(character) not in _NOT_OF_A_NAME
        and unicodedata.bidirectional(character) not in _TURNING
    )


def wants_migration(sent: Mapping[str, Any]) -> bool:
    """Whether the anonymous session's mailbox shall become the account's."""
    return "migrateSession" in sent and wanted_flag(sent, "migrateSession")


def user(account: Account) -> Document:
    """An account as its owner sees it."""
    return {
        "id": str(account.id),
        "email": str(account.email),
        "fullName": account.full_name,
        "isVerified": account.is_verified,
        "createdAt": stamp(account.created_at),
    }


def logged_in(
    account: Account, token: AccessToken, message: str = LOGGED_IN, migrated: Inbox | None = None
) -> Document:
    """A new session: the only document that has its token."""
    document: Document = {"message": message, "token": token.text, "user": user(account)}
    if migrated is not None:
        document["migratedMailbox"] = {
            "emailAddress": str(migrated.address),
            "expiresAt": stamp(migrated.expires_at),
        }
    return document


def not_migrated(reason: str) -> str:
    """The message of a login whose mailbox could not be taken over."""
    return f"Login successful. Your anonymous mailbox was not transferred: {reason}"


def said(message: str) -> Document:
    """What was done, in words."""
    return {"message": message}


def registered(is_mailed: bool) -> Document:
    """The answer to every registration, of a free address and of a taken one."""
    return {"message": MAILED if is_mailed else REGISTERED, "verificationRequired": is_mailed}


def changed(account: Account) -> Document:
    """What was done, and the account as it is now."""
    return {"message": "Profile updated", "user": user(account)}


def reset(account: Account) -> Document:
    """That the password is another, and whose it is."""
    return {"message": PASSWORD_RESET, "user": user(account)}


def handed_out(token: AccessToken) -> Document:
    """A token for whom an admin knows."""
    return {"token": token.text, "expires_at": precise_stamp(token.expires_at)}


def verified(account: Account) -> Document:
    """That the address is verified, and whose it is."""
    return {"message": VERIFIED, "user": user(account)}


_EMAIL = text("Compared without regard to case", examples=["user@example.com"], maxLength=320)
_PASSWORD = text(format="password", minLength=1)
_NEW_PASSWORD = text(
    "Any characters; 15 or more are better. Not one of the most common ones, and without the"
    " e-mail address's name in it",
    format="password",
    minLength=limits.MIN_PASSWORD_CHARS,
    maxLength=limits.MAX_PASSWORD_CHARS,
)
_FULL_NAME = text(maxLength=limits.MAX_FULL_NAME_CHARS)
REGISTRATION_SCHEMA = body(
    {"email": _EMAIL, "password": _NEW_PASSWORD, "fullName": _FULL_NAME},
    example={"email": "user@example.com", "password": "a long phrase of your own"},
    required=("email", "password"),
)
LOGIN_SCHEMA = body(
    {
        "email": _EMAIL,
        "password": _PASSWORD,
        "migrateSession": flag("Take over the mailbox of the cookie `sessionToken`"),
    },
    example={"email": "user@example.com", "password": "a long phrase of your own"},
    required=("email", "password"),
)
VERIFICATION_SCHEMA = body(
    {"token": text("The one in the mail", minLength=1), "password": _PASSWORD},
    example={"token": "eyJ…", "password": "a long phrase of your own"},
    required=("token", "password"),
)
FORGOTTEN_SCHEMA = body(
    {"email": _EMAIL}, example={"email": "user@example.com"}, required=("email",)
)
RESET_SCHEMA = body(
    {"token": text("The one in the mail", minLength=1), "password": _NEW_PASSWORD},
    example={"token": "eyJ…", "password": "another long phrase"},
    required=("token", "password"),
)
HANDED_OUT_SCHEMA = record(
    {
        "token": text("For `POST /api/users/password/reset`; not shown again"),
        "expires_at": precise_time(),
    }
)
PROFILE_SCHEMA = body(
    {"fullName": _FULL_NAME}, example={"fullName": "Ann Other"}, required=("fullName",)
)
NEW_PASSWORD_SCHEMA = body(
    {"currentPassword": _PASSWORD, "newPassword": _NEW_PASSWORD},
    example={"currentPassword": "the phrase until now", "newPassword": "another long phrase"},
    required=("currentPassword", "newPassword"),
)
FAREWELL_SCHEMA = body(
    {"password": _PASSWORD}, example={"password": "the phrase until now"}, required=("password",)
)
USER_SCHEMA = record(
    {
        "id": text("Names this life of the account", format="uuid"),
        "email": text(),
        "fullName": text(),
        "isVerified": flag(
            "Whether the e-mail address counts as verified: all do where this service mails nobody"
        ),
        "createdAt": time(),
    }
)
_MESSAGE = text("What was done")
LOGGED_IN_SCHEMA = record(
    {
        "message": _MESSAGE,
        "token": text("Opens the account, as `Authorization: Bearer …` or as cookie `token`"),
        "user": USER_SCHEMA,
    },
    optional={
        "migratedMailbox": record({"emailAddress": text(), "expiresAt": time()}),
    },
)
CHANGED_SCHEMA = record({"message": _MESSAGE, "user": USER_SCHEMA})
SAID_SCHEMA = record({"message": _MESSAGE})
REGISTERED_SCHEMA = record(
    {
        "message": _MESSAGE,
        "verificationRequired": flag(
            "Whether this service mails a token that has to be used before the first login"
        ),
    }
)
