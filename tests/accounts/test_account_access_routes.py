"""Every route of document 004 with every kind of caller: what each is answered."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from mayfly.accounts import password_routes as passwords
from mayfly.accounts import routes as accounts
from mayfly.mailboxes import routes as mailboxes
from tests.accounts.test_accounts_routes import EMAIL, PASSWORD, cookies_of, login, registered
from tests.functions.http import Api, MemoryAssembly, Reply, bearer
from tests.memory import Memory

Headers = dict[str, str]
# What the owner sends, and is answered. A route that is not here fails the first test.
OPEN = {
    ("POST", "/api/users/register"),
    ("POST", "/api/users/verify"),
    ("POST", "/api/users/password/forgot"),
    ("POST", "/api/users/password/reset"),
    ("POST", "/api/users/login"),
    ("POST", "/api/users/logout"),
    ("POST", "/api/session"),
    ("GET", "/api/session"),
}
OWNERS: dict[tuple[str, str], object] = {
    ("GET", "/api/users/me"): None,
    ("DELETE", "/api/users/me"): {"password": PASSWORD},
    ("PUT", "/api/users/profile"): {"fullName": "Ann"},
    ("POST", "/api/users/change-password"): {
        "currentPassword": PASSWORD,
        "newPassword": "a second phrase",
    },
    ("POST", "/api/user/mailbox/create"): {"alias": "another"},
    ("GET", "/api/user/mailbox"): None,
    ("GET", "/api/user/mailbox/{mailboxId}"): None,
    ("DELETE", "/api/user/mailbox/{mailboxId}"): None,
    ("POST", "/api/user/mailbox/{mailboxId}/extend"): None,
    ("GET", "/api/user/mailbox/{mailboxId}/qr"): None,
}
SECRETS = (EMAIL.encode(), b"Ann Other", b"victim@mayfly.example")


@dataclass
class Scene:
    """The victim's account with a mailbox, and what callers can get hold of."""

    api: Api
    memory: Memory
    token: str
    mailbox: str


@pytest.fixture
def scene() -> Scene:
    memory = Memory()
    api = Api(MemoryAssembly(memory))
    registered(api)
    token = login(api).json["token"]
    made = api.call(
        "POST", "/api/user/mailbox/create", body={"alias": "victim"}, headers=bearer(token)
    )
    return Scene(api, memory, token, made.json["id"])


def called(scene: Scene, route: tuple[str, str], headers: Headers) -> Reply:
    method, path = route
    values = (scene.mailbox,) if "{" in path else ()
    return scene.api.call(method, path, *values, body=OWNERS[route], headers=headers)


def all_kept(scene: Scene) -> tuple[object, ...]:
    """All accounts and inboxes; their texts would leave out what no log may show."""
    return dict(scene.memory.rows.accounts), dict(scene.memory.rows.inboxes)


def kept(scene: Scene) -> tuple[object, ...]:
    """The victim's account and mailbox, which came first."""
    rows = scene.memory.rows
    return next(iter(rows.accounts.values())), next(iter(rows.inboxes.values()))


def session(scene: Scene) -> Headers:
    token = cookies_of(scene.api.call("POST", "/api/session"))["sessionToken"]
    return {"Cookie": f"sessionToken={token}; token={token}"}


def session_bearer(scene: Scene) -> Headers:
    return bearer(scene.api.call("POST", "/api/session").json["sessionToken"])


def address_token(scene: Scene) -> Headers:
    return bearer(scene.api.call("POST", "/api/emails").json["access_token"])


def expired(scene: Scene) -> Headers:
    scene.memory.clock.advance(days=7)
    return bearer(scene.token)


def logged_out(scene: Scene) -> Headers:
    scene.api.call("POST", "/api/users/logout", headers=bearer(scene.token))
    return bearer(scene.token)


def other_password(scene: Scene) -> Headers:
    here = bearer(login(scene.api).json["token"])
    body = OWNERS["POST", "/api/users/change-password"]
    scene.api.call("POST", "/api/users/change-password", body=body, headers=here)
    return bearer(scene.token)


