"""A mail domain: its identity with SES, and the records that prove it and lead mail here."""

from aws_cdk import Aws, CfnOutput, CfnResource, Stack
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_ses as ses
from constructs import Construct

from infra.cloud.context import check
from infra.cloud.deployment import Deployment
from infra.cloud.resources import removal_policy

_TTL_SECONDS = "1800"
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
RESOURCES = 500
OUTPUTS = 200


class Domain(Construct):
    """With a hosted zone the records are made in it; without, outputs say what to publish.

    Where the stack is protected, identity and records outlive it and what else removes the domain.
    """

    def __init__(
        self, scope: Construct, domain: str, *, taken: Construct, deployment: Deployment
    ) -> None:
        # By name: CloudFormation knows a resource by its id, and must find the same one again
        # wherever the domain stands in the list. The CDK adds a hash, so that none are alike.
        super().__init__(scope, f"Domain-{domain}")
        self._zone = deployment.hosted_zone_id
        self._domain = domain
        self._removal = removal_policy(deployment)
        mx = self._record("MX", self._domain, f"10 inbound-smtp.{Aws.REGION}.amazonaws.com", "Mx")
        # Mail is led here once it is taken, and led here no more before it is refused.
        mx.node.add_dependency(taken)
        if deployment.manage_identities:
            self._make_identity()

    def _make_identity(self) -> None:
        identity = ses.CfnEmailIdentity(self, "Identity", email_identity=self._domain)
        identity.apply_removal_policy(self._removal)
        # SES says name and value: newer regions have a DKIM domain of their own.
        tokens = (
            (identity.attr_dkim_dns_token_name1, identity.attr_dkim_dns_token_value1),
            (identity.attr_dkim_dns_token_name2, identity.attr_dkim_dns_token_value2),
            (identity.attr_dkim_dns_token_name3, identity.attr_dkim_dns_token_value3),
        )
        for count, (name, value) in enumerate(tokens, start=1):
            self._record("CNAME", name, value, f"Dkim{count}")

    def _record(self, kind: str, name: str, value: str, construct_id: str) -> Construct:
        if self._zone:
            record = route53.CfnRecordSet(
                self,
                construct_id,
                hosted_zone_id=self._zone,
                name=name,
                type=kind,
                ttl=_TTL_SECONDS,
                resource_records=[value],
            )
            record.apply_removal_policy(self._removal)
            return record
        return CfnOutput(
            self, construct_id, value=f"{name} {kind} {value}", description="Publish this record"
        )


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
