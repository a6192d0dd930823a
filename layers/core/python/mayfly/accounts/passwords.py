"""Passwords of accounts: which may be chosen, what is kept of them, and how one is changed."""

import base64
from collections.abc import Callable, Container
from dataclasses import dataclass, replace
from functools import cache

from mayfly import limits
from mayfly.accounts.models import Account
from mayfly.accounts.tokens import AccountSession
from mayfly.accounts.updater import AccountUpdater, while_password_is
from mayfly.errors import InvalidInput, Unauthenticated
from mayfly.mail.address import Address

SERVICE_NAME = "mayfly"
_TELLING_CHARS = 4
"""A local part shorter than this is in too many good passwords to say anything."""


@dataclass(frozen=True, slots=True)
class PasswordHashes:
    """argon2id (RFC 9106) with the least parameters of OWASP's Password Storage Cheat Sheet.

    The hash names its parameters, so that older hashes go on working when these change. It is
    made of the password's UTF-8, unchanged and whole (ASVS 5.0 requirement 6.2.8).
    """

    memory_kib: int = 19 * 1024
    passes: int = 2
    lanes: int = 1

    def hash(self, password: str) -> str:
        """What is kept of the password: another text each time. One computation."""
        return str(self._hasher().hash(_octets(password)))

    def verify(self, kept: str, password: str) -> bool:
        """Whether it is the password of this hash. One computation."""
        import argon2

        try:
            return bool(self._hasher().verify(kept, _octets(password)))
        except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
            return False

    def nobody(self) -> str:
        """A hash that no password has: to verify one against it costs what any other costs."""
        parameters = f"m={self.memory_kib},t={self.passes},p={self.lanes}"
        return f"$argon2id$v=19${parameters}${_unpadded(bytes(16))}${_unpadded(bytes(32))}"

    def made(self, kept: str) -> bool:
        """Whether this is a hash of these, and none of another kind."""
        return kept.startswith("$argon2id$")

    def needs_rehash(self, kept: str) -> bool:
        """Whether the hash was made with other parameters."""
        return bool(self._hasher().check_needs_rehash(kept))

    def _hasher(self) -> "argon2.PasswordHasher":  # type: ignore[name-defined]  # noqa: F821
        import argon2  # only logins pay for loading it

        return argon2.PasswordHasher(self.passes, self.memory_kib, self.lanes)


@dataclass(frozen=True, slots=True)
class Passwords:
    """The rules for new passwords, and their hashes. `common` has lower-case passwords."""

    hashes: PasswordHashes
    common: Callable[[], Container[str]]

    def check(self, password: str, email: Address) -> None:
        """InvalidInput says why this cannot be the account's password (ASVS 5.0 section 6.2).

        Any characters, in any number from 8 to 128; no rules about kinds of characters. Not one of
        the most common ones, nor one that holds what everybody knows of the account.
        """
        if not limits.MIN_PASSWORD_CHARS <= len(password) <= limits.MAX_PASSWORD_CHARS:
            raise InvalidInput(
                f"a password has {limits.MIN_PASSWORD_CHARS} to {limits.MAX_PASSWORD_CHARS}"
                " characters; 15 or more are better"
            )
        plain = password.lower()
        if plain in self.common():
            raise InvalidInput("this password is one of the most common ones; choose another")
        known = [SERVICE_NAME, *([email.local] if len(email.local) >= _TELLING_CHARS else [])]
        if any(word in plain for word in known):
            raise InvalidInput(
                "a password must hold neither your e-mail address's name nor this service's"
            )

    def confirm(self, account: Account, password: str) -> None:
        """Unauthenticated unless it is the account's."""
        if not self.hashes.verify(account.password_hash, password):
            raise Unauthenticated("this is not the account's password")


@dataclass(frozen=True, slots=True)
class PasswordChanger:
    """Replaces the passwords of accounts that know the old one; see `password_reset` for others."""

    updater: AccountUpdater
    passwords: Passwords

    def change_password(self, caller: AccountSession, current: str, new: str) -> None:
        """Replace the password, and end all sessions but this; Unauthenticated if `current` is
        not the one it has.
        """
        account = caller.account
        self.passwords.confirm(account, current)
        self.passwords.check(new, account.email)
        kept = self.passwords.hashes.hash(new)
        self.updater.change(
            account,
            while_password_is(
                account.password_hash,
                lambda fresh: replace(fresh, password_hash=kept).with_only_session(caller.session),
            ),
        )


@cache
def common_passwords() -> frozenset[str]:
    """The 30,000 most common passwords, 11,611 of which are long enough to be chosen here.

    ASVS 5.0 requirement 6.2.4 asks for 3,000. From zxcvbn's frequency lists.
    """
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # only new passwords pay for it

    return frozenset(FREQUENCY_LISTS["passwords"])


def _unpadded(octets: bytes) -> str:
    return base64.b64encode(octets).decode("ascii").rstrip("=")


def _octets(password: str) -> bytes:
    # JSON can hold lone surrogates, which are no text but make a password like any other.
    return password.encode("utf-8", "surrogatepass")
