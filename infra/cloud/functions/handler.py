"""One Lambda function with everything that is its own: role, logs, version, alias."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from aws_cdk import CustomResource, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.cloud.deployment import Deployment
from infra.cloud.functions.assets import ARCHITECTURE, RUNTIME, Assets
from infra.cloud.functions.environment import ALIAS, powertools_environment
from infra.cloud.receiving.queues import duration
from infra.cloud.resources import acknowledge_wildcard, new_log_group
from mayfly.functions import INBOUND_MAIL, Function


class Handler(Construct):
    """A declared function. Triggers take `alias`, so that code and layer change together.

    The role may write to the function's own log group and nothing else until `may` says so.
    """

    def __init__(
        self,
        scope: Construct,
        function: Function,
        *,
        assets: Assets,
        deployment: Deployment,
        environment: Mapping[str, str],
    ) -> None:
        super().__init__(scope, function.name.title().replace("_", ""))
        self.name = function.name
        log_group = new_log_group(self, deployment)
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        # AWSLambdaBasicExecutionRole would open every log group of the account.
        self.may(["logs:CreateLogStream", "logs:PutLogEvents"], log_group.log_group_arn)
        self.function = lambda_.Function(
            self,
            "Function",
            description=f"Mayfly: {function.purpose}",
            code=assets.code_of(function),
            handler=function.handler,
            layers=assets.layers,
            runtime=RUNTIME,
            architecture=ARCHITECTURE,
            memory_size=function.memory_mb,
            timeout=duration(function.timeout),
            environment={
                **environment,
                **powertools_environment(function.name, deployment.log_sample),
            },
            **_system_logs(deployment.log_sample),
            reserved_concurrent_executions=_reserved(function, deployment),
            role=self.role,
            log_group=log_group,
            snap_start=(
                lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS if deployment.snap_start else None
            ),
        )
        self.alias = lambda_.Alias(
            self, "Alias", alias_name=ALIAS, version=self.function.current_version
        )

    def may(
        self,
        actions: Sequence[str],
        on: str,
        *,
        only_if: Mapping[str, Mapping[str, str | Sequence[str]]] | None = None,
        because: str = "",
    ) -> None:
        """Allow the actions on the ARN; one with a wildcard says why it needs it."""
        self.role.add_to_principal_policy(
            iam.PolicyStatement(actions=list(actions), resources=[on], conditions=only_if)
        )
        if because:
            acknowledge_wildcard(self.role, on, because)

    def resource(
        self,
        scope: Construct,
        name: str,
        kind: str,
        properties: Mapping[str, object],
        *,
        at_most: timedelta = timedelta(minutes=5),
        removal_policy: RemovalPolicy | None = None,
    ) -> CustomResource:
        """A resource that the function makes, changes and takes away, `Custom::` and its kind."""
        return CustomResource(
            scope,
            name,
            resource_type=f"Custom::{kind}",
            # The alias: a version would change with every deployment, which CloudFormation refuses.
            service_token=self.alias.function_arn,
            service_timeout=duration(at_most),
            properties=properties,
            removal_policy=removal_policy,
        )


def _system_logs(log_sample: int) -> dict[str, Any]:
    """Without Lambda's own three lines of each invocation that ends well, if lines are sampled.

    Only a function whose logs are JSON may leave them out; ours are, and stay as they are.
    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
    """
    if log_sample == 100:
        return {}
    return {
        "logging_format": lambda_.LoggingFormat.JSON,
        "system_log_level_v2": lambda_.SystemLogLevel.WARN,
    }


def _reserved(function: Function, deployment: Deployment) -> int | None:
    """Receiving goes on however many clients wait for mail, if the account is large enough.

    AWS reserves only what leaves 100 for all others, so that a new account cannot have this.
    """
    return deployment.shares.reserved or None if function is INBOUND_MAIL else None
