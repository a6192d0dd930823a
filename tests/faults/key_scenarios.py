"""API keys: they are made, used and revoked, and go with their account."""

from typing import Any

from mayfly.admission.callers import caller_of
from mayfly.api_keys.models import Scope
from mayfly.assembly import Assembly
from mayfly.errors import Unauthenticated
from mayfly.kit.dynamodb import keys as table
from mayfly.kit.http.messages import Request
from mayfly.limits import KEYS_PER_ACCOUNT
from tests.faults.account_scenarios import EMAIL, PASSWORD, given_a_mailbox
from tests.faults.scenario import Scenario, answered
from tests.faults.world import World, asked
from tests.functions.http import event

KEYS = "/api/v1/keys"
KEY = "/api/v1/keys/{keyId}"
WISH = {"name": "nightly tests", "scopes": ["emails:read"]}


def making() -> Scenario:
    """The last that the account may have. Whoever did not see the answer finds it in the list."""

    def arrange(world: World) -> None:
        given_a_mailbox(world)
        for _ in range(KEYS_PER_ACCOUNT - 1):
            _made(world)

    def act(world: World, process: Assembly) -> bool:
        ask = asked("POST", KEYS, body=WISH, token=world.notes["token"])
        statuses = (201, 409) if "asked" in world.notes else (201,)
        world.notes["asked"] = True
        return answered(ask, *statuses)(world, process)

    def check(world: World) -> None:
        listed = _listed(world)
        assert listed["count"] == len(listed["keys"]) == KEYS_PER_ACCOUNT == len(_rows(world))
        reply = world.notes["reply"]
        assert reply.status == 409 or _lets_in(world, reply.json["key"])

    return Scenario(act, arrange, check, stride=2)


def using() -> Scenario:
    """What cannot be noted lets in all the same."""

    def arrange(world: World) -> None:
        given_a_mailbox(world)
        world.notes["key"] = _made(world)

    def act(world: World, process: Assembly) -> bool:
        try:
            caller = caller_of(_request(world.notes["key"]["key"]), process, Scope.READ)
        except Exception:
            return False
        return str(caller.email) == EMAIL

    def check(world: World) -> None:
        (key,) = _listed(world)["keys"]
        is_noted = key["lastUsedAt"] is not None
        assert is_noted or world.notes["met"] == "dynamodb.update_item"

    return Scenario(act, arrange, check)


def revoking() -> Scenario:
    def arrange(world: World) -> None:
        given_a_mailbox(world)
        world.notes["key"], world.notes["other"] = _made(world), _made(world)

    def act(world: World, process: Assembly) -> bool:
        ask = asked("DELETE", KEY, world.notes["key"]["id"], token=world.notes["token"])
        statuses = (200, 404) if "asked" in world.notes else (200,)
        world.notes["asked"] = True
        return answered(ask, *statuses)(world, process)

    def check(world: World) -> None:
        assert not _lets_in(world, world.notes["key"]["key"])
        assert _lets_in(world, world.notes["other"]["key"])
        assert len(_listed(world)["keys"]) == len(_rows(world)) == 1

    return Scenario(act, arrange, check)


def leaving() -> Scenario:
    """An account with keys is deleted: no key is left, whatever fails."""

    def arrange(world: World) -> None:
        given_a_mailbox(world)
        world.notes["keys"] = [_made(world) for _ in range(3)]

    def act(world: World, process: Assembly) -> bool:
        ask = asked(
            "DELETE", "/api/users/me", body={"password": PASSWORD}, token=world.notes["token"]
        )
        statuses = (200, 401) if "asked" in world.notes else (200,)
        world.notes["asked"] = True
        return answered(ask, *statuses)(world, process)

    def check(world: World) -> None:
        assert not [each for each in world.notes["keys"] if _lets_in(world, each["key"])]
        assert _rows(world) == []

    return Scenario(act, arrange, check, stride=2)


def _made(world: World) -> Any:
    ask = asked("POST", KEYS, body=WISH, token=world.notes["token"])
    return ask(world, world.process()).json


def _listed(world: World) -> Any:
    return asked("GET", KEYS, token=world.notes["token"])(world, world.process()).json


def _rows(world: World) -> list[Any]:
    return [row for row in world.rows() if row["pk"].startswith(table.API_KEY_PARTITION)]


def _request(key: str) -> Request:
    return Request.read(event("GET", "/api/v1/emails", headers={"X-API-Key": key}))


def _lets_in(world: World, key: str) -> bool:
    try:
        return bool(caller_of(_request(key), world.process(), Scope.READ))
    except Unauthenticated:
        return False


API_KEYS: dict[str, Scenario] = {
    "making a key": making(),
    "using a key": using(),
    "revoking a key": revoking(),
    "deleting an account with keys": leaving(),
}
