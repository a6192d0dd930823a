"""Administering: who runs the deployment proves it with the admin key."""

import hmac
from dataclasses import dataclass

from mayfly.domain.credentials import key_hash
from mayfly.domain.errors import Unauthenticated
from mayfly.ports import AdminKeys


@dataclass(frozen=True, slots=True)
class AdminGate:
    """Lets in whoever has the admin key; nobody while no key was made."""

    keys: AdminKeys

    def admit(self, sent: str) -> None:
        """Unauthenticated unless this is the admin key; hashes are compared in constant time."""
        if not sent:
            raise Unauthenticated("send the admin key as `X-Admin-Key`")
        hashed = key_hash(sent)
        # Each is compared, whichever fits: the time tells nothing.
        if not any([hmac.compare_digest(hashed, each) for each in self.keys.hashes()]):
            raise Unauthenticated("this is not the admin key")
