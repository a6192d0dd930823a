"""Garbage in each place of each request of Mailpit's and MailHog's clients: a clear refusal."""

import pytest

from mayfly.kit.http.route import Route
from tests.functions.http import bearer
from tests.mailpit.scenes import Scene, basic, routes

GARBAGE = ["\0", "ü" * 300, "a" * 5000, "a@", "\ud800", '"']
PARAMETERS = ("query", "kind", "start", "limit", "tz", "dl", "link")


@pytest.mark.parametrize("garbage", GARBAGE, ids=range(len(GARBAGE)))
@pytest.mark.parametrize("route", routes(), ids=lambda route: route.operation)
def test_nothing_fails_inside(route: Route, garbage: str) -> None:
    scene = Scene()
    held = scene.private()
    scene.receive(held)
    message, holes = scene.ids(held)[0], route.path.count("{")
    sound = [held.name, message, "1"][:holes]
    query = {each: "from" if each == "kind" else "hidden" for each in PARAMETERS}
    holder = basic(held.password)

    tried = [
        scene.api.call(route.method, route.path, *values, headers=headers, body=body, **asked)
        for values, headers, body, asked in (
            *(
                ([*sound[:at], _sent(garbage), *sound[at + 1 :]], holder, None, query)
                for at in range(holes)
            ),
            (sound, basic(_sent(garbage)), None, query),
            (sound, bearer(_sent(garbage)), None, query),
            (sound, {"Authorization": f"Basic {_sent(garbage)}"}, None, query),
            (sound, holder, {"IDs": [garbage], "Search": ""}, query),
            (sound, holder, {"Search": garbage, "Read": True}, query),
            *((sound, holder, None, query | {each: _sent(garbage)}) for each in PARAMETERS),
        )
    ]

    assert {each.status for each in tried} <= {200, 400, 401, 404, 413}


def _sent(text: str) -> str:
    """The text as a client can send it."""
    return text.encode("utf-8", "replace").decode()
