"""The key that seals passwords of generated inboxes and secrets of domains, inside KMS."""

from aws_cdk import aws_kms as kms
from constructs import Construct

from infra.cloud.deployment import Deployment
from infra.cloud.storage.removal import removal_policy


class PasswordKey(Construct):
    """A key that KMS rotates every year, and with which it opens what older ones sealed."""

    def __init__(self, scope: Construct, *, deployment: Deployment) -> None:
        super().__init__(scope, "PasswordKey")
        self.key = kms.Key(
            self,
            "Key",
            description="Seals passwords of Mayfly's generated inboxes, and secrets of domains",
            alias=f"alias/{deployment.stack_name}-passwords",
            enable_key_rotation=True,
            # Without it a table that was kept has no password that can be exported.
            removal_policy=removal_policy(deployment),
        )
