"""What many constructs share: removal policies, log groups, and findings of cdk-nag that stay."""

from aws_cdk import Acknowledgment, RemovalPolicy, Stack, Validations
from aws_cdk import aws_logs as logs
from constructs import Construct, IConstruct

from infra.cloud.deployment import LOG_DAYS, Deployment

KEPT = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE


def removal_policy(deployment: Deployment) -> RemovalPolicy:
    """Kept where deletion protection is on, else gone with the stack.

    What a failed first deployment has made goes in any case: it holds nothing yet, and would be in
    the way of the next.
    """
    return KEPT if deployment.deletion_protection else RemovalPolicy.DESTROY


def new_log_group(scope: Construct, deployment: Deployment, name: str = "Logs") -> logs.LogGroup:
    """A log group that goes with the stack."""
    return logs.LogGroup(
        scope,
        name,
        retention=logs.RetentionDays[LOG_DAYS[deployment.log_days]],
        removal_policy=RemovalPolicy.DESTROY,
    )


def acknowledge(construct: IConstruct, rule: str, reason: str) -> None:
    """Accept this AwsSolutions finding on this construct and what is below it."""
    Validations.of(construct).acknowledge(Acknowledgment(id=f"AwsSolutions-{rule}", reason=reason))


def acknowledge_wildcard(construct: IConstruct, arn: str, reason: str) -> None:
    """Accept that a policy of this construct names the ARN, which has a wildcard."""
    acknowledge(construct, f"IAM5[Resource::{_spelling(Stack.of(construct).resolve(arn))}]", reason)


def _spelling(arn: object) -> str:
    """How cdk-nag writes an ARN: `<Bucket.Arn>/raw/*`."""
    match arn:
        case {"Fn::Join": ["", [*parts]]}:
            return "".join(map(_spelling, parts))
        case {"Fn::GetAtt": [str(resource), str(attribute)]}:
            return f"<{resource}.{attribute}>"
        case {"Ref": str(name)}:
            return f"<{name}>"
        case _:
            return str(arn)
