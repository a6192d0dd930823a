"""Every route of /v1 with every kind of caller: what each is answered, and that nothing leaks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import jwt
import pytest

from mayfly.api import ROUTES
from mayfly.inboxes.ids import InboxId
from mayfly.inboxes.models import Access
from mayfly.private_inboxes.tokens import AUDIENCE
from tests import samples
from tests.admin.test_admin_access_routes import ADMINS
from tests.functions.http import Api, MemoryAssembly, Reply
from tests.memory import Memory
from tests.pop3.fakes import CREDENTIALS, give_pop3_mailbox

SECRETS = (b"hidden-subject", b"hidden-body", b"hidden-sender", b"PDF-bytes")
RAW = (
    b"From: hidden-sender@shop.example\r\nSubject: hidden-subject\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
    b"--b\r\nContent-Type: text/plain\r\n\r\nhidden-body\r\n"
    b"--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment;"
    b' filename="report.pdf"\r\n\r\nPDF-bytes\r\n--b--\r\n'
)
# Who may call it: everybody, or the bearer of the inbox's token; what admins may call is in
# `test_admin_access`. A route of /v1 that is in neither fails the first test.
OPEN = {
    ("POST", "/v1/inboxes"): {"mode": "generated"},
    ("POST", "/v1/inboxes:login"): {"email": "sarah@mayfly.example", "password": "…"},
}
ELSEWHERE = ("/webhooks", "/exports")
"""These are the same for all their owners: `test_every_caller` has them."""
BEARERS: dict[tuple[str, str], tuple[tuple[str, ...], object]] = {
    ("GET", "/v1/inboxes/{inboxId}"): ((), None),
    ("DELETE", "/v1/inboxes/{inboxId}"): ((), None),
    ("POST", "/v1/inboxes/{inboxId}/token:rotate"): ((), {"token_ttl_seconds": 900}),
    ("PUT", "/v1/inboxes/{inboxId}/credentials"): ((), CREDENTIALS),
    ("GET", "/v1/inboxes/{inboxId}/messages"): ((), None),
    ("DELETE", "/v1/inboxes/{inboxId}/messages"): ((), None),
    ("GET", "/v1/inboxes/{inboxId}/wait"): ((), None),
    ("POST", "/v1/inboxes/{inboxId}/sample"): ((), None),
    ("GET", "/v1/inboxes/{inboxId}/messages/{uid}"): (("1",), None),
    ("PATCH", "/v1/inboxes/{inboxId}/messages/{uid}"): (("1",), {"is_read": True}),
    ("DELETE", "/v1/inboxes/{inboxId}/messages/{uid}"): (("1",), None),
    ("GET", "/v1/inboxes/{inboxId}/messages/{uid}/raw"): (("1",), None),
    ("GET", "/v1/inboxes/{inboxId}/messages/{uid}/attachments/{attachmentId}"): (
        ("1", "1"),
        None,
    ),
}
QUERIES = {("DELETE", "/v1/inboxes/{inboxId}/messages"): {"since": "2026-01-01"}}
ADDRESS = "victim@mayfly.example"


@dataclass
class Scene:
    """The victim's inbox with a mail, and what callers can get hold of."""

    api: Api
    memory: Memory
    inbox_id: str
    token: str

    def claims(self, **changes: object) -> dict[str, Any]:
        now = int(self.memory.clock().timestamp())
        whole = {"aud": AUDIENCE, "sub": self.inbox_id, "ver": 0, "jti": "x", "iat": now}
        return whole | {"exp": now + 600} | changes

    def signed(self, secret: str | None = None, algorithm: str = "HS256", **claims: object) -> str:
        key = self.memory.signing_keys.current()
        return jwt.encode(
            self.claims(**claims),
            key.secret if secret is None else secret,
            algorithm,
            headers={"kid": key.id},
        )


@pytest.fixture
def scene() -> Scene:
    memory = Memory()
    flows = MemoryAssembly(memory)
    inbox = samples.inbox(ADDRESS, access=Access.TOKEN)
    memory.inboxes.create(inbox, memory.clock())
    give_pop3_mailbox(memory, inbox.id)
    flows.receive(RAW, ADDRESS)
    token = flows.private_inboxes.tokens.issue(inbox, timedelta(minutes=10)).text
    return Scene(Api(flows), memory, str(inbox.id), token)


def other_inbox(scene: Scene) -> str:
    made = scene.api.call("POST", "/v1/inboxes", body={"mode": "generated"}).json
    return f"Bearer {made['access_token']}"


def address_token(scene: Scene) -> str:
    return f"Bearer {scene.api.call('POST', '/api/emails').json['access_token']}"


def expired(scene: Scene) -> str:
    scene.memory.clock.advance(minutes=10)
    return f"Bearer {scene.token}"


