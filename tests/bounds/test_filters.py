"""Filters that are made to cost much, on texts that are."""

from collections.abc import Callable
from contextlib import suppress

import pytest

from mayfly.errors import InvalidInput
from mayfly.filters.models import Candidate, Words
from mayfly.filters.queries import read_filter
from mayfly.limits import FILTER_CHARS, FILTER_TEXT_CHARS, FILTER_WORDS_CHARS
from tests.bounds.growth import excess
from tests.bounds.pumps import PUMPS, Pump
from tests.filters.candidates import candidate

TEXTS: dict[str, str] = {
    "letters": "a",
    "marks in turn": "\u0301\u0327",
    "what becomes eighteen": "\ufdfa",
    "blanks": " ",
    "wide": "\uff41",
}
PATTERNS: dict[str, str] = {
    "a part": "a" * (FILTER_CHARS - 1) + "b",
    "stars": "~" + "*a" * (FILTER_CHARS // 2 - 1) + "b",
    "stars and questions": "~" + "*?a" * (FILTER_CHARS // 3 - 1) + "b",
    "questions": "~*" + "?" * (FILTER_CHARS - 10) + "b*",
    "doubled stars": "~" + "**?" * (FILTER_CHARS // 3 - 1) + "b",
    "long pieces": "~*" + "a" * 120 + "b*" + "a" * 120 + "c",
}


def message(text: str) -> Candidate:
    return candidate(words=lambda: Words((), text))


@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS.keys())
@pytest.mark.parametrize("unit", TEXTS.values(), ids=TEXTS.keys())
def test_no_text_makes_a_filter_take_more_than_its_length(unit: str, pattern: str) -> None:
    wanted = read_filter({"text": pattern})

    def work(size: int) -> Callable[[], object]:
        text = unit * (size // len(unit))
        return lambda: wanted.matches(message(text))

    assert not excess(work, 2 * FILTER_TEXT_CHARS)


@pytest.mark.parametrize("pump", PUMPS.values(), ids=PUMPS.keys())
def test_no_search_words_take_more_than_their_length(pump: Pump) -> None:
    def work(size: int) -> Callable[[], object]:
        words = pump(size)
        return lambda: _read(words)

    assert not excess(work, FILTER_WORDS_CHARS)


def _read(words: str) -> None:
    with suppress(InvalidInput):
        read_filter({"q": words})
