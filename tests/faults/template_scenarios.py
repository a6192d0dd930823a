"""Templates that are made, changed and deleted; what an account has of them is counted right."""

from typing import Any

from mayfly.assembly import Assembly
from mayfly.kit.dynamodb.keys import SORT_KEY, TEMPLATE_ROW, TEMPLATES_HELD_ROW
from tests.faults.scenario import Scenario, answered
from tests.faults.sending_scenarios import WHO
from tests.faults.world import World, asked

TEMPLATES, TEMPLATE = "/api/v1/templates", "/api/v1/templates/{templateId}"
SOURCE = {"name": "a", "subject": "{{ a }}", "text": "one"}
OTHER = SOURCE | {"text": "another one"}


def making() -> Scenario:
    """Who is not answered makes another one: both are counted."""

    def act(world: World, process: Assembly) -> bool:
        ask = asked("POST", TEMPLATES, body=SOURCE, token=world.notes["token"])
        return answered(ask, 201)(world, process)

    def check(world: World) -> None:
        assert _held(world)["templates"] in ((1, 2) if world.notes["met"] else (1,))

    return Scenario(act, _with_an_account, check)


def changing() -> Scenario:
    """However often it is asked for, there is one more version."""

    def act(world: World, process: Assembly) -> bool:
        ask = asked("PUT", TEMPLATE, world.notes["id"], body=OTHER, token=world.notes["token"])
        return answered(ask, 200)(world, process)

    def check(world: World) -> None:
        ask = asked("GET", TEMPLATE, world.notes["id"], token=world.notes["token"])
        shown = ask(world, world.process()).json
        assert [each["version"] for each in shown["versions"]] == [1, 2]
        assert shown["text"] == "another one"
        _held(world)

    return Scenario(act, _with_a_template, check)


def deleting() -> Scenario:
    """Nothing is left of it, and nothing is counted; who asks again may hear that it is gone."""

    def act(world: World, process: Assembly) -> bool:
        ask = asked("DELETE", TEMPLATE, world.notes["id"], token=world.notes["token"])
        statuses = (200, 404) if "asked" in world.notes else (200,)
        world.notes["asked"] = True
        return answered(ask, *statuses)(world, process)

    def check(world: World) -> None:
        assert _held(world) == {"templates": 0, "bytes": 0}
        rows = [row for row in world.rows() if row["pk"].startswith("templates#")]
        assert [row[SORT_KEY] for row in rows] == [TEMPLATES_HELD_ROW]

    def arrange(world: World) -> None:
        _with_a_template(world)
        ask = asked("PUT", TEMPLATE, world.notes["id"], body=OTHER, token=world.notes["token"])
        assert ask(world, world.process()).status == 200

    return Scenario(act, arrange, check)


def _with_an_account(world: World) -> None:
    process = world.process()
    for path in ("/api/users/register", "/api/users/login"):
        reply = asked("POST", path, body=WHO)(world, process)
        assert reply.status < 300, reply.content
    world.notes["token"] = reply.json["token"]


def _with_a_template(world: World) -> None:
    _with_an_account(world)
    reply = asked("POST", TEMPLATES, body=SOURCE, token=world.notes["token"])(
        world, world.process()
    )
    assert reply.status == 201, reply.content
    world.notes["id"] = reply.json["id"]


def _held(world: World) -> dict[str, int]:
    """What the account's count says, which is what there is."""
    rows: list[dict[str, Any]] = [row for row in world.rows() if row["pk"].startswith("templates#")]
    (held,) = [row for row in rows if row[SORT_KEY] == TEMPLATES_HELD_ROW]
    templates = [row for row in rows if row[SORT_KEY].startswith(TEMPLATE_ROW)]
    counted = {name: held[name] for name in ("templates", "bytes")}
    assert counted == {
        "templates": len(templates),
        "bytes": sum(each[2] for row in templates for each in row["editions"]),
    }
    return counted


TEMPLATES_KEPT: dict[str, Scenario] = {
    "making a template": making(),
    "changing a template": changing(),
    "deleting a template": deleting(),
}
