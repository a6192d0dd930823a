"""A filter as named fields: in query parameters, in JSON, in rows. The same names everywhere."""

import json
from collections.abc import Mapping
from typing import Any

from mayfly.errors import InvalidInput
from mayfly.filters.models import Condition, Field, Filter
from mayfly.filters.values import read_value, written_value
from mayfly.filters.words import WORDS, conditions_of, written_word

NAMED = tuple(each for each in Field if each is not Field.ANYWHERE)
NAMES = (*(each.value for each in NAMED), WORDS)
"""What a filter's fields are called."""


def filter_of(fields: Mapping[str, object]) -> Filter:
    """The filter of these fields, of JSON or of a row; InvalidInput names the one at fault."""
    for name in fields:
        if name not in NAMES:
            raise InvalidInput(f"a filter has no field {name[:40]!r}; possible: {', '.join(NAMES)}")
    found = [
        Condition(each, read_value(each, each.value, fields[each.value]))
        for each in NAMED
        if each.value in fields
    ]
    if WORDS in fields:
        found += conditions_of(fields[WORDS])
    return Filter.of(found)


def fields_of(wanted: Filter) -> dict[str, Any]:
    """The fields of the filter, as JSON and rows have them; `filter_of` reads an equal one."""
    fields: dict[str, Any] = {}
    words: list[str] = []
    for each in wanted.conditions:
        name = each.field.value
        if each.field in NAMED and not each.negated and name not in fields:
            fields[name] = written_value(each.value)
        else:
            words.append(written_word(each))
    return fields | ({WORDS: " ".join(words)} if words else {})


def filter_text(wanted: Filter) -> str:
    """The filter as one text, for a row."""
    return json.dumps(fields_of(wanted), ensure_ascii=False)


def filter_from(text: str) -> Filter:
    """The filter of that text."""
    return filter_of(json.loads(text))
