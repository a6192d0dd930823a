"""Signatures of payloads as Standard Webhooks has them, and the secrets that they are made with.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

PREFIX = "whsec_"
SECRET_BYTES = 32


def secret_of(entropy: bytes) -> str:
    """The secret of 32 random bytes; the standard asks for 24 to 64."""
    if len(entropy) != SECRET_BYTES:
        raise ValueError(f"{SECRET_BYTES} random bytes make a secret")
    return PREFIX + base64.b64encode(entropy).decode("ascii")


@dataclass(frozen=True, slots=True)
class HookSecrets:
    """What is sealed of a webhook: its secret, and what goes into `Authorization`."""

    secret: str = field(repr=False)
    authorization: str = field(default="", repr=False)

    def written(self) -> bytes:
        """As it is sealed."""
        return json.dumps([self.secret, self.authorization]).encode()

    @classmethod
    def read(cls, plain: bytes) -> "HookSecrets":
        """What `written` wrote."""
        return cls(*json.loads(plain))


def signed(secrets: Sequence[str], message: str, now: datetime, body: bytes) -> Mapping[str, str]:
    """The three headers of one attempt; a signature for each secret, the newest first."""
    seconds = int(now.timestamp())
    content = f"{message}.{seconds}.".encode() + body
    return {
        "webhook-id": message,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(_signature(each, content) for each in secrets),
    }


def _signature(secret: str, content: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    digest = hmac.new(key, content, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode('ascii')}"
