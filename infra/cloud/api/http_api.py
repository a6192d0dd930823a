"""The HTTP API: a REST API with a resource per path that the program declares.

The function behind it answers every method, also OPTIONS and those that a path does not have. The
paths are the API's definition (OpenAPI), which is one resource of the stack: one for each path and
each method would be more than a stack may have.
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
"""

import json
import re
from collections.abc import Sequence
from typing import Any

from aws_cdk import Aws
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.cloud.api.socket_api import STAGE as SOCKET_STAGE
from infra.cloud.api.socket_api import SocketApi
from infra.cloud.deployment import Deployment
from infra.cloud.functions.environment import ALIAS
from infra.cloud.resources import KEPT, acknowledge, new_log_group
from infra.gateway_responses import GATEWAY_RESPONSES, GatewayResponse
from mayfly.api import ROUTES
from mayfly.breaker.models import ApiStage
from mayfly.facades.facade import facade_routes

STAGE = "live"
# `path` and the query would put addresses and cursors into the log: the resource says enough.
_ACCESS_LOG = {
    "requestId": "$context.requestId",
    "method": "$context.httpMethod",
    "resource": "$context.resourcePath",
    "status": "$context.status",
    "bytes": "$context.responseLength",
    "milliseconds": "$context.responseLatency",
    "integrationStatus": "$context.integrationStatus",
    "gatewayResponse": "$context.error.responseType",
}
_PUBLIC = (
    "Public addresses are read by whoever knows them, without an account; what needs a token is "
    "checked by the function, which knows the generation of the inbox."
)
_FUNCTION = "http_api"
"""The stage variable that has the function's name: the functions know the API, so the API cannot
name them. https://docs.aws.amazon.com/apigateway/latest/developerguide/aws-api-gateway-stage-variables-reference.html
"""
_POLICY = "service-role/AmazonAPIGatewayPushToCloudWatchLogs"


class HttpApi(Construct):
    """The REST API, its stage and its answers of its own.

    The function that watches its cost knows its id, so the API comes first.
    """

    def __init__(self, scope: Construct, *, deployment: Deployment) -> None:
        super().__init__(scope, "HttpApi")
        logs = new_log_group(self, deployment, "AccessLogs")
        self.api = apigateway.SpecRestApi(
            self,
            "Api",
            rest_api_name=deployment.stack_name,
            api_definition=apigateway.ApiDefinition.from_inline(
                _definition(deployment.settings.cors_origin, deployment.settings.facades)
            ),
            endpoint_types=[apigateway.EndpointType.REGIONAL],
            # Attachments and raw messages come back as bytes, and messages may be in any charset.
            binary_media_types=["*/*"],
            cloud_watch_role=False,
            deploy_options=apigateway.StageOptions(
                stage_name=STAGE,
                throttling_rate_limit=deployment.request_rate,
                throttling_burst_limit=deployment.request_burst,
                # Metrics by path are paid for, and nobody reads them: the API's own are free.
                metrics_enabled=False,
                # Execution logs hold whole requests: none are kept.
                logging_level=apigateway.MethodLoggingLevel.OFF,
                access_log_destination=apigateway.LogGroupLogDestination(logs),
                access_log_format=apigateway.AccessLogFormat.custom(
                    json.dumps(_ACCESS_LOG, separators=(",", ":"))
                ),
            ),
        )
        self.api.node.try_remove_child("Endpoint")  # the stack says it once, with the others
        self._acknowledge()

    @property
    def url(self) -> str:
        """Where the API is, known before its stage is there: it waits for the functions."""
        host = f"{self.api.rest_api_id}.execute-api.{Aws.REGION}.{Aws.URL_SUFFIX}"
        return f"https://{host}/{STAGE}"

    def serve(self, handler: lambda_.Alias) -> None:
        """Let the function answer all paths."""
        stage = self.api.deployment_stage.node.default_child
        assert isinstance(stage, apigateway.CfnStage)
        stage.variables = {_FUNCTION: handler.lambda_.function_name}
        deployment = self.api.latest_deployment
        assert deployment is not None
        deployment.node.add_dependency(
            handler
        )  # nobody asks what is not there yet, or not any more
        handler.add_permission(
            "HttpApi",
            principal=iam.ServicePrincipal("apigateway.amazonaws.com"),
            source_arn=self.api.arn_for_execute_api(),
        )

    def _acknowledge(self) -> None:
        acknowledge(
            self.api,
            "APIG2",
            "The function checks every request itself and answers in the API's own error shape; "
            "the laptop has the same checks that way.",
        )
        acknowledge(
            self.api,
            "APIG3",
            "A web ACL costs $5 a month before the first request; docs/deploying.md says when it "
            "pays. The stage throttles.",
        )
        acknowledge(self.api, "APIG4", _PUBLIC)
        acknowledge(self.api, "COG4", _PUBLIC)
        acknowledge(
            self.api,
            "APIG6",
            "Execution logs would hold addresses and bodies; the access log holds neither.",
        )


def _definition(origins: Sequence[str], facades: Sequence[str]) -> dict[str, Any]:
    """All paths, each with every method; and what the gateway answers itself."""
    paths = sorted({route.path for route in (*ROUTES, *facade_routes(facades))})
    return {
        "openapi": "3.0.1",
        "info": {"title": "Mayfly", "description": "Mayfly's HTTP API", "version": "1"},
        "paths": {path: {"x-amazon-apigateway-any-method": _operation(path)} for path in paths},
        "x-amazon-apigateway-gateway-responses": {
            each.type: _gateway_response(each, origins) for each in GATEWAY_RESPONSES
        },
    }


def _operation(path: str) -> dict[str, Any]:
    function = f"{Aws.ACCOUNT_ID}:function:${{stageVariables.{_FUNCTION}}}:{ALIAS}"
    arn = f"arn:{Aws.PARTITION}:lambda:{Aws.REGION}:{function}"
    at = f"arn:{Aws.PARTITION}:apigateway:{Aws.REGION}:lambda:path/2015-03-31/functions"
    operation: dict[str, Any] = {
        "responses": {"default": {"description": "What the function answers"}},
        "x-amazon-apigateway-integration": {
            "type": "aws_proxy",
            "httpMethod": "POST",
            "uri": f"{at}/{arn}/invocations",
        },
    }
    names = re.findall(r"\{(\w+)\}", path)
    if names:
        operation["parameters"] = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in names
        ]
    return operation


def _gateway_response(response: GatewayResponse, origins: Sequence[str]) -> dict[str, Any]:
    # Fixed texts: with several origins, what a throttled page can read is for the first.
    headers = response.headers(origins)
    content_type = headers.pop("Content-Type")
    found: dict[str, Any] = {
        # API Gateway's mapping language quotes constants with single quotes.
        "responseParameters": {
            f"gatewayresponse.header.{name}": f"'{value}'" for name, value in headers.items()
        },
        "responseTemplates": {content_type: response.body},
    }
    return found | ({"statusCode": str(response.status)} if response.status else {})


def stages_of(http: HttpApi, socket: SocketApi, deployment: Deployment) -> tuple[ApiStage, ...]:
    """The stages of both APIs, and what they let through."""
    rate, burst = deployment.request_rate, deployment.request_burst
    return (
        ApiStage(http.api.rest_api_id, STAGE, rate, burst, is_rest=True),
        ApiStage(socket.api.api_id, SOCKET_STAGE, rate, burst, is_rest=False),
    )


class ApiLogging(Construct):
    """Sets the account's role. It stays when the stack goes: other APIs may rely on it by then.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
    """

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
