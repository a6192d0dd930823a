"""Rows in DynamoDB's notation, and back: `{"S": "text"}` is "text" here.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
"""

from collections.abc import Callable, Mapping
from typing import Any

Row = dict[str, Any]
"""A row, or an image of one: str, int, bool, bytes, list, dict and set-of-str values."""

_SCALARS: dict[str, Callable[[Any], Any]] = {"S": str, "N": int, "BOOL": bool, "B": bytes}


def encode(value: Any) -> dict[str, Any]:
    """One value in DynamoDB's notation."""
    match value:
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": value}
        case int():
            return {"N": str(value)}
        case bytes():
            return {"B": value}
        case set() | frozenset():
            return {"SS": sorted(value)}
        case list() | tuple():
            return {"L": [encode(item) for item in value]}
        case dict():
            return {"M": encode_row(value)}
    raise TypeError(f"{type(value).__name__} is no value of ours")


def encode_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row in DynamoDB's notation."""
    return {name: encode(value) for name, value in row.items()}


def decode(image: Mapping[str, Any]) -> Row:
    """A row from DynamoDB's notation, as answers and stream records have it."""
    return {name: _decode(value) for name, value in image.items()}


def _decode(value: Mapping[str, Any]) -> Any:
    ((kind, inner),) = value.items()
    if kind == "L":
        return [_decode(item) for item in inner]
    if kind == "M":
        return decode(inner)
    if kind == "SS":
        return set(inner)
    return _SCALARS[kind](inner)
