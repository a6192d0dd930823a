"""How DynamoDB writes values and times."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import fields
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar, get_args, get_type_hints

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
    # Most values are text: they are spared a call.
    return {
        name: {"S": value} if type(value) is str else encode(value) for name, value in row.items()
    }


def decode(image: Mapping[str, Any]) -> Row:
    """A row from DynamoDB's notation, as answers and stream records have it."""
    return {name: value["S"] if "S" in value else _decode(value) for name, value in image.items()}


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


_M = TypeVar("_M")


def model_row(model: Any, without: Collection[str] = ()) -> Row:
    """The fields of a dataclass, times in `milliseconds`, without those that are None."""
    values = {each.name: getattr(model, each.name) for each in fields(model)}
    return {
        name: _plain(value)
        for name, value in values.items()
        if name not in without and value is not None
    }


def model_of(kind: type[_M], row: Mapping[str, Any], **known: Any) -> _M:
    """The dataclass that `model_row` has written; `known` are fields that are kept otherwise."""
    whole: Any = kind
    readers = _readers(whole)
    kept = [name for name in readers if name in row and name not in known]
    return kind(**known, **{name: readers[name](row[name]) for name in kept})


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return milliseconds(value)
    return value.value if isinstance(value, Enum) else value


@cache
def _readers(kind: type) -> Mapping[str, Callable[[Any], Any]]:
    """For each field, what reads its value: times and enums are kept as plain ones."""
    found: dict[str, Callable[[Any], Any]] = {}
    for name, hint in get_type_hints(kind).items():
        plain = next((each for each in get_args(hint) if each is not type(None)), hint)
        is_enum = isinstance(plain, type) and issubclass(plain, Enum)
        found[name] = instant if plain is datetime else plain if is_enum else lambda value: value
    return found
