"""Conditions and filters.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
"""

import operator

from infra.local.engine.dynamodb.comparisons import (
    ORDERS,
    Condition,
    begins,
    comparison,
    contains,
    in_order,
    is_of_type,
)
from infra.local.engine.dynamodb.expressions import Parser
from infra.local.engine.dynamodb.paths import Names, Operand, Values, reader
from infra.local.engine.dynamodb.values import Row

_MAX_IN = 100


class ConditionParser(Parser):
    """Makes one closure of a condition. AND binds more than OR, NOT more than AND."""

    def parse(self) -> Condition:
        """All of the expression."""
        condition = self._either()
        if self.next:
            raise self.unexpected()
        return condition

    def _either(self) -> Condition:
        found = self._both()
        while self.takes("OR"):
            found = _or(found, self._both())
        return found

    def _both(self) -> Condition:
        found = self._negated()
        while self.takes("AND"):
            found = _and(found, self._negated())
        return found

    def _negated(self) -> Condition:
        if self.takes("NOT"):
            condition = self._negated()
            return lambda row, names, values: not condition(row, names, values)
        if self.takes("("):
            if self.next == "(" and self._is_one_group():
                raise self.invalid("The expression has redundant parentheses;")
            condition = self._either()
            self.must(")")
            return condition
        return self._called() or self._compared()

    def _is_one_group(self) -> bool:
        """Whether the parenthesis that comes next ends right before the one around it."""
        depth = 0
        for at, word in enumerate(self._words[self._at :], self._at):
            depth += (word == "(") - (word == ")")
            if not depth:
                return self._words[at + 1] == ")"
        return False

    def _called(self) -> Condition | None:
        match self._calls(
            "attribute_exists",
            "attribute_not_exists",
            "attribute_type",
            "begins_with",
            "contains",
            "size",
        ):
            case "attribute_exists":
                there = self.route_of_function("attribute_exists")
                return lambda row, names, values: there(row, names, values) is not None
            case "attribute_not_exists":
                gone = self.route_of_function("attribute_not_exists")
                return lambda row, names, values: gone(row, names, values) is None
            case "size":
                self._at -= 2
                return None
            case "":
                return None
            case name:
                return self._of_two(name)

    def _of_two(self, name: str) -> Condition:
        left = reader(self.route())
        self.must(",")
        right = self.operand()
        self.must(")")
        test = {"begins_with": begins, "contains": contains, "attribute_type": is_of_type}[name]

        def called(row: Row, names: Names, values: Values) -> bool:
            one, other = left(row, names, values), right(row, names, values)
            return one is not None and other is not None and test(one, other)

        return called

    def _compared(self) -> Condition:
        left = self.operand()
        if self.takes("BETWEEN"):
            return self._between(left)
        if self.takes("IN"):
            return self._among(left)
        sign = self.take()
        if sign not in ORDERS and sign not in ("=", "<>"):
            self._at -= 1
            raise self.unexpected()
        return comparison(sign, left, self.operand())

    def _between(self, left: Operand) -> Condition:
        low = self.operand()
        self.must("AND")
        high = self.operand()

        def between(row: Row, names: Names, values: Values) -> bool:
            return in_order(
                low(row, names, values), left(row, names, values), operator.le
            ) and in_order(left(row, names, values), high(row, names, values), operator.le)

        return between

    def _among(self, left: Operand) -> Condition:
        self.must("(")
        found = [comparison("=", left, self.operand())]
        while self.takes(","):
            found.append(comparison("=", left, self.operand()))
        self.must(")")
        if len(found) > _MAX_IN:
            raise self.invalid(
                "The IN operator is provided with too many operands; number of "
                f"operands: {len(found)}"
            )
        return lambda row, names, values: any(each(row, names, values) for each in found)


class FilterParser(ConditionParser):
    """Makes one closure of a filter."""

    kind = "FilterExpression"


def _or(one: Condition, other: Condition) -> Condition:
    return lambda row, names, values: one(row, names, values) or other(row, names, values)


def _and(one: Condition, other: Condition) -> Condition:
    return lambda row, names, values: one(row, names, values) and other(row, names, values)
