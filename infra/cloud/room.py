"""Whether all that a deployment asks for has room in one stack."""

from aws_cdk import CfnOutput, CfnResource, Stack

from infra.cloud.context import check
from infra.cloud.deployment import Deployment
from infra.cloud.identity import Domain

# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
RESOURCES = 500
OUTPUTS = 200


def check_room(stack: Stack, deployment: Deployment) -> None:
    """InvalidContext that says how many domains there may be, if there are more."""
    domains = [each for each in stack.node.find_all() if isinstance(each, Domain)]
    for kind, most in ((CfnResource, RESOURCES), (CfnOutput, OUTPUTS)):
        everything = _count(stack, kind)
        of_one = _count(domains[0], kind)
        room = (most - everything) // of_one + len(domains) if of_one else len(domains)
        check(
            everything <= most,
            f"domains: {len(domains)} are too many, this stack has room for {room}: add the others"
            f" when it is there, by POST /v1/admin/domains{_hint(deployment)}",
        )


def _hint(deployment: Deployment) -> str:
    if deployment.hosted_zone_id:
        return "; without hostedZoneId, whose records take most of the room, more fit in"
    return ""


def _count(within: Stack | Domain, kind: type) -> int:
    return sum(isinstance(each, kind) for each in within.node.find_all())
