"""The HTTP API, the WebSocket API, and what API Gateway answers by itself."""

import json
import re
from typing import Any

import pytest

from infra.gateway_responses import GATEWAY_RESPONSES
from mayfly.api import ROUTES
from mayfly.kit.http.messages import SECURITY_HEADERS, TLS_HEADERS
from mayfly.subscriptions.models import SOCKET_ROUTES
from tests.infra.conftest import Cloud, Synthesize

pytestmark = pytest.mark.synth
CODES = {
    "VALIDATION_ERROR": {400},
    "AUTHENTICATION_ERROR": {401},
    "AUTHORIZATION_ERROR": {403},
    "NOT_FOUND": {404},
    "PAYLOAD_TOO_LARGE": {413},
    "UNSUPPORTED_MEDIA_TYPE": {415},
    "RATE_LIMIT_EXCEEDED": {429},
    "INTERNAL_ERROR": {500, 504},
}


def definition(cloud: Cloud) -> dict[str, Any]:
    found: dict[str, Any] = cloud.only("AWS::ApiGateway::RestApi")["Body"]
    return found


def gateway_responses(cloud: Cloud) -> dict[str, Any]:
    found: dict[str, Any] = definition(cloud)["x-amazon-apigateway-gateway-responses"]
    return found


def test_every_declared_route_is_a_path_and_no_other(cloud: Cloud) -> None:
    paths = definition(cloud)["paths"]

    assert set(paths) == {route.path for route in ROUTES}
    for path, methods in paths.items():
        assert set(methods) == {"x-amazon-apigateway-any-method"}
        (operation,) = methods.values()
        assert operation["x-amazon-apigateway-integration"]["type"] == "aws_proxy"
        named = [each["name"] for each in operation.get("parameters", [])]
        assert named == re.findall(r"{(\w+)}", path)


def test_the_paths_lead_to_the_function_that_the_stage_names(cloud: Cloud) -> None:
    variables = cloud.only("AWS::ApiGateway::Stage")["Variables"]
    uris = {
        json.dumps(each["x-amazon-apigateway-any-method"]["x-amazon-apigateway-integration"]["uri"])
        for each in definition(cloud)["paths"].values()
    }

    (uri,) = uris
    assert ":function:${stageVariables.http_api}:live/invocations" in uri
    assert list(variables) == ["http_api"]
    function = cloud.template["Resources"][variables["http_api"]["Ref"]]["Properties"]
    assert function["Handler"] == "functions.http_api.handler.lambda_handler"


def test_bytes_pass_through_the_http_api_unchanged(cloud: Cloud) -> None:
    api = cloud.only("AWS::ApiGateway::RestApi")

    assert api["BinaryMediaTypes"] == ["*/*"]
    assert api["EndpointConfiguration"]["Types"] == ["REGIONAL"]


def test_both_stages_throttle(synthesize: Synthesize) -> None:
    cloud = synthesize({"requestRate": 20, "requestBurst": 40})

    (http,) = cloud.only("AWS::ApiGateway::Stage")["MethodSettings"]
    socket = cloud.only("AWS::ApiGatewayV2::Stage")["DefaultRouteSettings"]
    for each in (http, socket):
        assert each["ThrottlingRateLimit"] == 20
        assert each["ThrottlingBurstLimit"] == 40


def test_access_logs_hold_no_path_no_query_and_no_client_address(cloud: Cloud) -> None:
    formats = [
        cloud.only("AWS::ApiGateway::Stage")["AccessLogSetting"]["Format"],
        cloud.only("AWS::ApiGatewayV2::Stage")["AccessLogSettings"]["Format"],
    ]

    for each in formats:
        logged = set(json.loads(each).values())
        assert "$context.requestId" in logged
        assert not logged & {
            "$context.path",
            "$context.identity.sourceIp",
            "$context.identity.userAgent",
        }
        assert not [value for value in logged if "queryString" in value or "header" in value]


def test_no_request_is_logged_whole(cloud: Cloud) -> None:
    (settings,) = cloud.only("AWS::ApiGateway::Stage")["MethodSettings"]

    assert settings["DataTraceEnabled"] is False
    assert settings["LoggingLevel"] == "OFF"


def test_the_accounts_logging_role_is_a_choice(cloud: Cloud, synthesize: Synthesize) -> None:
    without = synthesize({"apiLogRole": "false"})

    assert len(cloud.resources("AWS::ApiGateway::Account")) == 1
    assert without.resources("AWS::ApiGateway::Account") == {}


