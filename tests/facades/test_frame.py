"""What all facades have in common, shown with one of them and over all that there are."""

import re
from importlib import import_module
from typing import Any

import pytest

from infra.local.configuration import HERE
from mayfly.api import ROUTES
from mayfly.errors import InvalidInput
from mayfly.facades.facade import Facade, facade, facade_at, facade_routes
from mayfly.facades.settings import NAMES
from mayfly.kit.http.route import FETCH
from mayfly.openapi import document
from mayfly.rate_limits.service import RateLimits
from mayfly.settings import Settings
from tests.functions.http import Api, MemoryAssembly
from tests.mailosaur.scenes import basic
from tests.memory import Memory

ONE = "mailosaur"
SERVERS, MESSAGES = f"/{ONE}/api/servers", f"/{ONE}/api/messages"


def api(memory: Memory, facades: tuple[str, ...] = (ONE,), **settings: Any) -> Api:
    return Api(MemoryAssembly(memory, Settings(facades=facades, **settings)))


def test_a_facade_is_there_only_where_it_is_set(memory: Memory) -> None:
    there, missing = api(memory), api(memory, ())

    refused = missing.call("GET", SERVERS)

    assert (refused.status, refused.code) == (404, "NOT_FOUND")
    assert there.call("GET", SERVERS).status == 401
    assert Settings().facades == ()
    assert HERE["FACADES"] == ",".join(NAMES)
    assert Settings(facades=NAMES).facades == NAMES


def test_the_setting_takes_names_in_any_case_and_order_and_no_others() -> None:
    both = tuple(reversed(NAMES))

    assert Settings(facades=tuple(map(str.upper, both))).facades == NAMES
    assert Settings.from_environment({"FACADES": f" {ONE.title()} ,"}).facades == (ONE,)
    with pytest.raises(InvalidInput, match=f"FACADES.*{NAMES[0]}.*'mailhog2'"):
        Settings(facades=("mailhog2",))


def test_errors_are_in_the_shape_of_the_other_service(memory: Memory) -> None:
    refused = api(memory).call("GET", SERVERS)

    assert refused.status == 401
    assert refused.json["type"] == "AUTHENTICATION_ERROR"
    assert refused.headers["WWW-Authenticate"] == "Basic"
    assert refused.headers["X-Content-Type-Options"] == "nosniff"
    assert "error" not in refused.json


def test_what_fails_inside_is_not_told(memory: Memory) -> None:
    broken = api(memory)
    address, _ = broken.make()

    class Broken:
        def show(self, address: str) -> None:
            raise RuntimeError(f"the row of {address}")

    broken.flows.inboxes.service = Broken()
    key = basic(address)

    refused = broken.call("GET", SERVERS, headers=key)

    assert refused.status == 500
    assert refused.json == {"type": "INTERNAL_ERROR", "message": "The service failed to answer"}


def test_parameters_that_nobody_knows_are_passed_over(memory: Memory) -> None:
    there = api(memory)
    address, _ = there.make()

    answered = there.call("GET", SERVERS, headers=basic(address), whatever="x")

    assert answered.status == 200
    assert there.call("GET", "/api/emails/{email}", address, whatever="x").status == 400


def test_limits_are_those_of_the_api(memory: Memory) -> None:
    flows = MemoryAssembly(memory, Settings(facades=(ONE,)), RateLimits(100, {FETCH: 2}, 100))
    there = Api(flows)
    address, _ = there.make()
    headers = basic(address)
    (server,) = there.call("GET", SERVERS, headers=headers).json["items"]
    query = {"server": server["id"]}

    answers = [there.call("GET", MESSAGES, headers=headers, **query) for _ in range(3)]

    assert [each.status for each in answers] == [200, 200, 429]
    assert answers[0].headers["X-RateLimit-Limit"] == "2"
    assert int(answers[2].headers["Retry-After"]) > 0
    assert answers[2].json["type"] == "RATE_LIMIT_EXCEEDED"
    assert there.call("GET", "/api/emails/{email}/messages", address).status == 429


def test_pages_of_other_sites_are_told_what_they_may_send(memory: Memory) -> None:
    asked = api(memory, cors_origin=("https://app.example",)).call(
        "OPTIONS", SERVERS, headers={"Origin": "https://app.example"}
    )

    assert asked.status == 204
    assert "Authorization" in asked.headers["Access-Control-Allow-Headers"]


@pytest.mark.parametrize("name", NAMES)
def test_a_facade_is_the_subject_of_its_name(name: str) -> None:
    found: Facade = import_module(f"mayfly.{name}.routes").facade

    assert found is facade(name)
    assert found.name == name
    assert found.peer
    for route in found.routes:
        assert route.path.startswith(f"/{name}/")
        assert re.fullmatch(r"[a-z0-9_]+", route.operation)
        assert found.at[route.path][route.method] is route
        assert facade_at(route.path, NAMES) is found
        assert facade_at(route.path, ()) is None


def test_nothing_is_declared_twice_and_nothing_is_in_our_own_description() -> None:
    theirs = facade_routes(NAMES)

    operations = [each.operation for each in (*ROUTES, *theirs)]
    assert len(operations) == len(set(operations))
    ways = [(each.method, each.path) for each in (*ROUTES, *theirs)]
    assert len(ways) == len(set(ways))
    ours: Any = document("https://api.example")["paths"]
    assert not {each.path for each in theirs} & set(ours)
    assert all(facade_at(each.path, NAMES) is None for each in ROUTES)