def other_generation(scene: Scene) -> Headers:
    body = {"password": PASSWORD}
    scene.api.call("DELETE", "/api/users/me", body=body, headers=bearer(scene.token))
    registered(scene.api)
    return bearer(scene.token)


def forged(scene: Scene) -> Headers:
    head, claims, signature = scene.token.split(".")
    return bearer(f"{head}.{claims}.{signature[::-1]}")


def retired_key(scene: Scene) -> Headers:
    for secret in ("the second secret, long enough for it", "the third secret, long enough for it"):
        scene.memory.signing_keys.change(secret)
    return bearer(scene.token)


CALLERS: dict[str, Callable[[Scene], Headers]] = {
    "nobody": lambda scene: {},
    "an empty cookie": lambda scene: {"Cookie": "token="},
    "a cookie of another name": lambda scene: {"Cookie": f"Token={scene.token}"},
    "an anonymous session": session,
    "its bearer": session_bearer,
    "the bearer of an address": address_token,
    "forged": forged,
    "expired": expired,
    "logged out": logged_out,
    "with a password since changed": other_password,
    "of an account since deleted": other_generation,
    "with a retired key": retired_key,
}


def test_every_route_is_in_the_table() -> None:
    declared = (*accounts.api, *passwords.api, *mailboxes.sessions, *mailboxes.api)
    routes = {(each.method, each.path) for each in declared}

    assert routes == OPEN | OWNERS.keys()


@pytest.mark.parametrize("how", ["bearer", "cookie"])
@pytest.mark.parametrize("route", OWNERS, ids=" ".join)
def test_the_owner_is_answered(scene: Scene, route: tuple[str, str], how: str) -> None:
    headers = bearer(scene.token) if how == "bearer" else {"Cookie": f"token={scene.token}"}

    assert called(scene, route, headers).status in (200, 201)


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("route", OWNERS, ids=" ".join)
def test_nobody_else_is(scene: Scene, route: tuple[str, str], caller: str) -> None:
    headers = CALLERS[caller](scene)
    before = all_kept(scene)

    reply = called(scene, route, headers)

    assert (reply.status, reply.code) == (401, "AUTHENTICATION_ERROR")
    assert not [each for each in SECRETS if each in reply.content]
    assert all_kept(scene) == before


@pytest.mark.parametrize("route", OWNERS, ids=" ".join)
def test_another_account_sees_and_changes_nothing(scene: Scene, route: tuple[str, str]) -> None:
    registered(scene.api, "eve@elsewhere.example")
    eve = bearer(login(scene.api, "eve@elsewhere.example").json["token"])
    before = kept(scene)

    reply = called(scene, route, eve)

    assert (reply.status == 404) is ("{" in route[1])
    assert not [each for each in (b"victim@", scene.mailbox.encode()) if each in reply.content]
    assert kept(scene) == before


def test_a_token_of_an_account_opens_no_private_inbox(scene: Scene) -> None:
    began = scene.api.call("POST", "/api/session").json["mailbox"]["id"]

    for mailbox in (scene.mailbox, began):
        reply = scene.api.call("GET", "/v1/inboxes/{inboxId}", mailbox, headers=bearer(scene.token))
        assert reply.status == 401


def test_an_owned_mailbox_is_no_public_address(scene: Scene) -> None:
    address = "victim@mayfly.example"

    assert scene.api.call("GET", "/api/emails/{email}", address).status == 404
    assert scene.api.call("GET", "/api/emails/{email}/messages", address).status == 404


def test_a_session_ends_by_our_clock_whatever_the_cookie_says(scene: Scene) -> None:
    scene.memory.clock.now += timedelta(days=7) - timedelta(seconds=1)
    headers = {"Cookie": f"token={scene.token}"}
    assert scene.api.call("GET", "/api/users/me", headers=headers).status == 200

    scene.memory.clock.advance(seconds=1)

    assert scene.api.call("GET", "/api/users/me", headers=headers).status == 401
