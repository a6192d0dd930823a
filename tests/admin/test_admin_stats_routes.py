"""Statistics over HTTP, and on the real adapters."""

from mayfly.kit.tokens.models import key_hash
from mayfly.receiving.models import DropReason
from tests.deployments import Deployment
from tests.functions.http import Api, MemoryAssembly, Reply, bearer
from tests.memory import Memory

KEY = {"X-Admin-Key": "the admin key of the tests, with its random bits"}


def stats(api: Api) -> Reply:
    return api.call("GET", "/v1/admin/stats", headers=KEY)


def test_everything_is_counted() -> None:
    memory = Memory()
    memory.admin_keys.replace(key_hash(KEY["X-Admin-Key"]), memory.clock())
    api = Api(MemoryAssembly(memory))
    email, token = api.make()
    api.make()
    private = api.call("POST", "/v1/inboxes", body={"mode": "generated"}).json
    api.call(
        "POST",
        "/v1/inboxes/{inboxId}/token:rotate",
        private["inbox_id"],
        headers=bearer(private["access_token"]),
    )
    api.flows.receive(b"\r\n", email, private["email_address"], "nobody@mayfly.example")
    api.call("DELETE", "/api/emails/{email}", email, headers=bearer(token))

    reply = stats(api)

    no_drops = {each.value: 0 for each in DropReason}
    assert reply.json == {
        "inboxes": {
            "active": 2,
            "expired": 0,
            "deleted": 1,
            "public": 1,
            "private": 1,
            "mailboxes": 0,
        },
        "messages": {
            "held": 1,
            "accepted": 3,
            "stored": 2,
            "dropped": 1,
            "dropped_by_reason": no_drops | {"unknown_recipient": 1},
        },
        "tokens": {"rotations": 1},
        "domains": {"total": 1, "active": 1},
        "counted_at": "2026-01-01T12:00:00.000Z",
        "complete": True,
    }


def test_a_count_that_was_not_finished_says_so() -> None:
    memory = Memory()
    memory.admin_keys.replace(key_hash(KEY["X-Admin-Key"]), memory.clock())
    memory.census.is_complete = False

    assert stats(Api(MemoryAssembly(memory))).json["complete"] is False


def test_the_real_adapters_count_what_the_real_flows_made(deployment: Deployment) -> None:
    here = deployment.assembly
    here.adapters.admin_keys.replace(key_hash(KEY["X-Admin-Key"]), here.now())
    api = Api(here)
    for _ in range(3):
        api.make()

    reply = stats(api)

    assert reply.json["inboxes"]["public"] == 3
    assert reply.json["complete"] is True
