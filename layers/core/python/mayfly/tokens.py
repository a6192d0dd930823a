"""Access tokens of private inboxes: signed here, and read here once they come back.

A token is a JWT (RFC 7519) signed with HS256, and with nothing else (RFC 8725 section 3.1). It
names one generation of one inbox and a version; whether those still count, `mayfly.access` decides.
"""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from mayfly.domain.credentials import AccessToken, Grant, SigningKey
from mayfly.domain.errors import InboxNotFound, Unauthenticated
from mayfly.domain.identity import InboxId
from mayfly.domain.inbox import Inbox
from mayfly.ports import Clock, Entropy, SigningKeys

ALGORITHM = "HS256"
AUDIENCE = "mayfly-inbox"
_CLAIMS = ["aud", "exp", "iat", "jti", "sub", "ver"]
_JTI_BYTES = 12
_NO_TOKEN = "this is not an access token of this service"


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
        import jwt  # whoever reads public addresses needs it not, and it takes a while to load

        issued_at = self.now().replace(microsecond=0)
        expires_at = issued_at + lifetime
        key = self.keys.current()
        claims = {
            "aud": AUDIENCE,
            "sub": str(inbox.id),
            "ver": inbox.token_version,
            "jti": _jti(self.entropy(_JTI_BYTES)),
            "iat": int(issued_at.timestamp()),
            "exp": int(expires_at.timestamp()),
        }
        text = jwt.encode(claims, key.secret, ALGORITHM, headers={"kid": key.id})
        return AccessToken(text, expires_at)

    def read(self, text: str) -> Grant:
        """What a token of ours says, expired or not; Unauthenticated for everything else."""
        import jwt

        try:
            claims = self._claims(text)
            return Grant(
                inbox=InboxId.parse(claims["sub"]),
                version=int(claims["ver"]),
                expires_at=datetime.fromtimestamp(int(claims["exp"]), UTC),
            )
        except (jwt.PyJWTError, InboxNotFound, TypeError, ValueError, OverflowError) as error:
            raise Unauthenticated(_NO_TOKEN) from error

    def _claims(self, text: str) -> dict[str, Any]:
        import jwt

        key = self._key(str(jwt.get_unverified_header(text).get("kid")))
        # Our clock says what has expired, not the library's: `access` compares.
        options: Any = {"require": _CLAIMS, "verify_exp": False, "verify_iat": False}
        claims: dict[str, Any] = jwt.decode(
            text, key.secret, [ALGORITHM], options=options, audience=AUDIENCE
        )
        return claims

    def _key(self, key_id: str) -> SigningKey:
        try:
            return self.keys.find(key_id)
        except Unauthenticated as error:
            raise Unauthenticated(_NO_TOKEN) from error


def _jti(entropy: bytes) -> str:
    return base64.urlsafe_b64encode(entropy).decode("ascii")
