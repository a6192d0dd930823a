"""What conditions ask of one or two values."""

import operator
from collections.abc import Callable
from typing import Any

from infra.local.engine.dynamodb.numbers import Invalid, comparable
from infra.local.engine.dynamodb.paths import Names, Operand, Values
from infra.local.engine.dynamodb.values import Row, Value, equal

Condition = Callable[[Row, Names, Values], bool]
Order = Callable[[Any, Any], bool]
ORDERS: dict[str, Order] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def comparison(sign: str, left: Operand, right: Operand) -> Condition:
    """Compares two operands; with what is missing, only `<>` is true."""
    if sign in ORDERS:
        order = ORDERS[sign]
        return lambda row, names, values: in_order(
            left(row, names, values), right(row, names, values), order
        )

    def same(row: Row, names: Names, values: Values) -> bool:
        one, other = left(row, names, values), right(row, names, values)
        return one is not None and other is not None and equal(one, other)

    return same if sign == "=" else lambda row, names, values: not same(row, names, values)


def in_order(left: Value | None, right: Value | None, order: Order) -> bool:
    """Whether both are there, of one type, and in this order."""
    if left is None or right is None:
        return False
    ((kind, one),) = left.items()
    other = right.get(kind)
    if other is None:
        return False
    if kind == "N":
        return order(comparable(one), comparable(other))
    return kind in ("S", "B") and order(one, other)


def begins(value: Value, prefix: Value) -> bool:
    """Whether a text, or bytes, begin so."""
    ((kind, inner),) = value.items()
    return kind in ("S", "B") and kind in prefix and inner.startswith(prefix[kind])


def contains(value: Value, part: Value) -> bool:
    """Whether it is a part of the text or bytes, or a member of the set or list."""
    ((kind, inner),) = value.items()
    if kind in ("S", "B"):
        return kind in part and part[kind] in inner
    if kind in ("SS", "NS", "BS"):
        return kind[0] in part and part[kind[0]] in inner
    return kind == "L" and any(equal(each, part) for each in inner)


def is_of_type(value: Value, kind: Value) -> bool:
    """Whether the value is of the type that the other one names."""
    if "S" not in kind:
        raise Invalid(
            "Invalid ConditionExpression: Incorrect operand type for operator or function;"
            " operator or function: attribute_type, operand type: " + next(iter(kind))
        )
    return kind["S"] in value
