"""Log groups: all of them forget after the same time."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.cloud.deployment import LOG_DAYS, Deployment


def new_log_group(scope: Construct, deployment: Deployment, name: str = "Logs") -> logs.LogGroup:
    """A log group that goes with the stack."""
    return logs.LogGroup(
        scope,
        name,
        retention=logs.RetentionDays[LOG_DAYS[deployment.log_days]],
        removal_policy=RemovalPolicy.DESTROY,
    )
