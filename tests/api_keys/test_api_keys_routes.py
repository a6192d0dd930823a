"""API keys as accounts manage them, and as programs use them."""

import io
from dataclasses import replace
from typing import Any

import pytest

from mayfly.admission.callers import caller_of
from mayfly.api import ROUTES
from mayfly.api_keys.models import Scope
from mayfly.errors import CrossSite, OutOfScope, Unauthenticated
from mayfly.kit.http.messages import Request
from mayfly.rate_limits.service import RateLimits
from mayfly.settings import Settings
from tests.accounts.test_accounts_routes import EMAIL, PASSWORD, logged_in, login
from tests.functions.http import BASE, DOCUMENT, Api, MemoryAssembly, Reply, event

KEYS = "/api/v1/keys"
KEY = "/api/v1/keys/{keyId}"
WISH = {"name": "nightly tests", "scopes": ["emails:read"]}
ASKED = "/api/v1/domains"


def made(api: Api, headers: dict[str, str], **changes: object) -> Reply:
    return api.call("POST", KEYS, body=WISH | changes, headers=headers)


def called(
    api: Api, key: str, scope: Scope, method: str = "GET", **headers: str
) -> tuple[str, Request]:
    """The e-mail address of the account that calls with the key, and the request."""
    sent = {"X-API-Key": key} | {name.replace("_", "-"): text for name, text in headers.items()}
    request = Request.read(event(method, ASKED, headers=sent))
    return str(caller_of(request, api.flows, scope).email), request


def test_a_key_is_made_listed_used_and_revoked(api: Api) -> None:
    headers = logged_in(api)

    reply = made(api, headers, expiresAt="2026-01-02T13:00:00+01:00")
    key = reply.json.pop("key")
    shown = {name: value for name, value in reply.json.items() if name != "key"}

    assert reply.status == 201
    assert reply.headers["Location"] == f"{BASE}{KEYS}/{shown['id']}"
    assert shown == {
        "id": shown["id"],
        "name": "nightly tests",
        "scopes": ["emails:read"],
        "createdAt": "2026-01-01T12:00:00Z",
        "expiresAt": "2026-01-02T12:00:00Z",
        "lastUsedAt": None,
        "isExpired": False,
    }
    key = reply.json["key"]
    assert called(api, key, Scope.READ)[0] == EMAIL
    listed = api.call("GET", KEYS, headers=headers).json
    assert listed == {
        "keys": [shown | {"lastUsedAt": "2026-01-01T12:00:00Z"}],
        "count": 1,
        "limit": 20,
    }
    gone = api.call("DELETE", KEY, shown["id"], headers=headers)
    assert (gone.status, gone.json) == (200, {"id": shown["id"], "revoked": True})
    with pytest.raises(Unauthenticated):
        called(api, key, Scope.READ)
    assert api.call("DELETE", KEY, shown["id"], headers=headers).status == 404


def test_a_key_is_shown_once(api: Api) -> None:
    headers = logged_in(api)

    key = made(api, headers).json["key"]

    assert key[4:] not in api.call("GET", KEYS, headers=headers).content.decode()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": ""}, "name"),
        ({"name": " "}, "name"),
        ({"name": None}, "name"),
        ({"name": "x" * 101}, "100"),
        ({"name": "two\nlines"}, "one line"),
        ({"scopes": []}, "scopes"),
        ({"scopes": "emails:read"}, "scopes"),
        ({"scopes": ["emails"]}, "emails:send"),
        ({"scopes": [["domains"]]}, "scopes"),
        ({"scopes": [None]}, "scopes"),
        ({"expiresAt": "tomorrow"}, "expiresAt"),
        ({"expiresAt": 5}, "expiresAt"),
        ({"expiresAt": "2026-01-02T12:00:00"}, "zone"),
        ({"expiresAt": "2025-12-31T12:00:00Z"}, "future"),
        ({"expiresAt": "9999-12-31T23:59:59Z"}, "ten years"),
        ({"expiresAt": "0001-01-01T00:00:00+14:00"}, "expiresAt"),
        ({"key": "mine"}, "'key'"),
    ],
)
def test_what_cannot_be_made_says_why(api: Api, changes: dict[str, object], says: str) -> None:
    headers = logged_in(api)

    reply = made(api, headers, **changes)

    assert (reply.status, reply.code) == (400, "VALIDATION_ERROR")
    assert says in reply.json["error"]["message"]


def test_a_21st_key_is_a_conflict(api: Api) -> None:
    headers = logged_in(api)
    statuses = [made(api, headers).status for _ in range(21)]

    assert statuses == [201] * 20 + [409]


def test_somebody_elses_key_is_not_there(api: Api) -> None:
    key_id = made(api, logged_in(api)).json["id"]
    other = logged_in(api, "eve@elsewhere.example")

    assert api.call("DELETE", KEY, key_id, headers=other).status == 404
    assert api.call("GET", KEYS, headers=other).json["keys"] == []


def test_a_key_manages_no_keys(api: Api) -> None:
    key = made(api, logged_in(api), scopes=[each.value for each in Scope]).json["key"]
    headers = {"X-API-Key": key}

    replies = [
        api.call("GET", KEYS, headers=headers),
        api.call("POST", KEYS, body=WISH, headers=headers),
        api.call("DELETE", KEY, "some-id", headers=headers),
    ]

    assert [each.status for each in replies] == [401, 401, 401]


