"""Access tokens of private inboxes: signed here, and read here once they come back.

A token names one generation of one inbox and a version; whether those still count,
`mayfly.inboxes.access` decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from mayfly import limits
from mayfly.errors import InboxNotFound, Unauthenticated
from mayfly.inboxes.ids import InboxId
from mayfly.inboxes.models import Inbox
from mayfly.kit.clock import Clock, Entropy
from mayfly.kit.tokens.jwt import claims_of, expiry, new_jti, not_ours, signed
from mayfly.kit.tokens.models import AccessToken, TokenClaims
from mayfly.kit.tokens.ports import SigningKeys

AUDIENCE = "mayfly-inbox"
SOCKET_AUDIENCE = "mayfly-inbox-socket"
"""Of tickets, which a page that cannot read its cookie sends over the WebSocket, and only there."""
_CLAIMS = ["aud", "exp", "iat", "jti", "sub", "ver"]
_FETCHED = "pop3"  # spares requests for all other inboxes a look
_UNTIL = "until"  # of a ticket: when what it opens ends


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
        expires_at = self.now().replace(microsecond=0) + lifetime
        grant = TokenClaims(inbox.id, inbox.token_version, expires_at, inbox.is_fetched)
        return self._signed({"aud": AUDIENCE}, grant)

    def ticket(self, grant: TokenClaims) -> AccessToken:
        """A token for the `subscribe` frame, to be used within a minute, once or more often.

        What it opens lasts as long as the token that the grant is of would have opened it.
        """
        soon = self.now().replace(microsecond=0) + limits.SOCKET_TOKEN_LIFETIME
        until = int(grant.expires_at.timestamp())
        brief = replace(grant, expires_at=min(soon, grant.expires_at))
        return self._signed({"aud": SOCKET_AUDIENCE, _UNTIL: until}, brief)

    def read(self, text: str) -> TokenClaims:
        """What a token of ours says, expired or not; Unauthenticated for everything else."""
        return _grant(claims_of(self.keys, text, AUDIENCE, _CLAIMS))

    def read_for_socket(self, text: str) -> TokenClaims:
        """What a token or a ticket says that came over the WebSocket.

        Unauthenticated for everything else, and for a ticket that was not used in time.
        """
        claims = claims_of(self.keys, text, (SOCKET_AUDIENCE, AUDIENCE), _CLAIMS)
        grant = _grant(claims)
        if claims["aud"] == AUDIENCE:
            return grant
        if grant.expires_at <= self.now():
            raise Unauthenticated("the token for the WebSocket has expired")
        return _grant(claims, _UNTIL)

    def _signed(self, kind: Mapping[str, object], grant: TokenClaims) -> AccessToken:
        claims = {
            **kind,
            "sub": str(grant.inbox),
            "ver": grant.version,
            "jti": new_jti(self.entropy),
            "iat": int(self.now().timestamp()),
            "exp": int(grant.expires_at.timestamp()),
            **({_FETCHED: True} if grant.is_fetched else {}),
        }
        return AccessToken(signed(self.keys, claims), grant.expires_at)


def _grant(claims: Mapping[str, Any], end: str = "exp") -> TokenClaims:
    try:
        inbox, version = InboxId.parse(claims["sub"]), int(claims["ver"])
        return TokenClaims(inbox, version, expiry(claims, end), bool(claims.get(_FETCHED)))
    except (InboxNotFound, LookupError, TypeError, ValueError, OverflowError) as error:
        raise not_ours() from error
