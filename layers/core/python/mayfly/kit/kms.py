"""The DomainSecrets port on KMS: what is sealed is bound to its domain by the encryption context.

https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from mayfly.errors import SecretsUnavailable

_UNAVAILABLE = "the key of domains' secrets cannot be used"


class KmsDomainSecrets:
    """See `mayfly.relays.ports.DomainSecrets`. No more than KMS encrypts in one call."""

    def __init__(self, make_client: Callable[[], Any], key: str) -> None:
        """Make no client yet: hardly any request needs one. `key` is an id, an ARN or an alias."""
        self._make_client = make_client
        self._key = key

    def seal(self, domain: str, plain: bytes) -> bytes:
        """One call."""
        sealed: bytes = self._call("encrypt", domain, Plaintext=plain)["CiphertextBlob"]
        return sealed

    def open(self, domain: str, sealed: bytes) -> bytes:
        """One call."""
        plain: bytes = self._call("decrypt", domain, CiphertextBlob=sealed)["Plaintext"]
        return plain

    @cached_property
    def _client(self) -> Any:
        return self._make_client()

    def _call(self, operation: str, domain: str, **arguments: Any) -> Any:
        call = getattr(self._client, operation)
        try:
            return call(KeyId=self._key, EncryptionContext={"domain": domain}, **arguments)
        except (BotoCoreError, ClientError) as error:
            raise SecretsUnavailable(_UNAVAILABLE) from error
