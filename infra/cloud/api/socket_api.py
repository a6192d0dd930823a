"""The WebSocket API: the routes that the program declares, all answered by one function."""

import json

from aws_cdk import ArnFormat, Aws, Stack
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.cloud.deployment import Deployment
from infra.cloud.resources import acknowledge, new_log_group
from mayfly.subscriptions.models import SOCKET_ROUTES

STAGE = "live"
_ACCESS_LOG = {
    "requestId": "$context.requestId",
    "event": "$context.eventType",
    "route": "$context.routeKey",
    "status": "$context.status",
    "connection": "$context.connectionId",
    "error": "$context.error.responseType",
}


class SocketApi(Construct):
    """The API and its stage. `serve` adds the routes once the function is there.

    The function knows the API's address, so the API comes first.
    """

    def __init__(self, scope: Construct, *, deployment: Deployment) -> None:
        super().__init__(scope, "SocketApi")
        self.api = apigatewayv2.WebSocketApi(
            self,
            "Api",
            api_name=f"{deployment.stack_name}-socket",
            description="Mayfly's WebSocket: announces mail",
            route_selection_expression="$request.body.type",
        )
        self.stage = apigatewayv2.WebSocketStage(
            self,
            "Stage",
            web_socket_api=self.api,
            stage_name=STAGE,
            auto_deploy=True,
            throttle=apigatewayv2.ThrottleSettings(
                rate_limit=deployment.request_rate, burst_limit=deployment.request_burst
            ),
        )
        self._log_accesses(deployment)

    @property
    def endpoint(self) -> str:
        """Where functions reach connections (`@connections`)."""
        return self.stage.callback_url

    @property
    def url(self) -> str:
        """Where clients connect."""
        return self.stage.url

    def connections_arn(self, method: str) -> str:
        """Any connection of this API: POST sends to it, GET asks for it, DELETE ends it."""
        return Stack.of(self).format_arn(
            service="execute-api",
            resource=self.api.api_id,
            resource_name=f"{STAGE}/{method}/@connections/*",
        )

    def serve(self, handler: lambda_.Alias) -> None:
        """Let the function answer all routes; what it answers to a frame goes to the sender."""
        stack = Stack.of(self)
        handler.add_permission(
            "Socket",
            principal=iam.ServicePrincipal("apigateway.amazonaws.com"),
            source_arn=stack.format_arn(
                service="execute-api", resource=self.api.api_id, resource_name="*"
            ),
        )
        integration = apigatewayv2.CfnIntegration(
            self,
            "Integration",
            api_id=self.api.api_id,
            integration_type="AWS_PROXY",
            integration_uri=(
                f"arn:{Aws.PARTITION}:apigateway:{Aws.REGION}:lambda:path/2015-03-31/functions/"
                f"{handler.function_arn}/invocations"
            ),
        )
        for key in SOCKET_ROUTES:
            self._add_route(key, integration)

    def _add_route(self, key: str, integration: apigatewayv2.CfnIntegration) -> None:
        answers = key not in ("$connect", "$disconnect")
        # The CDK's own route with a response makes two resources of one name (2.275).
        route = apigatewayv2.CfnRoute(
            self,
            f"Route-{key.lstrip('$')}",
            api_id=self.api.api_id,
            route_key=key,
            target=f"integrations/{integration.ref}",
            route_response_selection_expression="$default" if answers else None,
        )
        acknowledge(
            route,
            "APIG4",
            "Connecting is free for all; every subscription is checked by the function as the "
            "HTTP API checks a read.",
        )
        if answers:
            apigatewayv2.CfnRouteResponse(
                self,
                f"Answer-{key.lstrip('$')}",
                api_id=self.api.api_id,
                route_id=route.ref,
                route_response_key="$default",
            )

    def _log_accesses(self, deployment: Deployment) -> None:
        logs = new_log_group(self, deployment, "AccessLogs")
        stage = self.stage.node.default_child
        assert isinstance(stage, apigatewayv2.CfnStage)  # what the CDK makes a stage of
        stage.access_log_settings = apigatewayv2.CfnStage.AccessLogSettingsProperty(
            # `log_group_arn` ends with a wildcard, which API Gateway takes off: drift.
            destination_arn=Stack.of(self).format_arn(
                service="logs",
                resource="log-group",
                resource_name=logs.log_group_name,
                arn_format=ArnFormat.COLON_RESOURCE_NAME,
            ),
            format=json.dumps(_ACCESS_LOG, separators=(",", ":")),
        )
