"""One key of KMS, and the DomainSecrets and WebhookSecrets ports on it.

What is sealed is bound to a name by the encryption context.
https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any, ClassVar

from botocore.exceptions import BotoCoreError, ClientError

from mayfly.errors import MayflyError, SecretsUnavailable


class KmsKey:
    """A key that seals what belongs to things of one kind, and opens it for the same thing only."""

    context: ClassVar[str]
    """The kind, as the encryption context names it."""
    unavailable: ClassVar[tuple[type[MayflyError], str]]
    """What is raised if KMS does not answer, and its message."""

    def __init__(self, make_client: Callable[[], Any], key: str) -> None:
        """Make no client yet: hardly any request needs one. `key` is an id, an ARN or an alias."""
        self._make_client = make_client
        self._key = key

    def open(self, name: str, sealed: bytes) -> bytes:
        """One call."""
        plain: bytes = self.call("decrypt", name, CiphertextBlob=sealed)["Plaintext"]
        return plain

    def call(self, operation: str, name: str, **arguments: Any) -> Any:
        """KMS's answer to one call about the thing of this name."""
        call = getattr(self._client, operation)
        try:
            return call(KeyId=self._key, EncryptionContext={self.context: name}, **arguments)
        except (BotoCoreError, ClientError) as error:
            kind, message = self.unavailable
            raise kind(message) from error

    @cached_property
    def _client(self) -> Any:
        return self._make_client()


class KmsSecrets(KmsKey):
    """Seals secrets itself. No more than KMS encrypts in one call."""

    def seal(self, name: str, plain: bytes) -> bytes:
        """One call."""
        sealed: bytes = self.call("encrypt", name, Plaintext=plain)["CiphertextBlob"]
        return sealed


class KmsDomainSecrets(KmsSecrets):
    """See `mayfly.relays.ports.DomainSecrets`."""

    context = "domain"
    unavailable = (SecretsUnavailable, "the key of domains' secrets cannot be used")


class KmsWebhookSecrets(KmsSecrets):
    """See `mayfly.webhooks.ports.WebhookSecrets`."""

    context = "webhook"
    unavailable = (SecretsUnavailable, "the key of webhooks' secrets cannot be used")