def rotated(scene: Scene) -> str:
    scene.memory.inboxes.rotate(InboxId.parse(scene.inbox_id), 0)
    return f"Bearer {scene.token}"


def other_generation(scene: Scene) -> str:
    """The inbox is deleted and its address goes to somebody else, whose id is asked for."""
    heir = samples.inbox(ADDRESS, access=Access.TOKEN)
    scene.memory.rows.inboxes[heir.id.partition] = heir
    scene.api.flows.receive(RAW, ADDRESS, name="mail-2")
    scene.inbox_id = str(heir.id)
    return f"Bearer {scene.token}"


def deleted(scene: Scene) -> str:
    scene.memory.inboxes.close(InboxId.parse(scene.inbox_id), scene.memory.clock())
    return f"Bearer {scene.token}"


def retired_key(scene: Scene) -> str:
    for secret in ("the second secret, long enough for it", "the third secret, long enough for it"):
        scene.memory.signing_keys.change(secret)
    return f"Bearer {scene.token}"


Caller = Callable[[Scene], str]
CALLERS: dict[str, tuple[Caller, int]] = {
    "nobody": (lambda scene: "", 401),
    "without a scheme": (lambda scene: scene.token, 401),
    "with another scheme": (lambda scene: f"Basic {scene.token}", 401),
    "malformed": (lambda scene: "Bearer a.b.c", 401),
    "cut short": (lambda scene: f"Bearer {scene.token[:-4]}", 401),
    "alg none": (lambda scene: f"Bearer {scene.signed('', 'none')}", 401),
    "signed by somebody": (lambda scene: f"Bearer {scene.signed('s' * 64)}", 401),
    "another algorithm": (lambda scene: f"Bearer {scene.signed('s' * 64, 'HS512')}", 401),
    "other aud": (lambda scene: f"Bearer {scene.signed(aud='mayfly-admin')}", 401),
    "other version": (lambda scene: f"Bearer {scene.signed(ver=1)}", 401),
    "token of an address": (address_token, 401),
    "expired": (expired, 401),
    "rotated": (rotated, 401),
    "retired key": (retired_key, 401),
    "other inbox": (other_inbox, 404),
    "other generation": (other_generation, 404),
    "deleted": (deleted, 404),
}


def called(scene: Scene, route: tuple[str, str], authorization: str) -> Reply:
    values, body = BEARERS[route]
    headers = {"Authorization": authorization} if authorization else {}
    method, path = route
    query = QUERIES.get(route, {})
    return scene.api.call(
        method, path, scene.inbox_id, *values, body=body, headers=headers, **query
    )


def test_every_route_of_v1_is_in_the_table() -> None:
    routes = {
        (each.method, each.path)
        for each in ROUTES
        if each.path.startswith("/v1/") and not any(what in each.path for what in ELSEWHERE)
    }

    assert routes == OPEN.keys() | BEARERS.keys() | ADMINS.keys()


@pytest.mark.parametrize("route", BEARERS, ids=" ".join)
def test_the_bearer_of_the_token_is_answered(scene: Scene, route: tuple[str, str]) -> None:
    assert called(scene, route, f"Bearer {scene.token}").status in (200, 202)


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("route", BEARERS, ids=" ".join)
def test_nobody_else_is(scene: Scene, route: tuple[str, str], caller: str) -> None:
    make, status = CALLERS[caller]

    authorization = make(scene)
    before = repr(scene.memory.rows)
    reply = called(scene, route, authorization)

    assert (reply.status, len(reply.json["error"]["message"]) > 0) == (status, True)
    assert not [each for each in SECRETS if each in reply.content]
    assert ADDRESS.encode() not in reply.content
    assert repr(scene.memory.rows) == before


@pytest.mark.parametrize("route", BEARERS, ids=" ".join)
def test_an_inbox_of_somebody_else_looks_like_none(scene: Scene, route: tuple[str, str]) -> None:
    authorization = other_inbox(scene)
    unknown = samples.inbox("nobody@mayfly.example").id

    there = called(scene, route, authorization)
    scene.inbox_id = str(unknown)
    not_there = called(scene, route, authorization)
    scene.inbox_id = "no-id-at-all"
    nonsense = called(scene, route, authorization)

    for each in (not_there, nonsense):
        assert (each.status, each.content, each.headers) == (
            there.status,
            there.content,
            there.headers,
        )


def test_a_token_in_the_url_opens_nothing(scene: Scene) -> None:
    path = "/v1/inboxes/{inboxId}/messages"

    for name in ("token", "access_token", "authorization"):
        query: dict[str, Any] = {name: scene.token}
        assert scene.api.call("GET", path, scene.inbox_id, **query).status == 401
