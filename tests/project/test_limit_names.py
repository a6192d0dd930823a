"""Every refusal for a limit says which: its name is in the message, and in the details."""

import ast
import re
from pathlib import Path

import pytest

from infra.gateway_responses import GATEWAY_RESPONSES
from mayfly import errors, limits
from mayfly.errors import (
    TOO_MANY,
    BudgetSpent,
    InvalidInput,
    LimitReached,
    RateLimited,
    envelope,
)
from mayfly.settings import Settings
from tests.kit.test_errors import every_error

ROOT = Path(__file__).parents[2]
PROGRAM = [*(ROOT / "layers/core/python/mayfly").rglob("*.py"), *(ROOT / "functions").rglob("*.py")]
REFUSALS = {each.__name__ for each in every_error() if each.kind is TOO_MANY}
NAMED = re.compile(r"\(((?:[A-Z]+_)+[A-Z]+|\{[\w.\[\]]+\})\)")


def refusals() -> list[tuple[str, str]]:
    """Where an error of a limit is made, and the text of its message."""
    return [
        (f"{path.relative_to(ROOT)}:{node.lineno}", ast.unparse(node.args[0]))
        for path in PROGRAM
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in REFUSALS
    ]


@pytest.mark.parametrize(("where", "message"), refusals())
def test_each_message_names_the_limit(where: str, message: str) -> None:
    found = NAMED.search(message)

    assert found, f"{where} refuses for a limit and does not say which"
    if not found[1].startswith("{"):
        assert hasattr(limits, found[1]) or hasattr(Settings(), found[1].lower())


def test_the_refusals_of_the_program_were_found() -> None:
    assert len(refusals()) >= 12
    assert {"LimitReached", "RateLimited", "BudgetSpent", "SendsSpent"} <= REFUSALS


@pytest.mark.parametrize(
    "error",
    [
        LimitReached("an account may have 5 domains (DOMAINS_PER_ACCOUNT)"),
        RateLimited("5 domains a minute (DOMAINS_PER_ACCOUNT); go on in 3 s", 3),
        BudgetSpent("spent (DOMAINS_PER_ACCOUNT)", 3),
    ],
)
def test_the_details_are_the_name(error: errors.LimitReached) -> None:
    assert envelope(error)["error"]["details"] == ["DOMAINS_PER_ACCOUNT"]


def test_errors_that_are_no_refusals_have_no_details() -> None:
    told = envelope(InvalidInput("the settings are wrong (DOMAINS_PER_ACCOUNT)"))

    assert told["error"]["details"] == []


def test_the_gateways_own_refusals_name_its_throttle() -> None:
    throttled = [each for each in GATEWAY_RESPONSES if each.status == 429]

    assert throttled
    for each in throttled:
        assert "(requestRate)" in each.message
        assert '"details":["requestRate"]' in each.body
