"""The secret by which the API knows CloudFront: made with the stack, and told to nobody else."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.cloud.acknowledgement import acknowledge

LENGTH = 64


class EdgeKey(Construct):
    """A secret that Secrets Manager makes up. A new stack needs none of an older one."""

    def __init__(self, scope: Construct) -> None:
        super().__init__(scope, "EdgeKey")
        self.secret = secretsmanager.Secret(
            self,
            "Secret",
            description="Tells Mayfly's API that a request came through its CloudFront",
            generate_secret_string=secretsmanager.SecretStringGenerator(
                password_length=LENGTH, exclude_punctuation=True
            ),
            removal_policy=RemovalPolicy.DESTROY,
        )
        acknowledge(
            self.secret,
            "SMG4",
            "Who has it can only pass for other addresses to the rate limits; docs/deploying.md "
            "says how to replace it.",
        )

    @property
    def reference(self) -> str:
        """What CloudFormation replaces by the secret, so that the template does not hold it."""
        return self.secret.secret_value.unsafe_unwrap()
