"""Update expressions.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from infra.local.engine.dynamodb.actions import WRONG_TYPE, change_within, less, more
from infra.local.engine.dynamodb.expressions import Parser
from infra.local.engine.dynamodb.numbers import Invalid, added
from infra.local.engine.dynamodb.paths import (
    Names,
    Operand,
    Route,
    Values,
    reader,
    resolved,
    value_reader,
)
from infra.local.engine.dynamodb.values import Row, Value
from mayfly.kit.dynamodb.keys import PARTITION_KEY, SORT_KEY

Action = Callable[[Row, Names, Values], Value | None]
"""From the row as it was, the value that comes; None if it goes."""

_KEYS = frozenset({PARTITION_KEY, SORT_KEY})
_SETS = ("SS", "NS", "BS")
_KINDS = {"S": "STRING", "N": "NUMBER", "B": "BINARY", "BOOL": "BOOLEAN", "NULL": "NULL"} | {
    "L": "LIST",
    "M": "MAP",
    "SS": "SET",
    "NS": "SET",
    "BS": "SET",
}
_ABSENT = "The provided expression refers to an attribute that does not exist in the item"


@dataclass(frozen=True, slots=True)
class Update:
    """What an update does. `makes` whether it can make a row that is not there,
    `attributes` what it changes if it changes nothing within one.
    """

    actions: tuple[tuple[Route, Action], ...]
    operands: tuple[tuple[str, str], ...]
    makes: bool
    attributes: tuple[str, ...] | None

    def check(self, names: Names, values: Values) -> None:
        """Invalid for what DynamoDB refuses whatever the row is."""
        self._check_operands(values)
        if self.attributes is not None:
            changed = {names.get(word, word) for word in self.attributes}
            if len(changed) == len(self.attributes) and changed.isdisjoint(_KEYS):
                return
        routes = sorted((resolved(route, names) for route, _ in self.actions), key=_in_words)
        for one, other in pairwise(routes):
            if other[: len(one)] == one:
                raise Invalid(
                    "Invalid UpdateExpression: Two document paths overlap with each other; must"
                    " remove or rewrite one of these paths; path one:"
                    f" {_spelled(one)}, path two: {_spelled(other)}"
                )
        for route in routes:
            if route[0] in _KEYS:
                raise Invalid(
                    "One or more parameter values were invalid: Cannot update attribute"
                    f" {route[0]}. This attribute is part of the key"
                )

    def _check_operands(self, values: Values) -> None:
        for section, name in self.operands:
            ((kind, _),) = values[name].items()
            if kind not in _SETS and (section == "DELETE" or kind != "N"):
                raise Invalid(
                    "Invalid UpdateExpression: Incorrect operand type for operator or function;"
                    f" operator: {section}, operand type: {_KINDS[kind]}, typeset:"
                    f" ALLOWED_FOR_{section}_OPERAND"
                )

    def changed(self, row: Row, names: Names, values: Values) -> Row:
        """The row after it; the one before stays as it is."""
        new = dict(row)
        for route, action in self.actions:
            value = action(row, names, values)
            if len(route) > 1:
                change_within({"M": new}, resolved(route, names), value)
                continue
            name = str(route[0])
            name = names.get(name, name)
            if value is None:
                new.pop(name, None)
            else:
                new[name] = value
        return new


class UpdateParser(Parser):
    """Makes an `Update` of its text."""

    kind = "UpdateExpression"

    def parse(self) -> Update:
        """All of the expression."""
        actions: list[tuple[Route, Action]] = []
        self._operands: list[tuple[str, str]] = []
        seen: set[str] = set()
        while self.next:
            section = self.takes("SET", "ADD", "REMOVE", "DELETE").upper()
            if not section:
                raise self.unexpected()
            if section in seen:
                raise self.invalid(
                    f'The "{section}" section can only be used once in an update expression;'
                )
            seen.add(section)
            actions.append(self._action(section))
            while self.takes(","):
                actions.append(self._action(section))
        routes = [route for route, _ in actions]
        attributes = tuple(str(first) for first, *rest in routes if not rest)
        return Update(
            tuple(actions),
            tuple(self._operands),
            bool(seen & {"SET", "ADD"}),
            attributes if len(attributes) == len(routes) else None,
        )

    def _action(self, section: str) -> tuple[Route, Action]:
        route = self.route()
        if section == "REMOVE":
            return route, lambda row, names, values: None
        if section == "SET":
            self.must("=")
            return route, self._sum()
        name = self.value()
        self._operands.append((section, name))
        change = more if section == "ADD" else less
        before = reader(route)
        return route, lambda row, names, values: change(before(row, names, values), values[name])

    def _sum(self) -> Action:
        left = self._term()
        sign = self.takes("+", "-")
        if not sign:
            return _there(left)
        right, factor = self._term(), 1 if sign == "+" else -1

        def calculated(row: Row, names: Names, values: Values) -> Value:
            one = _there(left)(row, names, values)
            other = _there(right)(row, names, values)
            if "N" not in one or "N" not in other:
                raise Invalid(WRONG_TYPE)
            return {"N": added(one["N"], other["N"], factor)}

        return calculated

    def _term(self) -> Operand:
        if self.next.startswith(":"):
            return value_reader(self.value())
        if not self._calls("if_not_exists"):
            return reader(self.route())
        first = reader(self.route())
        self.must(",")
        other = self._term()
        self.must(")")

        def either(row: Row, names: Names, values: Values) -> Value | None:
            found = first(row, names, values)
            return other(row, names, values) if found is None else found

        return either


def _there(operand: Operand) -> Callable[[Row, Names, Values], Value]:
    def there(row: Row, names: Names, values: Values) -> Value:
        found = operand(row, names, values)
        if found is None:
            raise Invalid(_ABSENT)
        return found

    return there


def _in_words(route: Route) -> tuple[str, ...]:
    return tuple(map(str, route))


def _spelled(route: Route) -> str:
    return "[" + ", ".join(f"[{s}]" if isinstance(s, int) else s for s in route) + "]"
