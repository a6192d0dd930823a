"""Every operation of Mailosaur's with every kind of caller: the status, and nothing leaks."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import pytest

from mayfly.facades.facade import facade
from mayfly.inboxes.ids import InboxId
from mayfly.kit.http.route import Route
from tests.copies import deepcopy
from tests.functions.http import Reply, bearer
from tests.mailosaur.scenes import MAILBOX, Scene, a_mail, account, api_key, basic

SECRETS = (b"hidden-subject", b"hidden-sender", b"some notes", b"qateam01@", b"654321")
BODIES = {
    "mailosaur_search": {"subject": "hidden-subject"},
    "mailosaur_create_server": {"name": "another-alias"},
}
ROUTES = [each for each in facade("mailosaur").routes if "not_offered" not in each.operation]
OF_NO_SERVER = {"mailosaur_servers": 200, "mailosaur_create_server": 200}
"""These are about what the key opens, and nothing else can be asked for."""


@dataclass
class Victim:
    """Somebody's mailbox, private inbox and public address, each with a mail in it."""

    scene: Scene
    values: dict[str, dict[str, str]]
    keys: dict[str, str]

    def call(self, route: Route, whose: str, headers: dict[str, str]) -> Reply:
        values = self.values[whose]
        names = [part[1:-1] for part in route.path.split("/") if part.startswith("{")]
        file = "attachments" in route.path
        sent = [values["file" if file and name == "id" else name] for name in names]
        query = {"server": values["serverId"]} if not names else {}
        body = BODIES.get(route.operation)
        return self.scene.api.call(
            route.method, route.path, *sent, headers=headers, body=body, **query
        )


@cache
def _prepared() -> Victim:
    scene = Scene.make()
    address, token = scene.api.make()
    inbox = scene.api.call("POST", "/v1/inboxes", body={"mode": "generated"}).json
    keys = {
        "mailbox": scene.key,
        "inbox": inbox["access_token"],
        "address": f"{address}:{token}",
    }
    recipients = {"mailbox": MAILBOX, "inbox": inbox["email_address"], "address": address}
    values = {}
    for whose, to in recipients.items():
        sender = "hidden-sender <hidden-sender@shop.example>"
        scene.receive(a_mail("hidden-subject", to=to, sender=sender), to)
        (server,) = scene.ask("GET", "/servers", key=keys[whose]).json["items"]
        listed = scene.ask("GET", "/messages", key=keys[whose], server=server["id"]).json
        message = scene.ask("GET", "/messages/{id}", listed["items"][0]["id"], key=keys[whose])
        values[whose] = {
            "serverId": server["id"],
            "id": message.json["id"],
            "file": message.json["attachments"][1]["id"],
        }
    return Victim(scene, values, keys)


@pytest.fixture
def victim() -> Victim:
    return deepcopy(_prepared())


def _expired(victim: Victim, key: str) -> dict[str, str]:
    victim.scene.memory.clock.advance(hours=2)
    return basic(key)


def _rotated(victim: Victim) -> dict[str, str]:
    message = victim.scene.ask("GET", "/messages/{id}", victim.values["inbox"]["id"])
    assert message.status == 404
    token = victim.keys["inbox"]
    inbox = victim.scene.api.flows.private_inboxes.tokens.read(token).inbox
    victim.scene.memory.inboxes.rotate(InboxId.parse(str(inbox)), 0)
    return basic(token)


def _revoked(victim: Victim) -> dict[str, str]:
    api, session = victim.scene.api, bearer(victim.scene.session)
    (key,) = api.call("GET", "/api/v1/keys", headers=session).json["keys"]
    assert api.call("DELETE", "/api/v1/keys/{keyId}", key["id"], headers=session).status == 200
    return basic(victim.scene.key)


def _other_account(victim: Victim) -> dict[str, str]:
    api = victim.scene.api
    session = account(api, "ben@elsewhere.example")
    api.call(
        "POST", "/api/user/mailbox/create", body={"alias": "qateam02"}, headers=bearer(session)
    )
    return basic(api_key(api, session, "mailboxes"))


def _other_inbox(victim: Victim) -> dict[str, str]:
    made = victim.scene.api.call("POST", "/v1/inboxes", body={"mode": "generated"}).json
    return basic(made["access_token"])


def _other_address(victim: Victim) -> dict[str, str]:
    return basic(":".join(victim.scene.api.make()))


CALLERS: dict[str, tuple[Callable[[Victim], dict[str, str]], int]] = {
    "nobody": (lambda victim: {}, 401),
    "an empty key": (lambda victim: basic(""), 401),
    "a made-up key": (lambda victim: basic("mfk_" + "x" * 49), 401),
    "a made-up token": (lambda victim: basic("a.b.c"), 401),
    "no address": (lambda victim: basic("a@b@c@"), 401),
    "an address that is not public": (lambda victim: basic(MAILBOX), 401),
    "no base64": (lambda victim: {"Authorization": "Basic ***"}, 401),
    "the key as a bearer": (lambda victim: bearer(victim.scene.key), 401),
    "the key as our API has it": (lambda victim: {"X-API-Key": victim.scene.key}, 401),
    "a revoked key": (_revoked, 401),
    "a rotated token": (_rotated, 401),
    "an expired token": (lambda victim: _expired(victim, victim.keys["inbox"]), 401),
    "a key of other scopes": (
        lambda victim: basic(api_key(victim.scene.api, victim.scene.session, "emails:read")),
        403,
    ),
    "another account": (_other_account, 404),
    "another inbox": (_other_inbox, 404),
    "another address": (_other_address, 404),
}


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("route", ROUTES, ids=lambda each: each.operation)
def test_a_key_opens_its_own_inboxes_and_nothing_else(
    victim: Victim, route: Route, caller: str
) -> None:
    headers, refused = CALLERS[caller]
    sent = headers(victim)
    expected = OF_NO_SERVER.get(route.operation, 404) if refused == 404 else refused
    if route.operation == "mailosaur_create_server" and caller in (
        "another inbox",
        "another address",
    ):
        expected = 403

    for whose in victim.values:
        reply = victim.call(route, whose, sent)

        if route.operation == "mailosaur_create_server" and reply.status == 409:
            continue  # it was made for the one before
        assert reply.status == expected, reply.content
        assert not [each for each in SECRETS if each in reply.content]


@pytest.mark.parametrize("whose", ["mailbox", "inbox", "address"])
@pytest.mark.parametrize("route", ROUTES, ids=lambda each: each.operation)
def test_the_right_key_opens_each(victim: Victim, route: Route, whose: str) -> None:
    reply = victim.call(route, whose, basic(victim.keys[whose]))

    makes = route.operation == "mailosaur_create_server"
    assert reply.status == (403 if makes and whose != "mailbox" else reply.status)
    assert reply.status < 300 or makes


@pytest.mark.parametrize("route", ROUTES, ids=lambda each: each.operation)
def test_a_page_of_another_site_writes_nothing(victim: Victim, route: Route) -> None:
    headers = basic(victim.keys["mailbox"]) | {"Sec-Fetch-Site": "cross-site"}

    reply = victim.call(route, "mailbox", headers)

    assert (reply.status == 403) is (route.method != "GET")


@pytest.mark.parametrize("route", ROUTES, ids=lambda each: each.operation)
def test_one_of_ones_own_keys_does_not_open_the_other_inbox(victim: Victim, route: Route) -> None:
    if route.operation in OF_NO_SERVER:
        return
    for whose in victim.values:
        for other, key in victim.keys.items():
            if other != whose:
                assert victim.call(route, whose, basic(key)).status == 404
