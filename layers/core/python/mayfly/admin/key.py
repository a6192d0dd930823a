"""Administering: who runs the deployment proves it with the admin key."""

import base64
import hmac
from dataclasses import dataclass

from mayfly.errors import Unauthenticated
from mayfly.kit.clock import Clock, Entropy
from mayfly.kit.tokens.models import key_hash
from mayfly.kit.tokens.ports import AdminKeys, AdminSecret

KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class AdminAuthenticator:
    """Lets in whoever has the admin key; nobody while no key was made."""

    keys: AdminKeys

    def admit(self, sent: str) -> None:
        """Unauthenticated unless this is the admin key; hashes are compared in constant time."""
        if not sent:
            raise Unauthenticated("send the admin key as `X-Admin-Key`")
        if not self.opens_to(sent):
            raise Unauthenticated("this is not the admin key")

    def opens_to(self, sent: str) -> bool:
        """Whether this is the admin key."""
        hashed = key_hash(sent)
        # Each is compared, whichever fits: the time tells nothing.
        return any([hmac.compare_digest(hashed, each) for each in self.keys.hashes()])


@dataclass(frozen=True, slots=True)
class AdminKeyMaker:
    """Makes the admin key, which nobody but who may read the secret ever sees."""

    keys: AdminKeys
    secret: AdminSecret
    now: Clock
    entropy: Entropy

    def make(self) -> None:
        """A new key of 256 random bits; the one before is dead within ten seconds.

        The secret comes first: a failure in between leaves the old key valid, and never a valid
        key that nobody can read.
        """
        key = base64.urlsafe_b64encode(self.entropy(KEY_BYTES)).rstrip(b"=").decode("ascii")
        self.secret.keep(key)
        self.keys.replace(key_hash(key), self.now())

    def make_first(self) -> bool:
        """A key if there is none; whether one was made."""
        if self.keys.hashes():
            return False
        self.make()
        return True
