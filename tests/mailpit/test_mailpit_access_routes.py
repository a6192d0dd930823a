"""Every operation of Mailpit's and MailHog's with every kind of caller: nobody gets in unheld."""

from collections.abc import Callable

import pytest

from mayfly.inboxes.ids import InboxId
from mayfly.kit.http.route import Route
from tests.functions.http import Reply
from tests.mailpit.scenes import PASSWORD, SECRETS, Held, Scene, not_offered, routes

OWNED: dict[str, Callable[[Scene], Held]] = {
    "private": lambda scene: scene.private(),
    "mailbox": lambda scene: victims(scene),
}
ONLY_HOLDERS = {"mailpit_delete", "mailpit_delete_search", "mailhog_delete_all", "mailhog_delete"}
"""What of a public address only its access token does."""
QUERIES = {
    "mailpit_search": {"query": "hidden"},
    "mailpit_delete_search": {"query": "hidden"},
    "mailhog_search": {"kind": "containing", "query": "hidden"},
}


def victims(scene: Scene) -> Held:
    return scene.mailbox(scene.account("victim@elsewhere.example"))


def ids(route: Route) -> str:
    return route.operation


def call(scene: Scene, route: Route, name: str, password: str, message: str) -> Reply:
    values = {"{id}": message, "{part}": "1", "{tag}": "a", "{file}": f"{message}.txt"}
    _, peer, inbox, *rest = route.path.split("/")
    assert inbox == "{inbox}"
    filled = [values[each] for each in rest if each in values]
    path = "/".join([peer, *rest])
    query = QUERIES.get(route.operation, {})
    return scene.asked(name, password, route.method, path, *filled, **query)


def another_inbox(scene: Scene, held: Held) -> str:
    return scene.private().password


def another_address(scene: Scene, held: Held) -> str:
    return scene.public().password


def another_account(scene: Scene, held: Held) -> str:
    return scene.account("somebody@elsewhere.example")


def another_accounts_key(scene: Scene, held: Held) -> str:
    return scene.key(scene.account("somebody@elsewhere.example"), "mailboxes")


def key_for_other_things(scene: Scene, held: Held) -> str:
    token = scene.account("victim2@elsewhere.example")
    return scene.key(token, "emails:read", "domains")


CALLERS: dict[str, tuple[Callable[[Scene, Held], str], int]] = {
    "nobody": (lambda scene, held: "", 401),
    "no token": (lambda scene, held: "x", 401),
    "cut short": (lambda scene, held: held.password[:-2], 401),
    "the password of an account": (lambda scene, held: PASSWORD, 401),
    "another inbox": (another_inbox, 404),
    "another address": (another_address, 401),
    "another account": (another_account, 404),
    "another account's key": (another_accounts_key, 404),
    "a key for other things": (key_for_other_things, 403),
}


@pytest.mark.parametrize("route", routes(), ids=ids)
@pytest.mark.parametrize("kind", OWNED)
@pytest.mark.parametrize("caller", CALLERS)
def test_what_is_somebodys_opens_to_nobody_else(kind: str, caller: str, route: Route) -> None:
    scene = Scene()
    held = OWNED[kind](scene)
    scene.receive(held)
    message = scene.ids(held)[0]
    password, status = CALLERS[caller]

    reply = call(scene, route, held.name, password(scene, held), message)

    assert reply.status == status or (route.operation == "mailhog_jim" and reply.status == 404)
    assert not any(secret in reply.content for secret in SECRETS)
    assert scene.ids(held) == [message]


@pytest.mark.parametrize("route", routes(), ids=ids)
def test_a_public_address_opens_to_who_knows_it_and_is_deleted_with_its_token(
    route: Route,
) -> None:
    scene = Scene()
    held, other = scene.public(), scene.public()
    scene.receive(held)
    message = scene.ids(held)[0]

    for password in ("", "x", other.password):
        reply = call(scene, route, held.name, password, message)
        wanted = {"mailhog_jim": 404}.get(route.operation, 200)
        assert reply.status == (401 if route.operation in ONLY_HOLDERS else wanted)
        assert scene.ids(held) == [message]


@pytest.mark.parametrize("route", [each for each in routes() if "{id}" in each.path], ids=ids)
def test_a_message_is_found_in_its_own_inbox_only(route: Route) -> None:
    scene = Scene()
    inboxes = [scene.public(), scene.public(), scene.private(), scene.private(), victims(scene)]
    for each in inboxes:
        scene.receive(each)
    messages = [scene.ids(each)[0] for each in inboxes]

    for held in inboxes:
        for other, message in zip(inboxes, messages, strict=True):
            if other is not held:
                reply = call(scene, route, held.name, held.password, message)
                assert reply.status == 404
                assert not any(secret in reply.content for secret in SECRETS)
    assert [scene.ids(each)[0] for each in inboxes] == messages


@pytest.mark.parametrize("route", routes(), ids=ids)
def test_an_inbox_that_is_gone_shows_nothing(route: Route) -> None:
    scene = Scene()
    held = scene.private()
    scene.receive(held)
    message = scene.ids(held)[0]
    scene.memory.inboxes.close(InboxId.parse(held.name), scene.memory.clock())

    reply = call(scene, route, held.name, held.password, message)

    assert reply.status == 404


@pytest.mark.parametrize("route", not_offered(), ids=lambda route: f"{route.method} {route.path}")
def test_what_is_not_offered_is_said_to_be_so(route: Route) -> None:
    scene = Scene()
    held = scene.public()

    reply = call(scene, route, held.name, held.password, "x")

    assert reply.status == 501
    assert b"does not offer" in reply.content


def test_who_does_not_hold_an_address_may_not_even_delete_nothing() -> None:
    scene = Scene()
    held, path = scene.public(), "mailpit/api/v1/messages"

    answers = [
        scene.asked(held.name, password, "DELETE", path, body={"IDs": ["nothing"]}).status
        for password in ("", scene.public().password, held.password)
    ]

    assert answers == [401, 401, 200]


def test_the_session_of_an_account_opens_its_mailboxes_too() -> None:
    scene = Scene()
    token = scene.account("victim@elsewhere.example")
    held = scene.mailbox(token)
    scene.receive(held)

    reply = scene.asked(held.name, token, "GET", "mailpit/api/v1/messages")

    assert reply.json["total"] == 1


def test_a_bearer_token_and_no_cookie_opens_an_inbox() -> None:
    scene = Scene()
    token = scene.account("victim@elsewhere.example")
    held, path = scene.mailbox(token), "/mailpit/{inbox}/api/v1/messages"

    by_header = scene.api.call("GET", path, held.name, headers={"Authorization": f"Bearer {token}"})
    by_cookie = scene.api.call("GET", path, held.name, headers={"Cookie": f"token={token}"})

    assert (by_header.status, by_cookie.status) == (200, 401)
    assert by_cookie.headers["WWW-Authenticate"] == "Basic"
