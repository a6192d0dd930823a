"""Access tokens of private inboxes: signed here, and read here once they come back.

A token names one generation of one inbox and a version; whether those still count,
`mayfly.access` decides.
"""

from dataclasses import dataclass
from datetime import timedelta

from mayfly.domain.credentials import AccessToken, Grant
from mayfly.domain.errors import InboxNotFound
from mayfly.domain.identity import InboxId
from mayfly.domain.inbox import Inbox
from mayfly.ports.keys import SigningKeys
from mayfly.ports.machine import Clock, Entropy
from mayfly.signing import claims_of, expiry, new_jti, not_ours, signed

AUDIENCE = "mayfly-inbox"
_CLAIMS = ["aud", "exp", "iat", "jti", "sub", "ver"]


@dataclass(frozen=True, slots=True)
class Tokens:
    """Makes tokens, and reads what they say."""

    keys: SigningKeys
    now: Clock
    entropy: Entropy

    def check_keys(self) -> None:
        """SigningKeysUnavailable now, before something is changed that a token has to follow."""
        self.keys.current()

    def issue(self, inbox: Inbox, lifetime: timedelta) -> AccessToken:
        """A token of the inbox's current version; it ends on a whole second."""
        issued_at = self.now().replace(microsecond=0)
        expires_at = issued_at + lifetime
        claims = {
            "aud": AUDIENCE,
            "sub": str(inbox.id),
            "ver": inbox.token_version,
            "jti": new_jti(self.entropy),
            "iat": int(issued_at.timestamp()),
            "exp": int(expires_at.timestamp()),
        }
        return AccessToken(signed(self.keys, claims), expires_at)

    def read(self, text: str) -> Grant:
        """What a token of ours says, expired or not; Unauthenticated for everything else."""
        claims = claims_of(self.keys, text, AUDIENCE, _CLAIMS)
        try:
            return Grant(InboxId.parse(claims["sub"]), int(claims["ver"]), expiry(claims))
        except (InboxNotFound, TypeError, ValueError, OverflowError) as error:
            raise not_ours() from error
