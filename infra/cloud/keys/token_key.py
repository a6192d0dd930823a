"""The key that signs the tokens of private inboxes: made with the stack, never seen by anybody."""

from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.cloud.acknowledgement import acknowledge
from infra.cloud.deployment import Deployment
from infra.cloud.storage.removal import removal_policy

LENGTH = 64
"""Letters and digits: 381 random bits, more than the 256 that HS256 asks for (RFC 7518, 3.2)."""


class TokenKey(Construct):
    """A secret that Secrets Manager makes up; its previous value goes on checking tokens."""

    def __init__(self, scope: Construct, *, deployment: Deployment) -> None:
        super().__init__(scope, "TokenKey")
        self.secret = secretsmanager.Secret(
            self,
            "Secret",
            description="Signs the tokens of Mayfly's private inboxes",
            # Changing any of this makes a new key, and ends every token that is about.
            generate_secret_string=secretsmanager.SecretStringGenerator(
                password_length=LENGTH, exclude_punctuation=True
            ),
            # Without its key a table that was kept has no inbox that opens.
            removal_policy=removal_policy(deployment),
        )
        acknowledge(
            self.secret,
            "SMG4",
            "Nobody but two functions can read the key and no person has seen it; "
            "docs/deploying.md says how to replace it in one command.",
        )
