"""Every operation of the facade with every kind of caller: nothing of another's account leaks."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from mayfly.inboxes.ids import InboxId, MessageId
from mayfly.mailtm.routes import facade
from tests.functions.http import Reply, bearer
from tests.mailtm.conftest import Account, Client

SECRETS = (b"hidden-subject", b"hidden-body", b"hidden-sender", b"PDF-bytes", b"victim.one")
OPEN = {
    ("GET", "/domains"),
    ("GET", "/domains/{id}"),
    ("POST", "/accounts"),
    ("POST", "/token"),
    ("GET", "/.well-known/mercure"),
}
"""What anybody may ask: of no inbox that is there."""
OF_THE_TOKEN = {("GET", "/me"), ("GET", "/messages")}
"""What is about the caller's own account, whatever that is."""
ROUTES = [(each.method, each.path.removeprefix("/mailtm")) for each in facade.routes]
GUARDED = [each for each in ROUTES if each not in OPEN]


@dataclass
class Scene:
    """The victim's account with a mail in it."""

    client: Client
    victim: Account
    message: str

    def ask(self, route: tuple[str, str], headers: dict[str, str]) -> Reply:
        method, path = route
        values = {
            "/accounts/{id}": (self.victim.id,),
            "/messages/{id}/attachment/{attachmentId}": (self.message, "1"),
        }.get(path, (self.message,) if "{" in path else ())
        return self.client.api.call(method, f"/mailtm{path}", *values, headers=headers)


@pytest.fixture
def scene(client: Client) -> Scene:
    victim = client.make()
    return Scene(client, victim, client.receive(victim))


def another(scene: Scene) -> dict[str, str]:
    return bearer(scene.client.make("somebody.else@mayfly.example").token)


def of_an_account(scene: Scene) -> dict[str, str]:
    who = {"email": "mallory@elsewhere.example", "password": "a phrase for the tests"}
    scene.client.api.call("POST", "/api/users/register", body=who)
    return bearer(scene.client.api.call("POST", "/api/users/login", body=who).json["token"])


def of_an_address(scene: Scene) -> dict[str, str]:
    return bearer(scene.client.api.make()[1])


def expired(scene: Scene) -> dict[str, str]:
    ends_at = scene.client.flows.private_inboxes.tokens.read(scene.victim.token).expires_at
    scene.client.flows.adapters.clock.now = ends_at
    return bearer(scene.victim.token)


def rotated(scene: Scene) -> dict[str, str]:
    scene.client.flows.adapters.inboxes.rotate(InboxId.parse(scene.victim.id), 0)
    return bearer(scene.victim.token)


def deleted(scene: Scene) -> dict[str, str]:
    inboxes = scene.client.flows.adapters.inboxes
    inboxes.close(InboxId.parse(scene.victim.id), scene.client.flows.now())
    return bearer(scene.victim.token)


CALLERS: dict[str, tuple[Callable[[Scene], dict[str, str]], int]] = {
    "nobody": (lambda scene: {}, 401),
    "with another scheme": (lambda scene: {"Authorization": f"Basic {scene.victim.token}"}, 401),
    "malformed": (lambda scene: bearer("a.b.c"), 401),
    "the victim's password": (lambda scene: bearer("k2Vq8z"), 401),
    "an account of Mayfly's": (of_an_account, 401),
    "a public address": (of_an_address, 401),
    "expired": (expired, 401),
    "rotated": (rotated, 401),
    "another account": (another, 404),
    "deleted": (deleted, 404),
}


@pytest.mark.parametrize("name", CALLERS)
@pytest.mark.parametrize("route", GUARDED, ids=" ".join)
def test_nobody_else_opens_an_account(scene: Scene, route: tuple[str, str], name: str) -> None:
    caller, status = CALLERS[name]
    own = name == "another account" and route in OF_THE_TOKEN

    refused = scene.ask(route, caller(scene))

    assert refused.status == (200 if own else status), refused.content
    assert not any(secret in refused.content for secret in SECRETS)
    if name not in ("deleted", "expired", "rotated"):
        held = scene.client.call("GET", "/messages", token=scene.victim.token).json
        assert [each["seen"] for each in held] == [False]


@pytest.mark.parametrize("route", GUARDED, ids=" ".join)
def test_the_account_itself_is_let_in(scene: Scene, route: tuple[str, str]) -> None:
    assert scene.ask(route, bearer(scene.victim.token)).status < 300


def test_an_id_of_another_inbox_with_the_own_number_opens_nothing(scene: Scene) -> None:
    own = scene.client.make("somebody.else@mayfly.example")
    asked = MessageId.parse(scene.client.receive(own))
    victims = MessageId(InboxId.parse(scene.victim.id), asked.sequence, asked.mail)

    assert scene.client.call("GET", "/messages/{id}", str(asked), token=own.token).status == 200
    assert scene.client.call("GET", "/messages/{id}", str(victims), token=own.token).status == 404
