"""The PasswordKeys port on KMS: data keys, bound to their batch by the encryption context.

https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from mayfly.batches.models import BatchSecret
from mayfly.errors import PasswordKeyUnavailable

_UNAVAILABLE = "the key of passwords cannot be used"


class KmsPasswordKeys:
    """See `mayfly.kit.tokens.ports.PasswordKeys`."""

    def __init__(self, make_client: Callable[[], Any], key: str) -> None:
        """Make no client yet: hardly any request needs one. `key` is an id, an ARN or an alias."""
        self._make_client = make_client
        self._key = key

    def make(self, batch: str) -> BatchSecret:
        """One call."""
        answer = self._call("generate_data_key", batch, KeySpec="AES_256")
        return BatchSecret(answer["Plaintext"], answer["CiphertextBlob"])

    def open(self, batch: str, sealed: bytes) -> bytes:
        """One call."""
        plain: bytes = self._call("decrypt", batch, CiphertextBlob=sealed)["Plaintext"]
        return plain

    @cached_property
    def _client(self) -> Any:
        return self._make_client()

    def _call(self, operation: str, batch: str, **arguments: Any) -> Any:
        call = getattr(self._client, operation)
        try:
            return call(KeyId=self._key, EncryptionContext={"batch": batch}, **arguments)
        except (BotoCoreError, ClientError) as error:
            raise PasswordKeyUnavailable(_UNAVAILABLE) from error
