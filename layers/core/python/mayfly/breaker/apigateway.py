"""How many requests API Gateway lets through: the other Intake of `mayfly.breaker.service`.

What it turns away is not charged for.
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, NamedTuple

from mayfly.breaker.models import ApiStage
from mayfly.limits import TRIPPED_BURST, TRIPPED_RATE

_REST_NAMES = ("throttlingRateLimit", "throttlingBurstLimit")
_SOCKET_NAMES = ("ThrottlingRateLimit", "ThrottlingBurstLimit")


class Throttle(NamedTuple):
    """So many requests a second, and at once."""

    rate: float
    burst: float


@dataclass(frozen=True, slots=True)
class ApiThrottle:
    """The stages of both APIs; without them nothing is read.

    `client` makes a client of a service. A throttle that is neither the deployment's nor ours is
    somebody's own: closing lowers it all the same, and opening leaves it as it is.
    """

    client: Callable[[str], Any]
    stages: Sequence[ApiStage]

    def close(self) -> bool:
        """Two calls at most for each stage."""
        changes = []
        for stage in self.stages:
            there, low = self._get(stage), _low(stage)
            if there.rate > low.rate or there.burst > low.burst:
                self._put(stage, low)
                changes.append(stage)
        return bool(changes)

    def open(self) -> bool:
        """Two calls at most for each stage."""
        changes = []
        for stage in self.stages:
            usual = Throttle(stage.rate, stage.burst)
            if self._get(stage) == _low(stage) != usual:
                self._put(stage, usual)
                changes.append(stage)
        return bool(changes)

    def _get(self, stage: ApiStage) -> Throttle:
        if stage.is_rest:
            names = {"restApiId": stage.api, "stageName": stage.name}
            answer = self.client("apigateway").get_stage(**names)
            settings = answer.get("methodSettings", {}).get("*/*", {})
            found = [settings.get(name, inf) for name in _REST_NAMES]
        else:
            settings = self._routes(stage)
            found = [settings.get(name, inf) for name in _SOCKET_NAMES]
        return Throttle(*found)

    def _routes(self, stage: ApiStage) -> dict[str, Any]:
        client = self.client("apigatewayv2")
        answer = client.get_stage(ApiId=stage.api, StageName=stage.name)
        settings: dict[str, Any] = answer.get("DefaultRouteSettings", {})
        return settings

    def _put(self, stage: ApiStage, throttle: Throttle) -> None:
        if stage.is_rest:
            values = {"rateLimit": f"{throttle.rate:g}", "burstLimit": f"{throttle.burst:g}"}
            self.client("apigateway").update_stage(
                restApiId=stage.api,
                stageName=stage.name,
                patchOperations=[
                    {"op": "replace", "path": f"/*/*/throttling/{name}", "value": value}
                    for name, value in values.items()
                ],
            )
            return
        changed = dict(zip(_SOCKET_NAMES, throttle, strict=True))
        self.client("apigatewayv2").update_stage(
            ApiId=stage.api,
            StageName=stage.name,
            DefaultRouteSettings=self._routes(stage) | changed,
        )


def _low(stage: ApiStage) -> Throttle:
    return Throttle(min(stage.rate, TRIPPED_RATE), min(stage.burst, TRIPPED_BURST))
