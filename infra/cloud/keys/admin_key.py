"""The admin key: made by a function while the stack is made, and read by people only."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.cloud.acknowledgement import acknowledge
from infra.cloud.functions.handler import Handler


class AdminKey(Construct):
    """A secret that is empty until the function `admin_key` puts a key there.

    The table has the key's hash and the API compares with that: no function can read the secret.
    """

    def __init__(self, scope: Construct) -> None:
        super().__init__(scope, "AdminKey")
        # The CDK's own Secret would hold a value from the start that opens nothing.
        self.secret = secretsmanager.CfnSecret(
            self, "Secret", description="Mayfly's admin key: what admins send as X-Admin-Key"
        )
        # A kept table has nothing that needs it: the next stack makes its own.
        self.secret.apply_removal_policy(RemovalPolicy.DESTROY)
        acknowledge(
            self.secret,
            "SMG4",
            "No function can read it, and the API knows its hash only; docs/deploying.md says how "
            "to replace it in one command.",
        )

    @property
    def arn(self) -> str:
        """The secret's ARN."""
        return self.secret.ref

    def made_by(self, handler: Handler) -> None:
        """Have the function make a key when the stack is made, and see to it when it changes."""
        handler.may(["secretsmanager:PutSecretValue"], self.arn)
        handler.resource(
            self,
            "Key",
            "AdminKey",
            {"Secret": self.arn},
        )
