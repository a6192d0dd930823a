"""The client has every operation of the API, and each is the operation that it says it is."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import mayfly
import mayfly_client
from bench.pages.client import is_foreign
from mayfly.api import ROUTES
from mayfly.kit.http.route import Route
from mayfly_client.api import Api
from mayfly_client.errors import MayflyError
from mayfly_client.flows import Operation

CLIENT = Path(__file__).parents[2] / "clients" / "python"
VARIANTS = ("_link", "_text")  # the same operation, with another kind of answer


def subjects() -> Iterator[tuple[str, Any]]:
    for name, found in vars(Api).items():
        if isinstance(found, property):
            yield name, type(getattr(Api(), name))


OPERATIONS = {
    name: (subject, found)
    for subject, kind in subjects()
    for name, found in vars(kind).items()
    if isinstance(found, Operation)
}


OURS = [each for each in ROUTES if not is_foreign(each.tag)]


@pytest.mark.parametrize("route", OURS, ids=lambda route: str(route.operation))
def test_every_route_is_an_operation_of_its_subject(route: Route) -> None:
    assert route.operation in OPERATIONS, "run: make pages"

    subject, found = OPERATIONS[route.operation]
    assert (found.method, found.path) == (route.method, route.path)
    assert subject == route.tag.lower().replace(" ", "_")


@pytest.mark.parametrize("name", OPERATIONS)
def test_no_operation_is_one_that_the_api_has_not(name: str) -> None:
    known = {route.operation: (route.method, route.path) for route in ROUTES}
    plain = next((name.removesuffix(each) for each in VARIANTS if name.endswith(each)), name)

    found = OPERATIONS[name][1]
    assert known[name if name in known else plain] == (found.method, found.path)


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_says_what_it_does(name: str) -> None:
    assert OPERATIONS[name][1].__doc__


def test_client_and_service_have_one_version() -> None:
    assert mayfly_client.__version__ == mayfly.__version__


def test_the_client_needs_nothing_and_has_its_types_with_it() -> None:
    project = tomllib.loads((CLIENT / "pyproject.toml").read_text())["project"]

    assert project["dependencies"] == []
    assert (CLIENT / "mayfly_client" / "py.typed").exists()


def test_whoever_installs_the_service_has_the_commands_and_the_plugin_of_the_client() -> None:
    whole = tomllib.loads((CLIENT.parents[1] / "pyproject.toml").read_text())["project"]
    project = tomllib.loads((CLIENT / "pyproject.toml").read_text())["project"]

    assert whole["scripts"].items() >= project["scripts"].items()
    assert whole["entry-points"] == project["entry-points"]


@pytest.mark.parametrize("name", mayfly_client.__all__)
def test_what_is_exported_is_there(name: str) -> None:
    assert getattr(mayfly_client, name).__name__ == name


def test_every_error_is_exported() -> None:
    kinds = {MayflyError}
    while more := {each for kind in kinds for each in kind.__subclasses__()} - kinds:
        kinds |= more

    ours = {each.__name__ for each in kinds if each.__module__ == "mayfly_client.errors"}
    assert ours <= set(mayfly_client.__all__)


def test_nothing_else_is_exported() -> None:
    with pytest.raises(AttributeError):
        _ = mayfly_client.nothing


@pytest.mark.parametrize("part", ["", ".", ".."])
def test_no_part_of_a_path_leads_elsewhere(part: str) -> None:
    with pytest.raises(ValueError, match="names nothing"):
        OPERATIONS["show_address"][1].of(None, part)


def test_what_stands_in_a_path_is_quoted() -> None:
    call = OPERATIONS["show_inbox_message"][1].of(None, "a/b?c#d", 7)

    assert call.path == "/v1/inboxes/a%2Fb%3Fc%23d/messages/7"
