"""Accounts: log in and out, rename and delete them; passwords are changed in `passwords`."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta

from mayfly import limits
from mayfly.accounts.models import Account
from mayfly.accounts.passwords import Passwords
from mayfly.accounts.settings import AccountSettings
from mayfly.accounts.tokens import AccountSession, AccountTokens
from mayfly.accounts.updater import NO_LOGIN, AccountUpdater, while_password_is
from mayfly.errors import AccountNotFound, InboxNotFound, Unauthenticated
from mayfly.inboxes.ports import Inboxes
from mayfly.kit.clock import Clock
from mayfly.kit.tokens.models import AccessToken
from mayfly.mail.address import Address


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
        return f"{NO_LOGIN}{_OR_UNVERIFIED if self.needs_verified else ''}"


@dataclass(frozen=True, slots=True)
class AccountService:
    """What people do with their accounts."""

    updater: AccountUpdater
    inboxes: Inboxes
    tokens: AccountTokens
    passwords: Passwords
    policy: SessionPolicy
    now: Clock
    forget: Callable[[str], None] = lambda account: None
    """Removes what else is the account's, by its id."""

    def login(self, email: str, password: str) -> tuple[Account, AccessToken]:
        """A new session and its token; Unauthenticated for a wrong password or no account.

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

    def leave(self, account: Account, password: str) -> None:
        """Delete the account and wipe its mailboxes; Unauthenticated for a wrong password.

        The mailboxes go first: if anything fails, the account is there to try it again.
        """
        self.passwords.confirm(account, password)
        self.updater.write(account, self._remove)

    def _remove(self, account: Account) -> None:
        for mailbox in account.mailboxes:
            with suppress(InboxNotFound):  # deleted before
                self.inboxes.close(mailbox, self.now())
        self.forget(str(account.id))
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


_OR_UNVERIFIED = ", or it is not verified yet: the mail that was sent to the address says how"
