"""Tokens of accounts, and the callers they let in: each names a session of the account."""

from dataclasses import dataclass, field
from datetime import datetime

from mayfly.accounts.models import Account, AccountId, AccountTokenClaims
from mayfly.accounts.ports import Accounts
from mayfly.errors import AccountNotFound, Unauthenticated
from mayfly.kit.clock import Clock, Entropy
from mayfly.kit.tokens.jwt import claims_of, expiry, new_jti, not_ours, signed
from mayfly.kit.tokens.models import AccessToken
from mayfly.kit.tokens.ports import SigningKeys

AUDIENCE = "mayfly-account"
SOCKET_AUDIENCE = "mayfly-socket"
"""Of tokens that a page, which cannot read its cookie, sends over the WebSocket, and only there."""
VERIFY_AUDIENCE = "mayfly-verify"
"""Of tokens that are mailed to an address, to show that its mail is read; they open nothing."""
RESET_AUDIENCE = "mayfly-reset"
"""Of tokens that are mailed, or handed out by an admin, to choose a new password with."""
FORWARD_AUDIENCE = "mayfly-forward"
"""Of tokens that are mailed to an address, to show that mail is wanted there; they open nothing."""
_CLAIMS = ["aud", "exp", "iat", "jti", "sub"]


@dataclass(frozen=True, slots=True)
class AccountTokens:
    """Makes tokens, and reads what they say; whether a session still counts, the account says."""

    keys: SigningKeys
    now: Clock
    entropy: Entropy
    audiences: tuple[str, ...] = (AUDIENCE,)
    """The audiences that tokens may have; new ones have the first."""

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


def _ended() -> Unauthenticated:
    return Unauthenticated("the session has ended; log in again")
