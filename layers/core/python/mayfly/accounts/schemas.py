"""The JSON of accounts."""

import unicodedata
from typing import Annotated, Self

from msgspec import UNSET, UnsetType

from mayfly import limits
from mayfly.accounts.models import Account
from mayfly.errors import InvalidInput
from mayfly.inboxes.models import Inbox
from mayfly.kit.http.schemas import Body, PreciseTime, Time, Uuid, View, about
from mayfly.kit.tokens.models import AccessToken

_NOT_OF_A_NAME = frozenset({"Cc", "Cs", "Zl", "Zp"})
_TURNING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})  # UAX 9

_Email = Annotated[
    str,
    about(
        "Compared without regard to case",
        min_length=1,
        must="a string that is not empty",
        examples=["user@example.com"],
        maxLength=320,
    ),
]
_Password = Annotated[str, about(format="password", min_length=1)]
_NewPassword = Annotated[
    str,
    about(
        "Any characters; 15 or more are better. Not one of the most common ones, and without the"
        " e-mail address's name in it",
        format="password",
        minLength=limits.MIN_PASSWORD_CHARS,
        maxLength=limits.MAX_PASSWORD_CHARS,
    ),
]
_MailedToken = Annotated[str, about("The one in the mail", min_length=1)]
_FullName = Annotated[str, about(maxLength=limits.MAX_FULL_NAME_CHARS)]
_Message = Annotated[str, about("What was done")]


def _check_not_empty(name: str, password: str) -> None:
    """InvalidInput, before a token or the password until now is judged."""
    if not password:
        raise InvalidInput(f"{name} must be a string that is not empty")


def _checked_name(sent: str) -> str:
    name = sent.strip()
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


class Registration(Body, rename="camel"):
    """A new account."""

    EXAMPLE = {"email": "user@example.com", "password": "a long phrase of your own"}

    email: _Email
    password: _NewPassword
    full_name: _FullName | None = None

    def __post_init__(self) -> None:
        """See `_check_not_empty`."""
        _check_not_empty("password", self.password)

    def name(self) -> str:
        """The given name, "" without one; InvalidInput for what is none."""
        return _checked_name(self.full_name or "")


class Verification(Body):
    """The token of an e-mail address, with the password that its owner chose."""

    EXAMPLE = {"token": "eyJ…", "password": "a long phrase of your own"}

    token: _MailedToken
    password: _Password


class Login(Body, rename="camel"):
    """What opens an account."""

    EXAMPLE = {"email": "user@example.com", "password": "a long phrase of your own"}

    email: _Email
    password: _Password
    migrate_session: Annotated[
        bool, about("Take over the mailbox of the cookie `sessionToken`")
    ] = False


class ForgottenPassword(Body):
    """The account that needs a new password."""

    EXAMPLE = {"email": "user@example.com"}

    email: _Email


class PasswordReset(Body):
    """A new password, by a token in place of the old one."""

    EXAMPLE = {"token": "eyJ…", "password": "another long phrase"}

    token: _MailedToken
    password: _NewPassword

    def __post_init__(self) -> None:
        """See `_check_not_empty`."""
        _check_not_empty("password", self.password)


class Profile(Body, rename="camel"):
    """What an account says of itself."""

    EXAMPLE = {"fullName": "Ann Other"}

    full_name: _FullName

    def name(self) -> str:
        """The name; InvalidInput for what is none."""
        return _checked_name(self.full_name)


class NewPassword(Body, rename="camel"):
    """A new password, by the old one."""

    EXAMPLE = {"currentPassword": "the phrase until now", "newPassword": "another long phrase"}

    current_password: _Password
    new_password: _NewPassword

    def __post_init__(self) -> None:
        """See `_check_not_empty`."""
        _check_not_empty("newPassword", self.new_password)


class Farewell(Body):
    """The password once more, for what cannot be undone."""

    EXAMPLE = {"password": "the phrase until now"}

    password: _Password


class User(View, rename="camel"):
    """An account as its owner sees it."""

    id: Annotated[Uuid, about("Names this life of the account")]
    email: str
    full_name: str
    is_verified: Annotated[
        bool,
        about(
            "Whether the e-mail address counts as verified: all do if this service sends no email"
        ),
    ]
    created_at: Time

    @classmethod
    def of(cls, account: Account) -> Self:
        """The account, without what opens it."""
        return cls.of_model(account, id=str(account.id), email=str(account.email))


class Said(View):
    """What was done, in words."""

    message: _Message


class ChangedUser(View):
    """What was done, and the account as it is now."""

    message: _Message
    user: User


class Registered(View, rename="camel"):
    """The answer to every registration, of a free address and of a taken one."""

    message: _Message
    verification_required: Annotated[
        bool,
        about("Whether this service mails a token that has to be used before the first login"),
    ]


class MigratedMailbox(View, rename="camel"):
    """The mailbox that was an anonymous session's."""

    email_address: str
    expires_at: Time

    @classmethod
    def of(cls, inbox: Inbox) -> Self:
        """The mailbox, with the lifetime of an account's."""
        return cls.of_model(inbox, email_address=str(inbox.shown_address))


class LoggedIn(View, rename="camel"):
    """A new session: the only document that has its token."""

    message: _Message
    token: Annotated[
        str, about("Opens the account, as `Authorization: Bearer …` or as cookie `token`")
    ]
    user: User
    migrated_mailbox: MigratedMailbox | UnsetType = UNSET


class HandedOutReset(View):
    """A token that an admin hands out."""

    token: Annotated[str, about("For `POST /api/users/password/reset`; not shown again")]
    expires_at: PreciseTime

    @classmethod
    def of(cls, token: AccessToken) -> Self:
        """The only document that has the token."""
        return cls.of_model(token, token=token.text)
