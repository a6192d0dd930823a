"""How the breaker narrows API Gateway, and what it leaves alone."""

from collections.abc import Iterator
from typing import Any

import pytest

from mayfly.breaker.apigateway import ApiThrottle
from mayfly.breaker.models import ApiStage
from mayfly.errors import InvalidInput
from mayfly.limits import TRIPPED_BURST, TRIPPED_RATE
from mayfly.settings import Settings
from tests.aws import client, on_moto

LOW = (TRIPPED_RATE, TRIPPED_BURST)


class Sockets:
    """moto cannot update a stage of a WebSocket API: it is made anew."""

    def __init__(self) -> None:
        self.get_stage = client("apigatewayv2").get_stage

    def update_stage(self, **told: Any) -> None:
        real = client("apigatewayv2")
        real.delete_stage(ApiId=told["ApiId"], StageName=told["StageName"])
        real.create_stage(**told)


class Apis:
    """Two APIs of moto's, throttled as a deployment does it."""

    def __init__(self) -> None:
        self.rest, self.sockets = client("apigateway"), client("apigatewayv2")
        rest = self.rest.create_rest_api(name="Mayfly")["id"]
        root = self.rest.get_resources(restApiId=rest)["items"][0]["id"]
        where = {"restApiId": rest, "resourceId": root, "httpMethod": "GET"}
        self.rest.put_method(**where, authorizationType="NONE")
        self.rest.put_integration(**where, type="MOCK")
        made = self.rest.create_deployment(restApiId=rest)["id"]
        self.rest.create_stage(restApiId=rest, stageName="live", deploymentId=made)
        socket = self.sockets.create_api(
            Name="Mayfly-socket",
            ProtocolType="WEBSOCKET",
            RouteSelectionExpression="$request.body.type",
        )["ApiId"]
        self.sockets.create_stage(
            ApiId=socket,
            StageName="live",
            DefaultRouteSettings={"ThrottlingRateLimit": 100.0, "ThrottlingBurstLimit": 200},
        )
        self.stages = (
            ApiStage(rest, "live", 100, 200, is_rest=True),
            ApiStage(socket, "live", 100, 200, is_rest=False),
        )
        self.set_rest(100, 200)

    def set_rest(self, rate: int, burst: int) -> None:
        self.rest.update_stage(
            restApiId=self.stages[0].api,
            stageName="live",
            patchOperations=[
                {"op": "replace", "path": "/*/*/throttling/rateLimit", "value": str(rate)},
                {"op": "replace", "path": "/*/*/throttling/burstLimit", "value": str(burst)},
            ],
        )

    @property
    def there(self) -> list[tuple[float, int]]:
        rest, socket = self.stages
        shown = self.rest.get_stage(restApiId=rest.api, stageName="live")["methodSettings"]["*/*"]
        other = self.sockets.get_stage(ApiId=socket.api, StageName="live")["DefaultRouteSettings"]
        return [
            (shown["throttlingRateLimit"], shown["throttlingBurstLimit"]),
            (other["ThrottlingRateLimit"], other["ThrottlingBurstLimit"]),
        ]

    def throttle(self, stages: Any = None) -> ApiThrottle:
        clients: dict[str, Any] = {"apigateway": self.rest, "apigatewayv2": Sockets()}
        return ApiThrottle(clients.__getitem__, self.stages if stages is None else stages)


@pytest.fixture
def apis() -> Iterator[Apis]:
    with on_moto(Settings()):
        yield Apis()


def test_both_apis_are_narrowed_and_widened_again(apis: Apis) -> None:
    throttle = apis.throttle()

    first, again = throttle.close(), throttle.close()
    narrow = apis.there
    widened, once_more = throttle.open(), throttle.open()

    assert (first, again, widened, once_more) == (True, False, True, False)
    assert (narrow, apis.there) == ([LOW, LOW], [(100, 200)] * 2)


def test_a_throttle_that_somebody_else_set_is_not_widened(apis: Apis) -> None:
    apis.throttle().close()
    apis.set_rest(1, 2)

    apis.throttle().close()
    apis.throttle().open()

    assert apis.there == [(1, 2), (100, 200)]


def test_a_deployment_that_lets_through_less_keeps_its_own(apis: Apis) -> None:
    rest = apis.stages[0]
    apis.set_rest(2, 4)
    throttle = apis.throttle([ApiStage(rest.api, "live", 2, 4, is_rest=True)])

    assert (throttle.close(), throttle.open(), apis.there[0]) == (False, False, (2, 4))


def test_without_stages_nothing_is_asked() -> None:
    throttle = ApiThrottle(lambda service: 1 // 0, ())

    assert (throttle.close(), throttle.open()) == (False, False)


@pytest.mark.parametrize("text", ["restapis/a1/stages/live 100 200", "apis/b2/stages/live 5 10"])
def test_a_stage_reads_back(text: str) -> None:
    assert str(ApiStage.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "restapis/a1/stages/live",
        "x/a1/stages/live 1 2",
        "apis//stages/live 1 2",
        "apis/a/stages/live a b",
    ],
)
def test_what_is_no_stage_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="not a stage"):
        ApiStage.parse(text)
