"""The receipt rule set: it is checked before all else is made, and takes effect at the end."""

from collections.abc import Mapping

from aws_cdk import Aws
from constructs import Construct

from infra.cloud.deployment import Deployment
from infra.cloud.functions.assets import Assets
from infra.cloud.functions.handler import Handler
from infra.cloud.name_checks import RECEIVING_REGIONS
from infra.cloud.receiving.receiving import Receiving
from infra.cloud.storage import Emptying, Storage
from mayfly.functions import EMPTY_BUCKET, RULE_SET

_ALWAYS = ("ses:DescribeActiveReceiptRuleSet", "ses:SetActiveReceiptRuleSet")
_WHEN_ADDING = (
    "ses:DescribeReceiptRule",
    "ses:CreateReceiptRule",
    "ses:UpdateReceiptRule",
    "ses:DeleteReceiptRule",
)


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


class Activation(Construct):
    """Asks the function `rule_set` to activate our rule set, and to undo that at the end.

    The function refuses to replace somebody else's active set unless the deployment says so.
    """

    def __init__(
        self, scope: Construct, *, handler: Handler, receiving: Receiving, deployment: Deployment
    ) -> None:
        super().__init__(scope, "Activation")
        adds = deployment.add_to_active_rule_set
        handler.may(
            [*_ALWAYS, *(_WHEN_ADDING if adds else ())],
            "*",
            because="SES has no ARNs for receipt rules in IAM: these actions take no resource.",
        )
        resource = handler.resource(
            self,
            "ActiveRuleSet",
            "ActiveReceiptRuleSet",
            {
                "RuleSetName": receiving.rule_set_name,
                "RuleName": receiving.rule_name,
                "IfAnotherIsActive": deployment.if_another_rule_set_is_active,
                # Nothing reads this; a change of the rule has to reach its copy in another set.
                "Rule": receiving.rule.rule,
                # Nor this: with each change of the code, the rule takes effect anew.
                "Version": handler.function.current_version.version,
            },
        )
        resource.node.add_dependency(receiving)


def put_in_order(
    stack: Construct,
    handlers: Mapping[str, Handler],
    *,
    assets: Assets,
    storage: Storage,
    receiving: Receiving,
    deployment: Deployment,
) -> None:
    """Add both to the stack. CloudFormation removes backwards: rule, functions, mail, bucket."""
    rule_set, empty_bucket = handlers[RULE_SET.name], handlers[EMPTY_BUCKET.name]
    emptying = Emptying(stack, handler=empty_bucket, bucket=storage.bucket, deployment=deployment)
    receiving.node.add_dependency(emptying)
    for handler in handlers.values():
        if handler not in (rule_set, empty_bucket):
            handler.node.add_dependency(emptying)
    guard = Guard(stack, handler=rule_set, receiving=receiving, deployment=deployment)
    functions = rule_set.node.scope
    assert functions is not None  # they are not the root
    needed = (guard, assets, functions, rule_set)
    for each in (*stack.node.children, *functions.node.children):
        if each not in needed:
            each.node.add_dependency(guard)
