"""DynamoDB's values: what is one, how it is written, how large it is, and how two compare.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
"""

from collections.abc import Callable, Mapping
from typing import Any

from infra.local.engine.dynamodb.numbers import (
    Invalid,
    is_usual,
    number,
    of_the_wrong_type,
)

Value = dict[str, Any]
Row = dict[str, Value]

_LEVELS = 32


def checked(value: Any, level: int = 0) -> Value:
    """A copy of the value with its numbers in their one spelling; Invalid if it is none."""
    if not isinstance(value, dict):
        raise of_the_wrong_type(value)
    if len(value) != 1:
        fault = "has more than one datatypes set" if value else "is empty"
        raise Invalid(
            f"Supplied AttributeValue {fault}, must contain exactly one of the supported datatypes"
        )
    ((kind, inner),) = value.items()
    if kind == "S":
        if not isinstance(inner, str):
            raise of_the_wrong_type(inner)
        return {"S": inner}
    check = _CHECKS.get(kind)
    if check is None:
        raise of_the_wrong_type(kind)
    return {kind: check(inner, level)}


def checked_row(row: Any) -> Row:
    """The row with `checked` values: itself, if they were right already."""
    if not isinstance(row, dict):
        raise of_the_wrong_type(row)
    new: Row | None = None
    for name, value in row.items():
        if type(value) is dict and len(value) == 1:  # what nearly all are, without a call
            if type(value.get("S")) is str:
                continue
            text = value.get("N")
            if type(text) is str and is_usual(text):
                continue
        right = checked(value)
        if right != value:
            new = dict(row) if new is None else new
            new[name] = right
    return row if new is None else new


def equal(left: Value, right: Value) -> bool:
    """Whether two checked values are the same; sets have no order."""
    if left == right:
        return True
    ((kind, inner),) = left.items()
    if kind not in right:
        return False
    other = right[kind]
    match kind:
        case "SS" | "NS" | "BS":
            return set(inner) == set(other)
        case "L":
            return len(inner) == len(other) and all(map(equal, inner, other))
        case "M":
            return inner.keys() == other.keys() and all(equal(inner[k], other[k]) for k in inner)
    return False


def size_of(row: Mapping[str, Value]) -> int:
    """DynamoDB's measure of a row, in bytes."""
    return sum(len(name.encode()) + _size(value) for name, value in row.items())


def _size(value: Value) -> int:
    ((kind, inner),) = value.items()
    match kind:
        case "S" | "B":
            return len(inner.encode() if kind == "S" else inner)
        case "N":
            digits = len(inner.strip("-0.").replace(".", ""))
            return 1 + (digits + 1) // 2 + int(inner.startswith("-"))
        case "SS" | "NS" | "BS":
            return sum(_size({kind[0]: each}) for each in inner)
        case "L":
            return 3 + sum(1 + _size(each) for each in inner)
        case "M":
            return 3 + len(inner) + size_of(inner)
    return 1


def _set(check: Callable[[Any, int], Any]) -> Callable[[Any, int], list[Any]]:
    def checked_set(inner: Any, level: int) -> list[Any]:
        if not isinstance(inner, list | tuple | set | frozenset):
            raise of_the_wrong_type(inner)
        members = [check(each, level) for each in inner]
        if not members:
            raise Invalid("One or more parameter values were invalid: An set may not be empty")
        if len(set(members)) < len(members):
            raise Invalid(
                "One or more parameter values were invalid: Input collection contains duplicates."
            )
        return members

    return checked_set


def _number(inner: Any, _: int) -> str:
    return number(inner)


def _text(inner: Any, _: int) -> str:
    if not isinstance(inner, str):
        raise of_the_wrong_type(inner)
    return inner


def _bytes(inner: Any, _: int) -> bytes:
    if not isinstance(inner, bytes | bytearray):
        raise of_the_wrong_type(inner)
    return bytes(inner)


def _flag(inner: Any, _: int) -> bool:
    if not isinstance(inner, bool):
        raise of_the_wrong_type(inner)
    return inner


def _null(inner: Any, level: int) -> bool:
    if not _flag(inner, level):
        raise Invalid(
            "One or more parameter values were invalid: Null attribute value types must have the"
            " value of true"
        )
    return True


def _members(inner: Any, level: int) -> Any:
    if level >= _LEVELS:
        raise Invalid("Nesting Levels have exceeded supported limits")
    if isinstance(inner, dict):
        return {name: checked(value, level + 1) for name, value in inner.items()}
    return [checked(each, level + 1) for each in inner]


_CHECKS: dict[str, Callable[[Any, int], Any]] = {
    "N": _number,
    "B": _bytes,
    "BOOL": _flag,
    "NULL": _null,
    "L": _members,
    "M": _members,
    "SS": _set(_text),
    "NS": _set(_number),
    "BS": _set(_bytes),
}
