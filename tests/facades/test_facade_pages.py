"""docs/facades.md has every facade, and each facade's page every call."""

import re
from pathlib import Path

import pytest

from mayfly.facades.facade import facade
from mayfly.facades.settings import NAMES

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("name", NAMES)
def test_the_list_has_every_facade(name: str) -> None:
    (row,) = [
        line
        for line in (DOCS / "facades.md").read_text().splitlines()
        if line.startswith(f"| `{name}` |")
    ]

    assert facade(name).peer in row
    assert f"`/{name}/" in row


def test_the_table_of_mailosaurs_calls_is_of_its_routes() -> None:
    page = (DOCS / "facades" / "mailosaur.md").read_text()
    told = dict(re.findall(r"^\| `.*` \| `([A-Z]+ /api/\S+)` \| (.*) \|$", page, re.MULTILINE))

    routes = facade("mailosaur").routes
    assert set(told) == {f"{each.method} {each.path.removeprefix('/mailosaur')}" for each in routes}
    for route in routes:
        answer = told[f"{route.method} {route.path.removeprefix('/mailosaur')}"]
        assert ("not offered" in answer) == ("not_offered" in route.operation)
