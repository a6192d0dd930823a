"""The InboxSecrets port on KMS: what is sealed is bound to its inbox by the encryption context."""

from mayfly.errors import SecretsUnavailable
from mayfly.kit.kms import KmsSecrets


class KmsInboxSecrets(KmsSecrets):
    """See `mayfly.pop3.ports.InboxSecrets`."""

    context = "inbox"
    unavailable = (SecretsUnavailable, "the key of inboxes' secrets cannot be used")
