"""The export to Sieve, read by another implementation (sievelib)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sievelib.parser import Parser

from mayfly.rules.sieve import script
from tests.rules.test_evaluate import (
    _ACTIONS,
    _tests,
    address,
    envelope,
    header,
    rule,
    rules,
)


def parsed(text: str) -> list[Any]:
    parser = Parser()
    assert parser.parse(text), f"{parser.error}\n{text}"
    found: list[Any] = parser.result
    return found


def test_a_script_says_what_the_rules_do() -> None:
    text = script(
        rules(
            rule(header("subject", "matches", '*say "hi"\\?*'), {"fileinto": "archive"}),
            rule(envelope("to", "ann", "localpart"), {"flag": ["seen", "flagged"]}, name="b"),
            rule(None, {"redirect": "b@c.example"}, {"webhook": "w1"}, {"stop": True}, name="c"),
        )
    )

    assert text.splitlines() == [
        'require ["copy", "envelope", "fileinto", "imap4flags"];',
        "",
        "# rule:[a]",
        'if header :matches "subject" "*say \\"hi\\"\\\\?*" {',
        '    fileinto "Archive";',
        "}",
        "# rule:[b]",
        'if envelope :localpart :is "to" "ann" {',
        '    addflag ["\\\\Seen", "\\\\Flagged"];',
        "}",
        "# rule:[c]",
        "if true {",
        '    redirect :copy "b@c.example";',
        "    # webhook 'w1'",
        "    stop;",
        "}",
    ]
    assert [each.name for each in parsed(text)] == ["require", "if", "if", "if"]


@pytest.mark.parametrize(
    "test",
    [
        address("from", "is", "a.example", "domain"),
        {"size": {"over": 100}},
        {"size": {"under": 100}},
        {"exists": ["x-a", "x-b"]},
        {"not": {"anyof": [{"exists": ["x"]}, {"allof": [{"size": {"over": 1}}]}]}},
        None,
    ],
)
def test_each_test_is_one_that_sieve_has(test: object) -> None:
    assert parsed(script(rules(rule(test))))[-1].name == "if"


def test_a_rule_that_is_switched_off_is_a_comment() -> None:
    text = script(rules({**rule(None, {"discard": True}), "enabled": False}))

    assert [line for line in text.splitlines() if not line.startswith("#")] == []


@given(
    st.lists(st.fixed_dictionaries({"then": _ACTIONS}, optional={"if": _tests()}), max_size=4),
)
def test_random_rules_are_scripts_that_sievelib_reads(documents: list[Any]) -> None:
    named = [{"name": f"{number}", **each} for number, each in enumerate(documents)]

    parsed(script(rules(*named)))
