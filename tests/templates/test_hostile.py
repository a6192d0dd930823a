"""Templates that want to run for ever, to fill the memory, or to end the process."""

import json
import subprocess
import sys

import pytest

from mayfly import limits
from mayfly.errors import InvalidInput
from mayfly.templates.engine import Renderer
from tests.templates import hostile

OUTCOMES = len(hostile.TEXTS) * 2 + len(hostile.DOCUMENTS)


def test_hostile_templates_end_within_seconds_of_a_processor_and_a_functions_memory() -> None:
    """The system ends the process at the bounds of time and memory: then not all outcomes are said.

    Its time is the processor's, so a busy machine changes nothing.
    """
    done = subprocess.run(
        [sys.executable, "-m", "tests.templates.hostile"], capture_output=True, check=False
    )

    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, len(found)) == (0, OUTCOMES), done.stderr.decode()
    assert all(size <= 2 * limits.RENDERED_BYTES for _, _, size in found)
    refused = {name for name, why, _ in found if why}
    assert {"loops in loops (html)", "a carousel", "a letter joined (text)"} <= refused
    out_of_fuel = [name for name, why, _ in found if "TEMPLATE_FUEL" in why]
    assert len(out_of_fuel) > 10


def test_what_a_template_may_do_is_so_many_steps() -> None:
    """Some five thousand rounds of a loop, whatever is in the list."""
    loop = Renderer("", "{% for a in n %}.{% endfor %}", None)

    assert loop.render({"n": [1] * 4900}).text == "." * 4900
    with pytest.raises(InvalidInput, match=r"text, line 1: .*TEMPLATE_FUEL"):
        loop.render({"n": [1] * 5100})


def test_each_message_has_its_own_steps() -> None:
    renderer = Renderer("", "{% for a in n %}.{% endfor %}", None)

    for _ in range(limits.BATCH_EMAILS):
        assert renderer.render({"n": [1] * 4900}).text == "." * 4900


def test_what_is_made_is_bounded_in_bytes() -> None:
    renderer = Renderer("", "ä" * 1000 + "{% for a in n %}" + "ä" * 1000 + "{% endfor %}", None)
    most = limits.RENDERED_BYTES // 2000 - 1

    assert renderer.render({"n": [1] * most}).text == "ä" * 1000 * (most + 1)
    with pytest.raises(InvalidInput, match="text may have 524288 bytes"):
        renderer.render({"n": [1] * (most + 1)})


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"a": "x" * limits.TEMPLATE_VARIABLES_BYTES}, "16384 bytes"),
        ({"a": [[[[[[1]]]]]]}, "a[][][][][] is nested too deep: 5 levels"),
        ({"a": {"b": {"c": {"d": {"e": {"f": {}}}}}}}, "variables.a.b.c.d.e.f is nested too deep"),
        ({"a": [1, None]}, "variables.a[] cannot be null"),
        ({"a": 2**53}, "variables.a must be a number below 2^53"),
        ({"a": [-(10**400)]}, "variables.a[] must be a number"),
        ({"a": float("inf")}, "variables.a must be a number that ends"),
        ({"a": "\ud800"}, "Unicode"),
        ({"a": {"\ud800": 1}}, "Unicode"),
        ({"a b": 1}, "no name of a variable: 'a b'"),
        ({"": 1}, "no name of a variable: ''"),
        ({"é": 1}, "no name of a variable"),
        ({"a" * 65: 1}, "no name of a variable"),
    ],
)
def test_variables_are_bounded_before_they_are_used(
    variables: dict[str, object], named: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        Renderer("", "x", None).render(variables)

    assert named in str(refused.value)
