"""Expressions: their words, and what their operands are read by.

A text is parsed once into closures. They are called with a row, and with the names and values that
its placeholders stand for, so that one text serves all calls that differ in these only.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html
"""

import re
from functools import cache
from pathlib import Path

from infra.local.engine.dynamodb.numbers import Invalid
from infra.local.engine.dynamodb.paths import Operand, Route, length, reader, value_reader
from infra.local.engine.errors import Unsupported

_MAX_BYTES = 4096
_WORD = re.compile(
    r"\s*(?:([#:]?[A-Za-z_0-9]+)|(<=|>=|<>|[=<>(),.\[\]+-]))", re.ASCII
)  # a name, a placeholder or a number; a sign
_FUNCTIONS = {
    *("attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains"),
    *("size", "if_not_exists", "list_append"),
}


@cache
def reserved_words() -> frozenset[str]:
    """What no attribute can be called in an expression but by a placeholder."""
    return frozenset((Path(__file__).with_name("reserved_words.txt")).read_text().split())


class Parser:
    """The words of one expression, and what is known of it so far. `kind` is for its refusals."""

    kind = "ConditionExpression"

    def __init__(self, text: str) -> None:
        """Split it into words."""
        self.names: set[str] = set()
        self.values: set[str] = set()
        self._at = 0
        size = len(text.encode())
        if not text.strip():
            raise self.invalid("The expression can not be empty;")
        if size > _MAX_BYTES:
            raise self.invalid(
                f"Expression size has exceeded the maximum allowed size; expression size: {size}"
            )
        self._words = self._split(text)

    def invalid(self, why: str) -> Invalid:
        """A refusal of this expression."""
        return Invalid(f"Invalid {self.kind}: {why}")

    @property
    def next(self) -> str:
        """The next word; empty at the end."""
        return self._words[self._at]

    def take(self) -> str:
        """The next word, which is done with."""
        word = self._words[self._at]
        if word:
            self._at += 1
        return word

    def takes(self, *wanted: str) -> str:
        """The next word if it is one of these, in any case; empty if not."""
        return self.take() if self.next.upper() in wanted else ""

    def must(self, wanted: str) -> None:
        """The next word has to be this one."""
        if not self.takes(wanted):
            raise self.unexpected()

    def unexpected(self) -> Invalid:
        """A refusal of the next word."""
        near = " ".join(self._words[max(0, self._at - 1) : self._at + 2]).strip()
        return self.invalid(f'Syntax error; token: "{self.next or "<EOF>"}", near: "{near}"')

    def route(self) -> Route:
        """A document path."""
        route: list[str | int] = [self._step()]
        while sign := self.takes(".", "["):
            if sign == ".":
                route.append(self._step())
                continue
            if not self.next.isdigit():
                raise self.unexpected()
            route.append(int(self.take()))
            self.must("]")
        return tuple(route)

    def value(self) -> str:
        """A placeholder of a value."""
        if not self.next.startswith(":"):
            raise self.unexpected()
        self.values.add(self.next)
        return self.take()

    def operand(self) -> Operand:
        """A value, a document path or `size`."""
        if self.next.startswith(":"):
            return value_reader(self.value())
        if self._calls("size"):
            of = self.route_of_function("size")
            return lambda row, names, values: length(of(row, names, values))
        return reader(self.route())

    def route_of_function(self, name: str) -> Operand:
        """The one operand of a function, which is a document path."""
        if self.next.startswith(":"):
            raise self.invalid(
                "Operator or function requires a document path; operator or function: " + name
            )
        of = reader(self.route())
        self.must(")")
        return of

    def _calls(self, *functions: str) -> str:
        """The function that is called next, its parenthesis taken; empty if it is none of these."""
        if self._words[self._at + 1 : self._at + 2] != ["("] or self.next == "(":
            return ""
        name = self.next
        if name in functions:
            self._at += 2
            return name
        if name.upper() in ("AND", "OR", "NOT", "IN"):
            return ""
        if name in _FUNCTIONS:
            raise Unsupported(f"{name} in a {self.kind}")
        raise self.invalid(f"Invalid function name; function: {name}")

    def _step(self) -> str:
        word = self.next
        if word.startswith("#"):
            self.names.add(word)
        elif not (word[:1].isalpha() or word[:1] == "_"):
            raise self.unexpected()
        elif word.upper() in reserved_words():
            raise self.invalid(f"Attribute name is a reserved keyword; reserved keyword: {word}")
        return self.take()

    def _split(self, text: str) -> list[str]:
        words, at, end = [], 0, len(text.rstrip())
        while at < end:
            found = _WORD.match(text, at)
            if found is None:
                rest = text[at:].lstrip()
                raise self.invalid(f'Syntax error; token: "{rest[:1]}", near: "{rest[:10]}"')
            words.append(found[1] or found[2])
            at = found.end()
        return [*words, ""]
