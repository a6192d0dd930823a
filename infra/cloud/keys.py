"""The keys and secrets of a deployment: all of them made with the stack, none by a person."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.cloud.deployment import Deployment
from infra.cloud.functions.handler import Handler
from infra.cloud.resources import acknowledge, removal_policy

LENGTH = 64
"""Letters and digits: 381 random bits, more than the 256 that HS256 asks for (RFC 7518, 3.2)."""


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
        handler.resource(self, "Key", "AdminKey", {"Secret": self.arn})


class TokenKey(Construct):
    """The key that signs the tokens of private inboxes; its previous value goes on checking them.

    Nobody ever sees it.
    """

    def __init__(self, scope: Construct, *, deployment: Deployment) -> None:
        super().__init__(scope, "TokenKey")
        self.secret = _random_secret(
            self,
            "Signs the tokens of Mayfly's private inboxes",
            # Without its key a table that was kept has no inbox that opens.
            removal_policy(deployment),
            "Nobody but two functions can read the key and no person has seen it; "
            "docs/deploying.md says how to replace it in one command.",
        )


class EdgeKey(Construct):
    """The secret by which the API knows CloudFront. A new stack needs none of an older one."""

    def __init__(self, scope: Construct) -> None:
        super().__init__(scope, "EdgeKey")
        self.secret = _random_secret(
            self,
            "Tells Mayfly's API that a request came through its CloudFront",
            RemovalPolicy.DESTROY,
            "Its holder can only pass for other addresses to the rate limits; docs/deploying.md "
            "says how to replace it.",
        )

    @property
    def reference(self) -> str:
        """What CloudFormation replaces by the secret, so that the template does not hold it."""
        return self.secret.secret_value.unsafe_unwrap()


def _random_secret(
    scope: Construct, description: str, removal: RemovalPolicy, not_rotated: str
) -> secretsmanager.Secret:
    """Secrets Manager makes it up; the last argument says why it is not rotated by itself."""
    secret = secretsmanager.Secret(
        scope,
        "Secret",
        description=description,
        # Changing any of this makes a new key, and ends all that the old one has signed.
        generate_secret_string=secretsmanager.SecretStringGenerator(
            password_length=LENGTH, exclude_punctuation=True
        ),
        removal_policy=removal,
    )
    acknowledge(secret, "SMG4", not_rotated)
    return secret


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
