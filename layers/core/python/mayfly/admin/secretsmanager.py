"""The AdminSecret port on Secrets Manager: each key is a new version of one secret."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ManagedAdminSecret:
    """See `mayfly.kit.tokens.ports.AdminSecret`."""

    client: Any
    secret: str

    def keep(self, key: str) -> None:
        """One call; the key before stays readable as AWSPREVIOUS, and opens nothing."""
        self.client.put_secret_value(SecretId=self.secret, SecretString=key)
