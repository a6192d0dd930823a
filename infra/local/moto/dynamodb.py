"""moto's DynamoDB without its walk over the whole table for each query, nor its copy of it.

moto looks at every row of the table for each query, sorts what is left with slow comparisons and
measures each row it passes. Here it is given only the rows that it may answer with: those of the
partition, in the range, after the start key, and no more than the limit needs.

moto copies every row before a transaction, to put the copy back if the transaction fails: 219 ms a
call at 5,000 rows, and whoever holds the old table (a stream's reader) is left with it. Here the
transaction runs on the table itself, and a failed one is undone row by row.
"""

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from inspect import signature
from itertools import islice
from typing import Any

from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType
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
_IN_PLACE = "_mayfly_in_place"


def mend() -> None:
    """Replace the walk; once per process, from `guard_moto`."""
    table: Any = Table
    table.query = _narrowed(table.query)
    table.all_items = _chosen(table.all_items)
    _mend_transactions()


def _mend_transactions() -> None:
    table: Any = Table
    backend: Any = DynamoDBBackend
    table.__deepcopy__ = _copy_unless_in_place
    backend.transact_write_items = _undoing(backend.transact_write_items)


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


@dataclass(frozen=True, slots=True)
class _RowBefore:
    """One row as it was when the transaction began; None if it was not there."""

    table: Any
    hash_key: Any
    range_key: Any
    row: Any

    @classmethod
    def of(cls, table: Any, key: dict[str, Any]) -> "_RowBefore":
        hash_key = DynamoType(key[table.hash_key_attr])
        range_key = DynamoType(key[table.range_key_attr]) if table.has_range_key else None
        row = table.get_item(hash_key, range_key)
        return cls(table, hash_key, range_key, copy.deepcopy(row))

    def restore(self) -> None:
        rows = self.table.items[self.hash_key] if self.table.has_range_key else self.table.items
        key = self.range_key if self.table.has_range_key else self.hash_key
        if self.row is None:
            rows.pop(key, None)
        else:
            rows[key] = self.row


def _undoing(transact: Callable[[Any, list[dict[str, Any]]], None]) -> Callable[..., None]:
    def undoing(backend: Any, transact_items: list[dict[str, Any]]) -> None:
        tables = _tables(backend, transact_items)
        before = list(_rows_before(backend, transact_items))
        records = [(table, len(_records(table))) for table in tables]
        for table in tables:
            setattr(table, _IN_PLACE, True)
        try:
            transact(backend, transact_items)
        except BaseException:
            for row in reversed(before):
                row.restore()
            for table, count in records:
                del _records(table)[count:]
            raise
        finally:
            for table in tables:
                setattr(table, _IN_PLACE, False)

    return undoing


def _tables(backend: Any, items: list[dict[str, Any]]) -> list[Any]:
    names = {action.get("TableName") for item in items for action in item.values()}
    return [backend.tables[name] for name in names if name in backend.tables]


def _rows_before(backend: Any, items: list[dict[str, Any]]) -> Any:
    for action in (action for item in items for action in item.values()):
        table = backend.tables.get(action.get("TableName"))
        key = action.get("Key") or action.get("Item") or {}
        # moto itself refuses what names no table or no whole key, before it writes anything.
        if table is not None and all(name in key for name in table.table_key_attrs):
            yield _RowBefore.of(table, key)


def _records(table: Any) -> list[Any]:
    return table.stream_shard.items if table.stream_shard is not None else []


def _copy_unless_in_place(table: Any, memo: dict[int, Any]) -> Any:
    if getattr(table, _IN_PLACE, False):
        return table
    duplicate = table.__class__.__new__(table.__class__)
    memo[id(table)] = duplicate
    for name, value in vars(table).items():
        setattr(duplicate, name, copy.deepcopy(value, memo))
    return duplicate
