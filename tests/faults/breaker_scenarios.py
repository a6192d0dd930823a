"""The breaker: its look trips it, the next day or a person puts it back, and any call fails."""

from dataclasses import replace
from typing import Any

from mayfly.assembly import Assembly
from mayfly.breaker.models import ApiStage
from mayfly.kit.dynamodb.keys import requests_key
from mayfly.limits import TRIPPED_BURST, TRIPPED_RATE
from tests.aws import client
from tests.faults.scenario import Scenario
from tests.faults.world import World

OURS, THEIRS, THEIRS_OFF = "Mayfly-receive", "theirs", "theirs-off"
FLOOD = 1_000_000  # requests, $12 of them


def looked(world: World, process: Assembly) -> bool:
    """The schedule's turn; a later one follows in any case."""
    try:
        process.breaker.service.look()
    except Exception:
        return False
    return True


def put_back(world: World, process: Assembly) -> bool:
    """`make breaker-reset`."""
    try:
        process.breaker.service.reset()
    except Exception:
        return False
    return True


def given_rules(world: World) -> None:
    """Our rule among those of others, an API, and a day that has begun."""
    ses = client("ses")
    ses.create_receipt_rule_set(RuleSetName="shared")
    for name in (THEIRS, OURS, THEIRS_OFF):
        rule = {"Name": name, "Enabled": name != THEIRS_OFF, "Actions": []}
        ses.create_receipt_rule(RuleSetName="shared", Rule=rule)
    ses.set_active_receipt_rule_set(RuleSetName="shared")
    stage = str(ApiStage(_api(), "live", 100, 200, is_rest=True))
    world.settings = replace(
        world.settings, receipt_rule=OURS, daily_budget_usd=5, api_stages=(stage,)
    )
    assert looked(world, world.process())


def given_a_flood(world: World) -> None:
    """The same, and far more requests than a day may cost."""
    given_rules(world)
    world.process().adapters.table.update(
        requests_key(0),
        UpdateExpression="ADD #answered :many",
        ExpressionAttributeNames={"#answered": "show_message 2xx"},
        ExpressionAttributeValues={":many": FLOOD},
    )


def given_a_trip(world: World) -> None:
    """The same, and the breaker has tripped."""
    given_a_flood(world)
    assert looked(world, world.process())
    _closed(world)


def _next_day(world: World) -> None:
    given_a_trip(world)
    world.clock.advance(days=1)


def _api() -> str:
    api = client("apigateway")
    made: str = api.create_rest_api(name="Mayfly")["id"]
    where = {
        "restApiId": made,
        "resourceId": api.get_resources(restApiId=made)["items"][0]["id"],
        "httpMethod": "GET",
    }
    api.put_method(**where, authorizationType="NONE")
    api.put_integration(**where, type="MOCK")
    deployment = api.create_deployment(restApiId=made)["id"]
    api.create_stage(restApiId=made, stageName="live", deploymentId=deployment)
    usual = {"rateLimit": "100", "burstLimit": "200"}
    api.update_stage(
        restApiId=made,
        stageName="live",
        patchOperations=[
            {"op": "replace", "path": f"/*/*/throttling/{name}", "value": value}
            for name, value in usual.items()
        ],
    )
    return made


def _state(world: World) -> tuple[dict[str, bool], tuple[float, int]]:
    rules = client("ses").describe_active_receipt_rule_set()["Rules"]
    stage = ApiStage.parse(world.settings.api_stages[0])
    shown: Any = client("apigateway").get_stage(restApiId=stage.api, stageName="live")
    found = shown["methodSettings"]["*/*"]
    throttle = found["throttlingRateLimit"], found["throttlingBurstLimit"]
    return {each["Name"]: each["Enabled"] for each in rules}, throttle


def _closed(world: World) -> None:
    """Ours alone is out of service, and that is noted; the next look leaves it so."""
    for _ in range(2):
        rules = {THEIRS: True, OURS: False, THEIRS_OFF: False}
        assert _state(world) == (rules, (TRIPPED_RATE, TRIPPED_BURST))
        assert world.process().breaker.service.status().is_tripped
        assert looked(world, world.process())


def _open(world: World) -> None:
    """All is as it was before; the looks after that leave it so."""
    for _ in range(3):
        assert _state(world) == ({THEIRS: True, OURS: True, THEIRS_OFF: False}, (100, 200))
        assert not world.process().breaker.service.status().is_tripped
        assert looked(world, world.process())


BREAKER: dict[str, Scenario] = {
    "tripping the breaker": Scenario(looked, given_a_flood, _closed),
    "looking while it is tripped": Scenario(looked, given_a_trip, _closed),
    "putting the breaker back": Scenario(put_back, given_a_trip, _open),
    "ending with the day": Scenario(looked, _next_day, _open),
    "looking at a quiet day": Scenario(looked, given_rules, _open),
}