def test_every_gateway_response_is_the_declared_one(cloud: Cloud) -> None:
    deployed = {
        kind: (each.get("statusCode"), each["responseTemplates"])
        for kind, each in gateway_responses(cloud).items()
    }

    assert deployed == {
        each.type: (str(each.status) if each.status else None, {"application/json": each.body})
        for each in GATEWAY_RESPONSES
    }


def test_the_gateways_own_answers_tell_browsers_to_be_careful(cloud: Cloud) -> None:
    """API Gateway takes constants between single quotes: none may be inside."""
    for each in GATEWAY_RESPONSES:
        parameters = gateway_responses(cloud)[each.type]["responseParameters"]
        found = {name.rpartition(".")[2]: value for name, value in parameters.items()}
        assert set(SECURITY_HEADERS) | set(TLS_HEADERS) <= set(found)
        assert all(re.fullmatch("'[^']*'", value) for value in found.values())


def test_browsers_can_read_the_gateways_own_answers(synthesize: Synthesize) -> None:
    cloud = synthesize({"corsOrigin": "https://app.test.org"})

    for each in gateway_responses(cloud).values():
        parameters = each["responseParameters"]
        assert parameters["gatewayresponse.header.Access-Control-Allow-Origin"] == (
            "'https://app.test.org'"
        )


def test_of_several_origins_the_gateways_own_answers_are_for_the_first(
    synthesize: Synthesize,
) -> None:
    """They are fixed texts with fixed headers; the function's answers are for each."""
    some = ["https://a.test.org", "https://b.test.org"]
    cloud = synthesize({"corsOrigin": some})

    for each in gateway_responses(cloud).values():
        parameters = each["responseParameters"]
        assert parameters["gatewayresponse.header.Access-Control-Allow-Origin"] == f"'{some[0]}'"
        assert parameters["gatewayresponse.header.Vary"] == "'Origin'"
    told = [
        each["Environment"]["Variables"].get("CORS_ORIGIN")
        for each in cloud.resources("AWS::Lambda::Function").values()
        if "Environment" in each
    ]
    assert ",".join(some) in told


def test_who_asks_too_often_is_told_when_to_come_again(cloud: Cloud) -> None:
    for kind in ("THROTTLED", "QUOTA_EXCEEDED"):
        found = gateway_responses(cloud)[kind]
        assert found["statusCode"] == "429"
        assert found["responseParameters"]["gatewayresponse.header.Retry-After"] == "'1'"


def test_an_unknown_path_is_not_found(cloud: Cloud) -> None:
    assert gateway_responses(cloud)["MISSING_AUTHENTICATION_TOKEN"]["statusCode"] == "404"


def test_every_gateway_answer_has_the_error_envelope_and_a_code_of_its_status() -> None:
    for each in GATEWAY_RESPONSES:
        error = json.loads(each.body)
        assert list(error) == ["error"]
        assert list(error["error"]) == ["code", "message", "details"]
        assert error["error"]["details"] == (["requestRate"] if each.status == 429 else [])
        assert each.status is None or each.status in CODES[each.code]


def test_the_socket_has_the_declared_routes(cloud: Cloud) -> None:
    routes = cloud.resources("AWS::ApiGatewayV2::Route")

    assert {each["RouteKey"] for each in routes.values()} == set(SOCKET_ROUTES)
    assert {each["Target"]["Fn::Join"][1][0] for each in routes.values()} == {"integrations/"}


def test_the_answer_to_a_frame_goes_back_to_its_sender(cloud: Cloud) -> None:
    routes = cloud.resources("AWS::ApiGatewayV2::Route")
    answer = cloud.only("AWS::ApiGatewayV2::RouteResponse")

    assert routes[answer["RouteId"]["Ref"]]["RouteKey"] == "$default"
    assert routes[answer["RouteId"]["Ref"]]["RouteResponseSelectionExpression"] == "$default"


def test_functions_know_the_sockets_address(cloud: Cloud) -> None:
    stage = cloud.only("AWS::ApiGatewayV2::Stage")["StageName"]
    variables = cloud.functions()["table_events"]["Environment"]["Variables"]

    endpoint = variables["SOCKET_ENDPOINT"]["Fn::Join"][1]
    assert endpoint[0] == "https://"
    assert endpoint[-1] == f"/{stage}"
    assert variables["SOCKET_URL"]["Fn::Join"][1][0] == "wss://"
