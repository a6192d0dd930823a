"""The PasswordKeys port on KMS: data keys, bound to their batch by the encryption context."""

from mayfly.batches.models import BatchSecret
from mayfly.errors import PasswordKeyUnavailable
from mayfly.kit.kms import KmsKey


class KmsPasswordKeys(KmsKey):
    """See `mayfly.kit.tokens.ports.PasswordKeys`."""

    context = "batch"
    unavailable = (PasswordKeyUnavailable, "the key of passwords cannot be used")

    def make(self, batch: str) -> BatchSecret:
        """One call."""
        answer = self.call("generate_data_key", batch, KeySpec="AES_256")
        return BatchSecret(answer["Plaintext"], answer["CiphertextBlob"])
