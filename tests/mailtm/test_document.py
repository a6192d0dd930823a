"""The page on mail.tm names every call that there is."""

import re
from pathlib import Path

from mayfly.facades.facade import NotOffered
from mayfly.mailtm.routes import facade
from tests.mailtm.conftest import Client

PAGE = (Path(__file__).parents[2] / "docs/facades/mailtm.md").read_text()
ROWS = dict(re.findall(r"^\| `((?:GET|POST|PATCH|DELETE) \S+)` \| (.+) \|$", PAGE, re.MULTILINE))
CALLS = {f"{each.method} {each.path.removeprefix('/mailtm')}": each for each in facade.routes}


def test_the_table_has_every_call_and_no_other() -> None:
    assert set(ROWS) == set(CALLS)


def test_what_is_not_offered_is_called_so(client: Client) -> None:
    for name, route in CALLS.items():
        offered = NotOffered.kind.status not in route.own_errors

        assert ROWS[name].startswith("works" if offered else "not offered"), name
