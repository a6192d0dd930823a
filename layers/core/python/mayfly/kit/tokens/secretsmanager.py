"""The SigningKeys port on Secrets Manager: the versions of one secret are the keys.

Its labels are what is needed: AWSCURRENT signs, AWSPREVIOUS is the one before. Putting a new value
moves both. https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html
"""

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from mayfly.errors import SigningKeysUnavailable, Unauthenticated
from mayfly.kit.clock import Clock
from mayfly.kit.tokens.models import SigningKey

REFRESHED_AFTER = timedelta(minutes=5)
"""How long a replaced key may go on signing here; until it is replaced again, that is valid."""
ASKED_AGAIN_AFTER = timedelta(seconds=5)
"""How soon Secrets Manager is asked again, whatever tokens are sent here and whether it answers."""
_NEVER = "no such key"


class SecretSigningKeys:
    """See `mayfly.kit.tokens.ports.SigningKeys`. What was read last is used until something
    newer is.
    """

    def __init__(self, make_client: Callable[[], Any], secret: str, now: Clock) -> None:
        """Read nothing yet, and make no client: most functions never need one."""
        self._make_client = make_client
        self._client: Any = None
        self._secret = secret
        self._now = now
        self._lock = threading.Lock()
        self._keys: Sequence[SigningKey] = ()
        self._asked_at: datetime | None = None

    def current(self) -> SigningKey:
        """No call while what is known is fresh; up to two otherwise."""
        with self._lock:
            self._refresh(REFRESHED_AFTER if self._keys else ASKED_AGAIN_AFTER)
            if not self._keys:
                raise SigningKeysUnavailable("the signing keys cannot be read")
            return self._keys[0]

    def find(self, key_id: str) -> SigningKey:
        """As `current`, and two calls for an unknown key, every five seconds at most."""
        self.current()
        with self._lock:
            if key_id not in {key.id for key in self._keys}:
                self._refresh(ASKED_AGAIN_AFTER)
            for key in self._keys:
                if key.id == key_id:
                    return key
        raise Unauthenticated(_NEVER)

    def _refresh(self, age: timedelta) -> None:
        now = self._now()
        if self._asked_at is not None and now - self._asked_at < age:
            return
        self._asked_at = now
        try:
            self._keys = self._read()
        except (BotoCoreError, ClientError):
            return  # the last known ones are good: nobody's token ends with Secrets Manager

    def _read(self) -> Sequence[SigningKey]:
        self._client = self._client or self._make_client()
        keys = [self._key("AWSCURRENT")]
        with suppress(self._client.exceptions.ResourceNotFoundException):
            keys.append(self._key("AWSPREVIOUS"))  # there is none before the first rotation
        return keys

    def _key(self, stage: str) -> SigningKey:
        answer = self._client.get_secret_value(SecretId=self._secret, VersionStage=stage)
        return SigningKey(answer["SecretString"])


@dataclass(frozen=True, slots=True)
class ManagedAdminSecret:
    """See `mayfly.kit.tokens.ports.AdminSecret`."""

    client: Any
    secret: str

    def keep(self, key: str) -> None:
        """One call; the key before stays readable as AWSPREVIOUS, and opens nothing."""
        self.client.put_secret_value(SecretId=self.secret, SecretString=key)
