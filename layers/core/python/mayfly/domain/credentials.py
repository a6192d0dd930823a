"""What opens a private inbox: the keys that sign its tokens, and what a signed token says."""

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from mayfly.domain.identity import InboxId

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
class Grant:
    """What a token that we signed says: one generation of one inbox, until then.

    `version` counts the rotations: the inbox has the number of the only one that counts.
    """

    inbox: InboxId
    version: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A new token for its holder; `text` never shows in a log."""

    text: str = field(repr=False)
    expires_at: datetime
