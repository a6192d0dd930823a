"""How DynamoDB writes values and times."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
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


def epoch(when: datetime) -> int:
    """Epoch seconds, as TTL wants them; rounded up, so that nothing goes before its time."""
    return -int(-when.timestamp() // 1)


def from_epoch(seconds: int) -> datetime:
    """The instant of `epoch`."""
    return datetime.fromtimestamp(seconds, UTC)


def milliseconds(when: datetime) -> int:
    """Epoch milliseconds."""
    return round(when.timestamp() * 1000)


def instant(value: int) -> datetime:
    """The instant of `milliseconds`."""
    return datetime.fromtimestamp(value / 1000, UTC)
