"""What the API's document says an operation takes, and what it does take."""

from typing import Any

import pytest

from mayfly.api import ROUTES
from mayfly.inboxes.ids import InboxId
from mayfly.kit.http.route import Route
from tests.accounts.test_accounts_routes import cookies_of, login, registered
from tests.functions.http import DOCUMENT, Api, MemoryAssembly
from tests.memory import Memory

EVERY_ROUTE = pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation)


@pytest.fixture
def api() -> Api:
    return Api(MemoryAssembly(Memory()))


def taken(route: Route) -> list[dict[str, list[str]]]:
    operation: dict[str, Any] = DOCUMENT["paths"][route.path][route.method.lower()]
    requirements: list[dict[str, list[str]]] = operation["security"]
    return requirements


def called(api: Api, route: Route, mailbox: str = "", cookie: str = "") -> int:
    """The status of the answer; the path's other values name nothing."""
    nothing = {"email": "nobody@mayfly.example", "mailboxId": mailbox or str(_nothing())}
    names = [part[1:-1] for part in route.path.split("/") if part.startswith("{")]
    values = [nothing.get(name, "1") for name in names]
    headers = {"Cookie": cookie} if cookie else {}
    return api.call(route.method, route.path, *values, headers=headers).status


def _nothing() -> InboxId:
    return InboxId("0" * 16, "0" * 16)


@EVERY_ROUTE
def test_what_needs_a_credential_says_so_and_nothing_else_does(api: Api, route: Route) -> None:
    assert (called(api, route) != 401) is is_open(route)


@EVERY_ROUTE
def test_the_cookie_of_an_account_opens_what_says_so_and_nothing_else(
    api: Api, route: Route
) -> None:
    registered(api)
    cookie = f"token={cookies_of(login(api))['token']}"
    mailbox = api.call("POST", "/api/user/mailbox/create", headers={"Cookie": cookie}).json["id"]

    opens = called(api, route, mailbox, cookie) != 401

    assert opens is ({"accountCookie": []} in taken(route) or is_open(route))


@EVERY_ROUTE
def test_the_cookie_of_a_session_opens_what_says_so_and_nothing_else(
    api: Api, route: Route
) -> None:
    begun = api.call("POST", "/api/session")
    cookie = f"sessionToken={cookies_of(begun)['sessionToken']}"

    opens = called(api, route, begun.json["mailbox"]["id"], cookie) != 401

    assert opens is ({"sessionCookie": []} in taken(route) or is_open(route))


def is_open(route: Route) -> bool:
    return not taken(route) or {} in taken(route)
