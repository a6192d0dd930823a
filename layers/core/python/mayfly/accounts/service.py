"""Accounts: authenticate them, log in and out, change and delete them."""

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TypeVar

from mayfly import limits
from mayfly.accounts.models import Account
from mayfly.accounts.passwords import Passwords
from mayfly.accounts.ports import Accounts
from mayfly.accounts.settings import AccountSettings
from mayfly.accounts.tokens import AccountTokens
from mayfly.errors import AccountNotFound, Contended, InboxNotFound, Unauthenticated
from mayfly.inboxes.ports import Inboxes
from mayfly.kit.clock import Clock, Pause
from mayfly.kit.tokens.models import AccessToken
from mayfly.mail.address import Address

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class AccountUpdater:
    """The accounts, and how to try again when somebody else was faster."""

    accounts: Accounts
    pause: Pause

    def change(self, account: Account, change: Callable[[Account], Account]) -> Account:
        """Save what `change` makes of the account as it is now."""
        return self.write(account, lambda fresh: self.accounts.save(change(fresh), fresh.revision))

    def write(self, account: Account, step: Callable[[Account], Result]) -> Result:
        """What `step` gives, with the account as it was read or, after Contended, as it is now.

        Contended after too many attempts; Unauthenticated once the account is gone.
        """
        for attempt in range(limits.ACCOUNT_ATTEMPTS):
            try:
                return step(account)
            except Contended:
                self.pause(random.uniform(0, min(1.0, 0.01 * 2**attempt)))
            account = self._again(account)
        raise Contended(f"{limits.ACCOUNT_ATTEMPTS} attempts met other writers of the account")

    def _again(self, account: Account) -> Account:
        try:
            return self.accounts.get(account.id)
        except AccountNotFound as error:
            raise Unauthenticated("the session has ended; log in again") from error


@dataclass(frozen=True, slots=True)
class AccountSession:
    """An account, and which of its sessions is calling."""

    account: Account
    session: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Authenticator:
    """Lets accounts in by their tokens."""

    accounts: Accounts
    tokens: AccountTokens
    now: Clock

    def admit(self, token: str) -> AccountSession:
        """The account of the token, as it is now.

        Unauthenticated for a token that is not of an account, has expired, or whose session has
        ended; of an account that is gone, too.
        """
        grant = self.tokens.read(token)
        if grant.expires_at <= self.now():
            raise Unauthenticated("the session has expired; log in again")
        try:
            account = self.accounts.get(grant.account)
        except AccountNotFound as error:
            raise _ended() from error
        if not account.has_session(grant.session, self.now()):
            raise _ended()
        return AccountSession(account, grant.session)


@dataclass(frozen=True, slots=True)
class SessionPolicy:
    """How long a session lives, and whether only a verified account may begin one."""

    token_lifetime: timedelta
    needs_verified: bool = False

    @classmethod
    def of(cls, settings: AccountSettings) -> "SessionPolicy":
        """What the settings say."""
        return cls(settings.account_token_lifetime, bool(settings.sender_address))

    @property
    def refusal(self) -> str:
        """The error of every login that fails, whatever the reason."""
        return f"{_NO_LOGIN}{_OR_UNVERIFIED if self.needs_verified else ''}"


@dataclass(frozen=True, slots=True)
class AccountService:
    """What people do with their accounts."""

    updater: AccountUpdater
    inboxes: Inboxes
    tokens: AccountTokens
    passwords: Passwords
    policy: SessionPolicy
    now: Clock

    def login(self, email: str, password: str) -> tuple[Account, AccessToken]:
        """A new session and its token; Unauthenticated for a wrong password and for nobody alike.

        Each attempt costs one read and one hash, whether there is such an account or not. One that
        is not verified, where it has to be, is nobody: else whoever registers an address could
        learn from a login whether it was free.
        """
        account = self._known(Address.parse(email), password)
        self.tokens.check_keys()
        session = self.tokens.new_session()
        expires_at = self.now().replace(microsecond=0) + self.policy.token_lifetime
        kept = account.password_hash
        if self.passwords.hashes.needs_rehash(kept):
            kept = self.passwords.hashes.hash(password)
        account = self.updater.change(
            account,
            while_password_is(
                account.password_hash,
                # Verified from now on, whatever it was: only others are replaced by registering.
                lambda fresh: replace(fresh, password_hash=kept, is_verified=True).with_session(
                    session, expires_at, self.now(), limits.SESSIONS_PER_ACCOUNT
                ),
            ),
        )
        return account, self.tokens.issue(account.id, session, expires_at)

    def logout(self, caller: AccountSession) -> None:
        """End the session: its token opens nothing from now on."""
        self.updater.change(caller.account, lambda fresh: fresh.without_session(caller.session))

    def rename(self, account: Account, full_name: str) -> Account:
        """Set the name."""
        return self.updater.change(account, lambda fresh: replace(fresh, full_name=full_name))

    def change_password(self, caller: AccountSession, current: str, new: str) -> None:
        """Replace the password, and end all sessions but this; Unauthenticated if `current` is
        not the one it has.
        """
        self._confirm(caller.account, current)
        self.passwords.check(new, caller.account.email)
        kept = self.passwords.hashes.hash(new)
        self.updater.change(
            caller.account,
            while_password_is(
                caller.account.password_hash,
                lambda fresh: replace(fresh, password_hash=kept).with_only_session(caller.session),
            ),
        )

    def leave(self, account: Account, password: str) -> None:
        """Delete the account and wipe its mailboxes; Unauthenticated for a wrong password.

        The mailboxes go first: if anything fails, the account is there to try it again.
        """
        self._confirm(account, password)
        self.updater.write(account, self._remove)

    def _remove(self, account: Account) -> None:
        for mailbox in account.mailboxes:
            with suppress(InboxNotFound):  # deleted before
                self.inboxes.close(mailbox, self.now())
        self.updater.accounts.remove(account)

    def _known(self, email: Address, password: str) -> Account:
        hashes = self.passwords.hashes
        try:
            account = self.updater.accounts.find(email)
        except AccountNotFound as error:
            # The same work as for a wrong password: nobody learns from the time it takes.
            hashes.verify(hashes.nobody(), password)
            raise Unauthenticated(self.policy.refusal) from error
        is_known = hashes.verify(account.password_hash, password)
        if not is_known or (self.policy.needs_verified and not account.is_verified):
            raise Unauthenticated(self.policy.refusal)
        return account

    def _confirm(self, account: Account, password: str) -> None:
        if not self.passwords.hashes.verify(account.password_hash, password):
            raise Unauthenticated("this is not the account's password")


_NO_LOGIN = "there is no account with this e-mail address and password"
_OR_UNVERIFIED = ", or it is not verified yet: the mail that was sent to the address says how"


def while_password_is(
    kept: str, change: Callable[[Account], Account]
) -> Callable[[Account], Account]:
    """The change, unless the password that was shown has been changed meanwhile.

    By somebody else, that is: a write whose answer was lost is tried again.
    """

    def changed(account: Account) -> Account:
        wanted = change(account)
        if account.password_hash not in (kept, wanted.password_hash):
            raise Unauthenticated(_NO_LOGIN)
        return wanted

    return changed


def _ended() -> Unauthenticated:
    return Unauthenticated("the session has ended; log in again")
