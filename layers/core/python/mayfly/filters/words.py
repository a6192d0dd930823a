"""A filter in the search words that Mailpit has: `from:bank subject:"your code" -is:read`.

https://mailpit.axllent.org/docs/usage/search-filters/
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from mayfly import limits
from mayfly.errors import InvalidInput
from mayfly.filters.models import MOST_BYTES, Condition, Field
from mayfly.filters.patterns import Pattern
from mayfly.filters.values import read_value, written_value

WORDS = "q"
"""The parameter that has search words."""
_KEYS: Mapping[str, Field] = {
    "from": Field.FROM,
    "to": Field.TO,
    "subject": Field.SUBJECT,
    "text": Field.TEXT,
    "before": Field.BEFORE,
    "after": Field.SINCE,
    "since": Field.SINCE,
    "larger": Field.LARGER,
    "smaller": Field.SMALLER,
}
_STATES: Mapping[tuple[str, str], tuple[Field, bool]] = {
    ("has", "attachment"): (Field.HAS_ATTACHMENT, True),
    ("has", "attachments"): (Field.HAS_ATTACHMENT, True),
    ("is", "read"): (Field.IS_READ, True),
    ("is", "unread"): (Field.IS_READ, False),
}
_OTHERS = frozenset({"addressed", "bcc", "cc", "message-id", "reply-to", "tag"})
"""What Mailpit has, and this has not: taken for a text, it would find nothing."""
_NAMES = {field: key for key, field in _KEYS.items() if key != "since"}
_NOT = "-!"


@dataclass(frozen=True, slots=True)
class _Word:
    """One of the words: `key` is what stands before its first colon, "" without one."""

    start: int
    key: str
    value: str
    negated: bool


def conditions_of(text: object, parameter: str = WORDS, zone: tzinfo = UTC) -> list[Condition]:
    """The conditions of search words; InvalidInput says at which character the mistake begins.

    What has no key, or a key that is none, is looked for in sender, recipients, subject and text.
    A day begins as it does in the zone.
    """
    if not isinstance(text, str):
        raise InvalidInput(f"{parameter} must be a string")
    if len(text) > limits.FILTER_WORDS_CHARS:
        raise InvalidInput(f"{parameter} must have up to {limits.FILTER_WORDS_CHARS} characters")
    found: list[Condition] = []
    for word in _words(text, parameter):
        if len(found) == limits.FILTER_CONDITIONS:
            raise InvalidInput(
                f"{_place(parameter, word.start)}: a filter has up to"
                f" {limits.FILTER_CONDITIONS} conditions"
            )
        found.append(_condition(word, parameter, zone))
    return found


def written_word(condition: Condition) -> str:
    """The word for a condition; `conditions_of` reads it as an equal one."""
    field, value = condition.field, condition.value
    for (key, state), (of, holds) in _STATES.items():
        if field is of:
            return f"{'' if value is holds else '-'}{key}:{state}"
    sign = "-" if condition.negated else ""
    text = str(written_value(value))
    if field is not Field.ANYWHERE:
        return f"{sign}{_NAMES[field]}:{_quoted(text)}"
    return sign + _quoted(text, is_special=":" in text or text[0] in _NOT)


def _condition(word: _Word, parameter: str, zone: tzinfo) -> Condition:
    name = _place(parameter, word.start)
    if word.key in _OTHERS:
        raise InvalidInput(f"{name}: {word.key}: is not known here; use to: for To and Cc")
    if word.key in ("has", "is"):
        if (word.key, word.value.lower()) not in _STATES:
            raise InvalidInput(f"{name}: there are has:attachment, is:read and is:unread")
        field, holds = _STATES[word.key, word.value.lower()]
        return Condition(field, holds is not word.negated)
    field = _KEYS.get(word.key, Field.ANYWHERE)
    named = f"{name}: {word.key}:" if word.key else f"{name}: a word"
    value = read_value(field, named, word.value, zone)
    return _opposite(field, value) if word.negated else Condition(field, value)


def _opposite(field: Field, value: Pattern | bool | datetime | int) -> Condition:
    """Not since is before, and not larger than 10 is smaller than 11."""
    match field, value:
        case Field.SINCE, _:
            return Condition(Field.BEFORE, value)
        case Field.BEFORE, _:
            return Condition(Field.SINCE, value)
        case Field.LARGER, int() as size:
            return Condition(Field.SMALLER, min(size + 1, MOST_BYTES))
        case Field.SMALLER, int() as size:
            return Condition(Field.LARGER, size - 1)
    return Condition(field, value, negated=True)


def _words(text: str, parameter: str) -> Iterator[_Word]:
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        start = at
        following = text[at + 1 : at + 2]
        negated = text[at] in _NOT and following != "" and not following.isspace()
        value, colon, at = _unquoted(text, at + negated, parameter)
        key = value[:colon].lower() if colon > 0 else ""
        if key in _KEYS or key in _OTHERS or key in ("has", "is"):
            yield _Word(start, key, value[colon + 1 :], negated)
        else:
            yield _Word(start, "", value, negated)


def _unquoted(text: str, at: int, parameter: str) -> tuple[str, int, int]:
    """The word that begins here without its quotes, where its first colon is, and where it ends.

    A colon within quotes does not count (-1). In quotes `\\` goes before `"` and `\\`.
    """
    found: list[str] = []
    colon, quote = -1, -1
    while at < len(text) and (quote >= 0 or not text[at].isspace()):
        each = text[at]
        if each == '"':
            quote = -1 if quote >= 0 else at
        elif quote >= 0 and each == "\\" and text[at + 1 : at + 2] in ("\\", '"'):
            at += 1
            found.append(text[at])
        else:
            if each == ":" and colon < 0:
                colon = len(found) if quote < 0 else 0
            found.append(each)
        at += 1
    if quote >= 0:
        raise InvalidInput(f"{_place(parameter, quote)}: this quote has no end")
    return "".join(found), colon, at


def _quoted(text: str, *, is_special: bool = False) -> str:
    if text and not is_special and not any(each.isspace() or each == '"' for each in text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _place(parameter: str, start: int) -> str:
    return f"{parameter}, character {start + 1}"
