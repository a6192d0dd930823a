"""Making the rule take effect: an account has one active rule set per region."""

from constructs import Construct

from infra.cloud.deployment import Deployment
from infra.cloud.functions.handler import Handler
from infra.cloud.receiving.receiving import Receiving

_ALWAYS = ("ses:DescribeActiveReceiptRuleSet", "ses:SetActiveReceiptRuleSet")
_WHEN_ADDING = (
    "ses:DescribeReceiptRule",
    "ses:CreateReceiptRule",
    "ses:UpdateReceiptRule",
    "ses:DeleteReceiptRule",
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
