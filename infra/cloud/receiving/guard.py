"""The first of all resources: it refuses what cannot work before anything else is made."""

from aws_cdk import Aws
from constructs import Construct

from infra.cloud.deployment import Deployment
from infra.cloud.functions.handler import Handler
from infra.cloud.receiving.receiving import Receiving
from infra.cloud.regions import RECEIVING_REGIONS


class Guard(Construct):
    """Asks the function `rule_set` whether mail can come here, and whether a domain would go.

    A domain that is missing from the command would be taken out of SES and DNS: an ordinary
    synthesis does not know which there were, but CloudFormation does.
    """

    def __init__(
        self, scope: Construct, *, handler: Handler, receiving: Receiving, deployment: Deployment
    ) -> None:
        super().__init__(scope, "Guard")
        # While a failed update is taken back nothing is refused.
        handler.may(["cloudformation:DescribeStacks"], Aws.STACK_ID)
        handler.resource(
            self,
            "Check",
            "DeploymentGuard",
            {
                "RuleSetName": receiving.rule_set_name,
                "RuleName": receiving.rule_name,
                "IfAnotherIsActive": deployment.if_another_rule_set_is_active,
                "Domains": list(deployment.settings.domains),
                "DomainsToRemove": list(deployment.domains_to_remove),
                "Regions": [] if deployment.any_region else list(RECEIVING_REGIONS),
            },
        )
