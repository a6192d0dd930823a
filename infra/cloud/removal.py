"""What becomes of the mail, and of the keys that open it, when the stack is deleted."""

from aws_cdk import RemovalPolicy

from infra.cloud.deployment import Deployment


def removal_policy(deployment: Deployment) -> RemovalPolicy:
    """Kept where deletion protection is on, else gone with the stack."""
    return RemovalPolicy.RETAIN if deployment.deletion_protection else RemovalPolicy.DESTROY
