"""What is proved with: keys of tokens, of passwords, and of admins."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from mayfly.batches.models import BatchSecret
from mayfly.kit.tokens.models import SigningKey


class SigningKeys(Protocol):
    """What tokens are signed with: a key for new ones, and the one before it for those about."""

    def current(self) -> SigningKey:
        """The key that new tokens are signed with; SigningKeysUnavailable if none can be had."""

    def find(self, key_id: str) -> SigningKey:
        """The current or the previous key by its id, Unauthenticated for any other.

        A key that has just become the current one is found within seconds.
        """


class PasswordKeys(Protocol):
    """The secrets that passwords of generated inboxes are made of: one for each batch."""

    def make(self, batch: str) -> BatchSecret:
        """A new secret for the batch of this id; PasswordKeyUnavailable if none can be had."""

    def open(self, batch: str, sealed: bytes) -> bytes:
        """The secret of this batch again.

        PasswordKeyUnavailable if it cannot be opened: now, or ever, as that of another batch.
        """


class AdminKeys(Protocol):
    """What is kept of the admin key: its hash (`kit.tokens.models.key_hash`), never the key."""

    def hashes(self) -> Sequence[str]:
        """The hash of the current key, nothing while none was made; up to ten seconds old."""

    def replace(self, key_hash: str, now: datetime) -> None:
        """Make this the only key there is; the one before is dead within ten seconds."""


class AdminSecret(Protocol):
    """Where operators find the admin key; nothing of ours reads it."""

    def keep(self, key: str) -> None:
        """Put the key there, in the place of the one before."""
