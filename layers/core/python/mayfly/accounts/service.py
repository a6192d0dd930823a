"""Accounts: logging in and out, who is calling, and the tokens that say so.

Each token names a session, which counts while the account lists it.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from mayfly import limits
from mayfly.accounts.models import Account, AccountId, AccountTokenClaims, email_address
from mayfly.accounts.passwords import Passwords
from mayfly.accounts.ports import Accounts
from mayfly.accounts.update import AccountUpdater
from mayfly.errors import AccountNotFound, InboxNotFound, Unauthenticated
from mayfly.inboxes.ports import Inboxes
from mayfly.kit.clock import Clock, Entropy
from mayfly.kit.tokens.jwt import claims_of, expiry, new_jti, not_ours, signed
from mayfly.kit.tokens.models import AccessToken
from mayfly.kit.tokens.ports import SigningKeys
from mayfly.mail.address import Address
from mayfly.settings import Settings

AUDIENCE = "mayfly-account"
SOCKET_AUDIENCE = "mayfly-socket"
"""Of tokens that a page, which cannot read its cookie, sends over the WebSocket, and only there."""
VERIFY_AUDIENCE = "mayfly-verify"
"""Of tokens that are mailed to an address, to show that its mail is read; they open nothing."""
RESET_AUDIENCE = "mayfly-reset"
"""Of tokens that are mailed, or handed out by an admin, to choose a new password with."""
_CLAIMS = ["aud", "exp", "iat", "jti", "sub"]


@dataclass(frozen=True, slots=True)
class AccountTokens:
    """Makes tokens, and reads what they say; whether a session still counts, the account says."""

    keys: SigningKeys
    now: Clock
    entropy: Entropy
    audiences: tuple[str, ...] = (AUDIENCE,)
    """Whom tokens may be for; new ones are for the first."""

    def check_keys(self) -> None:
        """SigningKeysUnavailable now, before something is changed that a token has to follow."""
        self.keys.current()

    def new_session(self) -> str:
        """A name for a session that no other has: the `jti` of its token."""
        return new_jti(self.entropy)

    def issue(self, account: AccountId, session: str, expires_at: datetime) -> AccessToken:
        """The token of a session; `expires_at` is a whole second."""
        claims = {
            "aud": self.audiences[0],
            "sub": str(account),
            "jti": session,
            "iat": int(self.now().timestamp()),
            "exp": int(expires_at.timestamp()),
        }
        return AccessToken(signed(self.keys, claims), expires_at)

    def read(self, text: str) -> AccountTokenClaims:
        """What a token of ours says, expired or not; Unauthenticated for everything else."""
        claims = claims_of(self.keys, text, self.audiences, _CLAIMS)
        try:
            return AccountTokenClaims(AccountId.parse(claims["sub"]), claims["jti"], expiry(claims))
        except (AccountNotFound, TypeError, ValueError, OverflowError) as error:
            raise not_ours() from error


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
    def of(cls, settings: Settings) -> "SessionPolicy":
        """What the settings say."""
        return cls(settings.account_token_lifetime, bool(settings.sender_address))

    @property
    def refusal(self) -> str:
        """What is said to whoever cannot log in, whyever."""
        return f"{_NO_LOGIN}{_OR_UNVERIFIED if self.needs_verified else ''}"


@dataclass(frozen=True, slots=True)
class AccountService:
    """What people do with their accounts."""

    ledger: AccountUpdater
    inboxes: Inboxes
    tokens: AccountTokens
    passwords: Passwords
    terms: SessionPolicy
    now: Clock

    def login(self, email: str, password: str) -> tuple[Account, AccessToken]:
        """A new session and its token; Unauthenticated for a wrong password and for nobody alike.

        Each attempt costs one read and one hash, whether there is such an account or not. One that
        is not verified, where it has to be, is nobody: else whoever registers an address could
        learn from a login whether it was free.
        """
        account = self._known(email_address(email), password)
        self.tokens.check_keys()
        session = self.tokens.new_session()
        expires_at = self.now().replace(microsecond=0) + self.terms.token_lifetime
        kept = account.password_hash
        if self.passwords.hashes.needs_rehash(kept):
            kept = self.passwords.hashes.hash(password)
        account = self.ledger.change(
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

    def logout(self, visit: AccountSession) -> None:
        """End the session: its token opens nothing from now on."""
        self.ledger.change(visit.account, lambda fresh: fresh.without_session(visit.session))

    def rename(self, account: Account, full_name: str) -> Account:
        """Set the name."""
        return self.ledger.change(account, lambda fresh: replace(fresh, full_name=full_name))

    def change_password(self, visit: AccountSession, current: str, new: str) -> None:
        """Replace the password, and end all sessions but this; Unauthenticated if `current` is
        not the one it has.
        """
        self._confirm(visit.account, current)
        self.passwords.check(new, visit.account.email)
        kept = self.passwords.hashes.hash(new)
        self.ledger.change(
            visit.account,
            while_password_is(
                visit.account.password_hash,
                lambda fresh: replace(fresh, password_hash=kept).with_only_session(visit.session),
            ),
        )

    def leave(self, account: Account, password: str) -> None:
        """Delete the account and wipe its mailboxes; Unauthenticated for a wrong password.

        The mailboxes go first: if anything fails, the account is there to try it again.
        """
        self._confirm(account, password)
        self.ledger.write(account, self._remove)

    def _remove(self, account: Account) -> None:
        for mailbox in account.mailboxes:
            with suppress(InboxNotFound):  # deleted before
                self.inboxes.close(mailbox, self.now())
        self.ledger.accounts.remove(account)

    def _known(self, email: Address, password: str) -> Account:
        hashes = self.passwords.hashes
        try:
            account = self.ledger.accounts.find(email)
        except AccountNotFound as error:
            # The same work as for a wrong password: nobody learns from the time it takes.
            hashes.verify(hashes.nobody(), password)
            raise Unauthenticated(self.terms.refusal) from error
        is_known = hashes.verify(account.password_hash, password)
        if not is_known or (self.terms.needs_verified and not account.is_verified):
            raise Unauthenticated(self.terms.refusal)
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