def test_keys_go_on_after_a_logout_and_a_change_of_password(api: Api) -> None:
    headers = logged_in(api)
    key = made(api, headers).json["key"]
    change = {"currentPassword": PASSWORD, "newPassword": "another long phrase"}

    assert (
        api.call("POST", "/api/users/change-password", body=change, headers=headers).status == 200
    )
    assert api.call("POST", "/api/users/logout", headers=headers).status == 200

    assert called(api, key, Scope.READ)[0] == EMAIL


def test_keys_end_with_their_account(api: Api) -> None:
    headers = logged_in(api)
    key = made(api, headers).json["key"]

    farewell = {"password": PASSWORD}
    assert api.call("DELETE", "/api/users/me", body=farewell, headers=headers).status == 200

    with pytest.raises(Unauthenticated):
        called(api, key, Scope.READ)
    logged_in(api)
    with pytest.raises(Unauthenticated):
        called(api, key, Scope.READ)


def test_a_key_counts_whatever_comes_along(api: Api) -> None:
    """A good key with a bad token is in; a key without the scope is not helped by a session."""
    headers = logged_in(api)
    key = made(api, headers).json["key"]

    assert called(api, key, Scope.READ, Authorization="Bearer x")[0] == EMAIL
    with pytest.raises(OutOfScope):
        called(api, key, Scope.SEND, **headers)
    with pytest.raises(Unauthenticated):
        called(api, "mfk_x", Scope.READ, **headers)


def test_without_a_key_it_is_a_session_that_calls(api: Api) -> None:
    headers = logged_in(api)
    token = login(api).json["token"]

    for sent in (headers, {"Authorization": f"Bearer {token}"}):
        request = Request.read(event("GET", ASKED, headers=sent))
        assert str(caller_of(request, api.flows, Scope.READ).email) == EMAIL
    foreign = {**headers, "Sec-Fetch-Site": "cross-site"}
    with pytest.raises(CrossSite):
        caller_of(Request.read(event("POST", ASKED, headers=foreign)), api.flows, Scope.SEND)
    with pytest.raises(Unauthenticated):
        caller_of(Request.read(event("GET", ASKED)), api.flows, Scope.READ)


def test_no_page_of_another_site_can_lend_a_key(api: Api) -> None:
    """A key is no cookie: who sends one has it, from whichever page."""
    key = made(api, logged_in(api)).json["key"]

    assert called(api, key, Scope.READ, "POST", Sec_Fetch_Site="cross-site")[0] == EMAIL


def test_a_use_that_cannot_be_noted_lets_in_all_the_same(
    flows: MemoryAssembly, api: Api, log: io.StringIO
) -> None:
    key = made(api, logged_in(api)).json["key"]
    flows.adapters.api_keys.failing = RuntimeError("no table")

    assert called(api, key, Scope.READ)[0] == EMAIL
    assert "Use of a key not noted" in log.getvalue()
    assert key not in log.getvalue()


def test_all_keys_of_an_account_count_as_the_account(flows: MemoryAssembly, api: Api) -> None:
    headers = logged_in(api)
    keys = [made(api, headers).json["key"] for _ in range(2)]
    flows.rates = RateLimits(4, {}, 0)
    flows.adapters.request_counts.rows.clear()

    def remaining(**sent: str) -> str:
        reply = api.call("GET", KEYS, headers={k.replace("_", "-"): v for k, v in sent.items()})
        return reply.headers["X-RateLimit-Remaining"]

    told = [
        remaining(X_API_Key=keys[0]),
        remaining(X_API_Key=keys[1]),
        remaining(**headers),
        remaining(X_API_Key="mfk_" + "0" * 49),
    ]

    assert told == ["3", "2", "1", "3"]


def test_a_key_elsewhere_is_looked_up_by_nobody(flows: MemoryAssembly, api: Api) -> None:
    key = made(api, logged_in(api)).json["key"]
    flows.rates = RateLimits(100, {}, 0)
    flows.adapters.request_counts.rows.clear()

    for path in ("/api/domains", "/health", "/health", "/health", "/health"):
        api.call("GET", path, headers={"X-API-Key": key})

    ((_, counted),) = flows.adapters.request_counts.rows.items()
    assert counted == {"all": 5}


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation)
def test_what_takes_a_key_names_a_scope_there_is(route: Any) -> None:
    scope = route.caller.scope
    described = DOCUMENT["paths"][route.path][route.method.lower()]["security"]

    assert (not scope) or (scope in set(Scope) and route.path.startswith("/api/v1/"))
    assert [each["apiKey"] for each in described if "apiKey" in each] == (
        [[scope]] if scope else []
    )


def test_browsers_may_send_a_key(flows: MemoryAssembly) -> None:
    flows.restart(replace(Settings(), cors_origin=("https://web.example",)))

    reply = Api(flows).call("OPTIONS", KEYS)

    assert "X-API-Key" in reply.headers["Access-Control-Allow-Headers"]
