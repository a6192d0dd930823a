"""The tables of calls in docs/facades/mailpit.md have every operation, and no other."""

import re
from pathlib import Path

import pytest

from mayfly.facades.facade import facade
from tests.mailpit.scenes import not_offered

PAGE = (Path(__file__).parents[2] / "docs/facades/mailpit.md").read_text()
CALL = re.compile(r"`(GET|PUT|POST|DELETE) (/\S+)`")


def calls(name: str) -> dict[tuple[str, str], str]:
    """What the table says of each call."""
    table = PAGE.partition(f"Below `/{name}/{{inbox}}`:")[2].partition("\n\n##")[0]
    rows = [row.split(" | ") for row in table.splitlines() if row.startswith("| `")]
    return {(method, path): is_ for told, is_ in rows for method, path in CALL.findall(told)}


@pytest.mark.parametrize("name", ["mailpit", "mailhog"])
def test_the_table_has_every_operation_and_no_other(name: str) -> None:
    base = f"/{name}/{{inbox}}"
    declared = {(each.method, each.path.removeprefix(base)) for each in facade(name).routes}
    refused = {(each.method, each.path.removeprefix(base)) for each in not_offered()}

    table = calls(name)

    assert set(table) == declared
    for call, is_ in table.items():
        assert is_.startswith("not offered") == (call in refused), call
