"""API Gateway's permission to write logs: one role per account and region, for all its APIs.

https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
"""

from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.cloud.acknowledgement import acknowledge
from infra.cloud.storage.removal import KEPT

_POLICY = "service-role/AmazonAPIGatewayPushToCloudWatchLogs"


class ApiLogging(Construct):
    """Sets the account's role. It stays when the stack goes: other APIs may rely on it by then."""

    def __init__(self, scope: Construct) -> None:
        super().__init__(scope, "ApiLogging")
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("apigateway.amazonaws.com"),
            managed_policies=[iam.ManagedPolicy.from_aws_managed_policy_name(_POLICY)],
        )
        acknowledge(
            role,
            f"IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/{_POLICY}]",
            "The role is API Gateway's own, for all APIs of the account; AWS names this policy.",
        )
        account = apigateway.CfnAccount(self, "Account", cloud_watch_role_arn=role.role_arn)
        role.apply_removal_policy(KEPT)
        account.apply_removal_policy(KEPT)
