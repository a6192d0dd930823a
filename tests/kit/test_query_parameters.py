"""Query parameters of every operation: those that its description lists are taken, no others."""

import pytest

from functions.http_api.handler import serve
from mayfly.api import ROUTES
from mayfly.kit.http.route import Route
from tests.functions.http import Api, MemoryAssembly, event, unpacked
from tests.memory import Memory

MOST_SHOWN = 400  # characters of a message


@pytest.fixture
def api(memory: Memory) -> Api:
    return Api(MemoryAssembly(memory))


def described(route: Route) -> list[str]:
    return [str(each["name"]) for each in route.parameters if each["in"] == "query"]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation)
def test_an_unknown_parameter_is_named_beside_those_that_are_possible(
    api: Api, route: Route
) -> None:
    values = ["x"] * route.path.count("{")

    reply = api.call(
        route.method, route.path, *values, headers={"Authorization": "Bearer x"}, page="2", _="1"
    )

    assert (reply.status, reply.code) == (400, "VALIDATION_ERROR")
    message = reply.json["error"]["message"]
    assert "'page'" in message and "'_'" in message
    assert all(name in message for name in described(route))


@pytest.mark.parametrize(
    "route", [each for each in ROUTES if described(each)], ids=lambda route: route.operation
)
def test_every_parameter_that_is_described_is_known(api: Api, route: Route) -> None:
    values = ["x"] * route.path.count("{")

    for name in described(route):
        reply = unpacked(
            serve(event(route.method, route.path, *values, query={name: "1"}), api.flows)
        )
        assert b"unknown parameter" not in reply.content


def test_head_has_the_parameters_of_get_and_options_asks_for_none(api: Api) -> None:
    path = "/api/emails/{email}/messages"

    assert api.call("HEAD", path, "x", page="2").status == 400
    assert api.call("OPTIONS", path, "x", page="2").status == 204


def test_the_parameters_of_document_003_are_known_and_its_values_count(api: Api) -> None:
    path = "/v1/inboxes/{inboxId}/messages"

    known = api.call("GET", path, "x", since_uid="1", limit="5", fetch_new="false")
    key = {"X-Admin-Key": "x"}
    wrong = api.call("GET", "/v1/admin/export", headers=key, format="text", status="all", a="1")
    nobody = api.call("GET", path, "x", token="eyJ")

    assert (known.status, nobody.status) == (401, 401)
    assert "'a'" in wrong.json["error"]["message"]


def test_a_name_that_differs_in_case_or_is_long_is_shown_in_part(api: Api) -> None:
    many: dict[str, object] = {f"{'x' * 500}{each}": "1" for each in range(300)}

    cased = api.call("GET", "/api/emails/{email}/messages", "x", Limit="5")
    told = event("GET", "/health", query=many)
    long = unpacked(serve(told, api.flows))

    assert "'Limit'" in cased.json["error"]["message"]
    assert long.status == 400
    assert len(long.json["error"]["message"]) < MOST_SHOWN
