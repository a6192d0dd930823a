"""moto's Query without its walk over the whole table.

moto looks at every row of the table for each query, sorts what is left with slow comparisons and
measures each row it passes. Here it is given only the rows that it may answer with: those of the
partition, in the range, after the start key, and no more than the limit needs.
"""

from collections.abc import Callable, Iterator
from inspect import signature
from itertools import islice
from typing import Any

from moto.dynamodb.models.table import Table

_ROWS = "_mayfly_rows"

_IN_RANGE: dict[str, Callable[..., bool]] = {
    "EQ": lambda key, value: key == value,
    "LT": lambda key, value: key < value,
    "LE": lambda key, value: key <= value,
    "GT": lambda key, value: key > value,
    "GE": lambda key, value: key >= value,
    "=": lambda key, value: key == value,
    "<": lambda key, value: key < value,
    "<=": lambda key, value: key <= value,
    ">": lambda key, value: key > value,
    ">=": lambda key, value: key >= value,
    "BETWEEN": lambda key, low, high: low <= key <= high,
    "BEGINS_WITH": lambda key, prefix: key.startswith(prefix),
}


def mend() -> None:
    """Replace the walk; once per process, from `guard_moto`."""
    table: Any = Table
    table.query = _narrowed(table.query)
    table.all_items = _chosen(table.all_items)


def _narrowed(query: Callable[..., Any]) -> Callable[..., Any]:
    parameters = signature(query)

    def narrowed(table: Any, *positional: Any, **named: Any) -> Any:
        setattr(table, _ROWS, _answerable(**parameters.bind(table, *positional, **named).arguments))
        try:
            return query(table, *positional, **named)
        finally:
            setattr(table, _ROWS, None)

    return narrowed


def _answerable(
    *,
    self: Any,
    hash_key: Any,
    range_comparison: str | None,
    range_objs: list[Any],
    limit: int | None,
    exclusive_start_key: dict[str, Any] | None,
    scan_index_forward: bool | None,
    index_name: str | None = None,
    filter_kwargs: Any = None,
    **_: Any,
) -> list[Any] | None:
    """The rows that the answer is made of; None if moto must look for itself."""
    # With the filters of the API before expressions, a limit counts what they let through.
    if index_name is not None or self.range_key_type != "S" or filter_kwargs:
        return None
    rows = _in_range(self, hash_key, range_comparison, [each.value for each in range_objs])
    start = (exclusive_start_key or {}).get(self.range_key_attr, {}).get("S")
    return list(islice(_from(rows, start, scan_index_forward), limit and limit + 1))


def _in_range(
    table: Any, hash_key: Any, comparison: str | None, values: list[str]
) -> dict[str, Any]:
    partition = table.items.get(hash_key, {})
    matches = _IN_RANGE.get((comparison or "").upper())
    if matches is None:  # no condition, or one that moto has to judge
        return {key.value: row for key, row in partition.items()}
    return {key.value: row for key, row in partition.items() if matches(key.value, *values)}


def _from(rows: dict[str, Any], start: str | None, forward: bool | None) -> Iterator[Any]:
    descending = forward is False
    for key in sorted(rows, reverse=descending):
        if start is None or (key < start if descending else key > start):
            yield rows[key]


def _chosen(all_items: Callable[[Any], list[Any]]) -> Callable[[Any], list[Any]]:
    def chosen(table: Any) -> list[Any]:
        rows = getattr(table, _ROWS, None)
        return all_items(table) if rows is None else rows

    return chosen
