"""Every pattern of the program, held against texts that make backtracking patterns slow.

As a whole: a pattern that is searched for in a text begins anew at each place of it, so it has to
fail early there, which the tests of who searches show.
"""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

import functions
import mayfly
from tests.costs import cpu_seconds

LETTERS = [*" \t\n\r\"'<>()[]{}=?*+-._,;:@/\\|!#%&~^a0A", "x", "é", "http://", "=?", "www.", "</"]
LETTERS += ["a.", "a ", ' "', '\\"', "a=", "a-", "1.", "a@"]
STARTS, ENDS = ("", '"', "<", "a"), ("\x01", "<")
CHARS = 200
TIMES, MARGIN = 8, 3  # a quadratic cost grows TIMES times as much as a linear one
SMALL = 0.001  # seconds: so little says nothing about how it grows
WORDS = re.compile("[A-Za-z]{2,}")


def _patterns() -> Iterator[Any]:
    """Once each, by the name of its first module."""
    seen = set()
    for package in (mayfly, functions):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(found.name)
            for name, value in vars(module).items():
                if isinstance(value, re.Pattern) and value not in seen:
                    seen.add(value)
                    yield pytest.param(value, id=f"{found.name.removeprefix('mayfly.')}.{name}")


def _texts(pattern: re.Pattern[Any], chars: int) -> Iterator[Any]:
    source = pattern.pattern
    is_text = isinstance(source, str)
    words = WORDS.findall(source if is_text else source.decode("latin-1"))
    for piece in dict.fromkeys([*LETTERS, *words[:20]]):
        for start in STARTS:
            for end in ENDS:
                text = start + piece * (chars // len(piece)) + end
                yield text if is_text else text.encode()


@pytest.mark.parametrize("pattern", list(_patterns()))
def test_a_pattern_takes_time_in_proportion_to_its_text(pattern: re.Pattern[Any]) -> None:
    longer = _texts(pattern, CHARS * TIMES)

    for text, more in zip(_texts(pattern, CHARS), longer, strict=True):
        cost = cpu_seconds(partial(pattern.fullmatch, more))
        if cost > SMALL:
            assert cost <= TIMES * MARGIN * max(cpu_seconds(partial(pattern.fullmatch, text)), 1e-5)
