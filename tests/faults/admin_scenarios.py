"""Whoever runs the deployment: batches of inboxes, their export, mail domains."""

from typing import Any

from mayfly.assembly import Assembly
from mayfly.kit.tokens.models import key_hash
from tests.faults.scenario import Scenario, answered
from tests.faults.world import World, asked

KEY = "an admin key of the tests"
GENERATE, EXPORT, LOGIN = "/v1/admin/generate", "/v1/admin/export", "/v1/inboxes:login"
DOMAINS, DOMAIN = "/v1/admin/domains", "/v1/admin/domains/{domainId}"


def given_a_key(world: World) -> None:
    """The admin key is there."""
    world.process().adapters.admin_keys.replace(key_hash(KEY), world.clock())


def generating() -> Scenario:
    """What was answered works and is in the export; what is in the export works."""

    def check(world: World) -> None:
        told = {each["email_address"]: each for each in world.notes["reply"].json["inboxes"]}
        exported = {each["email"]: each["password"] for each in _exported(world)["entries"]}
        assert len(told) == 3
        assert len(exported) in (3, 6)  # a batch whose answer got lost
        assert {name: each["password"] for name, each in told.items()}.items() <= exported.items()
        for name, password in exported.items():
            body = {"email": name, "password": password}
            assert asked("POST", LOGIN, body=body)(world, world.process()).status == 200

    ask = asked("POST", GENERATE, body={"count": 3}, admin_key=KEY)
    return Scenario(answered(ask, 201), given_a_key, check, stride=2)


def exporting() -> Scenario:
    def arrange(world: World) -> None:
        given_a_key(world)
        ask = asked("POST", GENERATE, body={"count": 2}, admin_key=KEY)
        made = ask(world, world.process()).json["inboxes"]
        world.notes["made"] = {each["email_address"]: each["password"] for each in made}

    def check(world: World) -> None:
        entries = world.notes["reply"].json["entries"]
        assert {each["email"]: each["password"] for each in entries} == world.notes["made"]

    ask = asked("GET", EXPORT, admin_key=KEY, format="json")
    return Scenario(answered(ask, 200), arrange, check, stride=2)


def changing_domains() -> Scenario:
    """One is added, and made inactive; another is removed."""

    def arrange(world: World) -> None:
        given_a_key(world)
        world.notes["old"] = world.process().domains.register.add("old.example").id

    def act(world: World, process: Assembly) -> bool:
        is_first = "asked" not in world.notes
        world.notes["asked"] = True
        add = asked("POST", DOMAINS, body={"domain": "new.example"}, admin_key=KEY)
        if not answered(add, *((201,) if is_first else (201, 409)))(world, process):
            return False
        new = _domains(world)["new.example"]["id"]
        change = asked("PUT", DOMAIN, new, body={"is_active": False}, admin_key=KEY)
        if not answered(change, 200)(world, process):
            return False
        remove = asked("DELETE", DOMAIN, world.notes["old"], admin_key=KEY)
        return answered(remove, 200, 404)(world, process)

    def check(world: World) -> None:
        found = {name: each["is_active"] for name, each in _domains(world).items()}
        assert found == {"mayfly.example": True, "new.example": False}

    return Scenario(act, arrange, check, stride=3)


def _exported(world: World) -> Any:
    return asked("GET", EXPORT, admin_key=KEY, format="json")(world, world.process()).json


def _domains(world: World) -> dict[str, Any]:
    told = asked("GET", DOMAINS, admin_key=KEY)(world, world.process()).json
    return {each["domain"]: each for each in told["domains"]}


ADMINS: dict[str, Scenario] = {
    "generating": generating(),
    "exporting": exporting(),
    "changing domains": changing_domains(),
}
