"""What becomes of mail, domains and keys when the stack is deleted."""

from aws_cdk import RemovalPolicy

from infra.cloud.deployment import Deployment

KEPT = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE


def removal_policy(deployment: Deployment) -> RemovalPolicy:
    """Kept where deletion protection is on, else gone with the stack.

    What a failed first deployment has made goes in any case: it holds nothing yet, and would be in
    the way of the next.
    """
    return KEPT if deployment.deletion_protection else RemovalPolicy.DESTROY
