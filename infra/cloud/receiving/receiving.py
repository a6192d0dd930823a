"""The receiving side: SES's rule, and what it may do with the bucket and the topic."""

from aws_cdk import Aws, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.cloud.deployment import Deployment

_SES = iam.ServicePrincipal("ses.amazonaws.com")


class Receiving(Construct):
    """A rule set with one rule: every message to a verified domain into the bucket, then a notice.

    The rule names no recipients, so another domain needs no other rule. Its names are known before
    it exists: the policies name the rule, and the rule needs the policies.
    """

    def __init__(
        self, scope: Construct, *, bucket: s3.Bucket, topic: sns.Topic, deployment: Deployment
    ) -> None:
        super().__init__(scope, "Receiving")
        self.rule_set_name = deployment.stack_name
        self.rule_name = f"{deployment.stack_name}-receive"
        self._everywhere = deployment.add_to_active_rule_set
        prefix = deployment.settings.raw_prefix
        bucket.add_to_resource_policy(
            self._allow("s3:PutObject", bucket.arn_for_objects(f"{prefix}*"))
        )
        topic.add_to_resource_policy(self._allow("sns:Publish", topic.topic_arn))
        rule_set = ses.CfnReceiptRuleSet(self, "RuleSet", rule_set_name=self.rule_set_name)
        self.rule = ses.CfnReceiptRule(
            self,
            "Rule",
            rule_set_name=self.rule_set_name,
            rule=ses.CfnReceiptRule.RuleProperty(
                name=self.rule_name,
                enabled=True,
                # Much real mail still comes without TLS; `Require` would refuse it.
                tls_policy=deployment.tls_policy,
                scan_enabled=True,
                actions=[
                    ses.CfnReceiptRule.ActionProperty(
                        # No KMS key here: it would mean encryption by SES's own client, which
                        # Python cannot undo. The bucket encrypts.
                        s3_action=ses.CfnReceiptRule.S3ActionProperty(
                            bucket_name=bucket.bucket_name,
                            object_key_prefix=prefix,
                            topic_arn=topic.topic_arn,
                        )
                    )
                ],
            ),
        )
        # SES tries bucket and topic when the rule is made.
        self.rule.node.add_dependency(rule_set, bucket, topic)

    def _allow(self, action: str, resource: str) -> iam.PolicyStatement:
        # Added to another rule set, the rule has that set's name in its ARN.
        rule_set = "*" if self._everywhere else self.rule_set_name
        rule = Stack.of(self).format_arn(
            service="ses",
            resource="receipt-rule-set",
            resource_name=f"{rule_set}:receipt-rule/{self.rule_name}",
        )
        return iam.PolicyStatement(
            principals=[_SES],
            actions=[action],
            resources=[resource],
            conditions={
                "StringEquals": {"AWS:SourceAccount": Aws.ACCOUNT_ID},
                "ArnLike": {"AWS:SourceArn": rule},
            },
        )
