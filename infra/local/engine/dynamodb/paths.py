"""Document paths, and how what is at one is read.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.Attributes.html
"""

from collections.abc import Callable, Mapping
from typing import Any

from infra.local.engine.dynamodb.values import Row, Value

Names = Mapping[str, str]
Values = Mapping[str, Value]
Operand = Callable[[Row, Names, Values], Value | None]
Route = tuple[str | int, ...]
"""A document path as it is written: names, placeholders of names, and places in lists."""


def reader(route: Route) -> Operand:
    """Reads what is at the path; None if nothing is."""
    first = str(route[0])
    if len(route) > 1:
        return lambda row, names, values: found_at(row, resolved(route, names))
    if first.startswith("#"):
        return lambda row, names, values: row.get(names[first])
    return lambda row, names, values: row.get(first)


def value_reader(name: str) -> Operand:
    """Reads the value that the placeholder stands for."""
    return lambda row, names, values: values[name]


def resolved(route: Route, names: Names) -> Route:
    """The path with names for their placeholders."""
    return tuple(names.get(step, step) if isinstance(step, str) else step for step in route)


def found_at(row: Row, route: Route) -> Value | None:
    """What is at a resolved path; None if nothing is."""
    found: Any = {"M": row}
    for step in route:
        inner = found.get("L" if isinstance(step, int) else "M")
        if inner is None:
            return None
        found = inner[step] if step in (range(len(inner)) if type(step) is int else inner) else None
        if found is None:
            return None
    return dict(found)


def length(value: Value | None) -> Value | None:
    """What `size` says; None for what has no size."""
    if value is None:
        return None
    ((kind, inner),) = value.items()
    if kind in ("N", "BOOL", "NULL"):
        return None
    return {"N": str(len(inner.encode() if kind == "S" else inner))}
