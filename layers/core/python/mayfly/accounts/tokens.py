"""Tokens of accounts: each names a session, which counts while the account lists it."""

from dataclasses import dataclass
from datetime import datetime

from mayfly.accounts.models import AccountId, AccountTokenClaims
from mayfly.errors import AccountNotFound
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
