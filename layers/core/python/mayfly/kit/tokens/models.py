"""What opens a private inbox: the keys that sign its tokens, and what a signed token says."""

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from mayfly.inboxes.ids import InboxId

KEY_ID_BYTES = 10


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One secret that tokens are signed with; it never shows in a log."""

    secret: str = field(repr=False)

    @property
    def id(self) -> str:
        """The key's name in tokens (RFC 7515 section 4.1.4).

        A hash of the secret, so that the same secret has the same name wherever it is kept. The
        secret has more than 256 random bits: the hash helps nobody to guess it.
        """
        digest = hashlib.sha256(b"mayfly-key:" + self.secret.encode()).digest()[:KEY_ID_BYTES]
        return base64.b32encode(digest).decode("ascii").lower()


@dataclass(frozen=True, slots=True)
class TokenClaims:
    """What a token that we signed says: one generation of one inbox, until then.

    `version` counts the rotations: the inbox has the number of the only one that counts.
    `is_fetched` says that there may be mail for the inbox elsewhere (`Inbox.is_fetched`).
    """

    inbox: InboxId
    version: int
    expires_at: datetime
    is_fetched: bool = False


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A new token for its holder; `text` never shows in a log."""

    text: str = field(repr=False)
    expires_at: datetime


def key_hash(key: str) -> str:
    """What is kept of the admin key: it has 256 random bits, so a plain hash is enough.

    ASVS 5.0 requirement 6.5.2 asks for a slow hash only below 112 bits.
    """
    return hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()
