"""Queries and scans, page by page.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html
"""

import sqlite3
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

from infra.local.engine.dynamodb.key_conditions import Range
from infra.local.engine.dynamodb.numbers import Invalid
from infra.local.engine.dynamodb.paths import Names, Values
from infra.local.engine.dynamodb.programs import Program, program_of
from infra.local.engine.dynamodb.rows import Key, Rows, given_key, key_row
from infra.local.engine.dynamodb.values import Row, size_of
from infra.local.engine.errors import Unsupported

_PARAMETERS = {
    *("TableName", "ProjectionExpression", "ExpressionAttributeNames", "Limit", "Select"),
    *("ExpressionAttributeValues", "ConsistentRead", "ExclusiveStartKey"),
}
QUERY_PARAMETERS = _PARAMETERS | {"KeyConditionExpression", "ScanIndexForward"}
SCAN_PARAMETERS = _PARAMETERS | {"FilterExpression", "Segment", "TotalSegments"}
PAGE_BYTES = 1 << 20
_SCAN = "SELECT pk, sk, item FROM items WHERE (pk, sk) > (?, ?)"
_SCANS = {
    False: f"{_SCAN} ORDER BY pk, sk LIMIT ?",
    True: f"{_SCAN} AND segment_of(pk, ?) = ? ORDER BY pk, sk LIMIT ?",
}
_QUERIES = {
    (low, high, forward): (
        f"SELECT pk, sk, item FROM items WHERE pk = ?{low and f' AND sk {low} ?'}"
        f"{high and f' AND sk {high} ?'} ORDER BY sk {'ASC' if forward else 'DESC'} LIMIT ?"
    )
    for low in ("", ">", ">=")
    for high in ("", "<", "<=")
    for forward in (True, False)
}


def prepare(file: sqlite3.Connection) -> None:
    """Let the connection tell which segment of a scan a partition is in."""
    file.create_function(
        "segment_of", 2, lambda pk, total: zlib.crc32(pk.encode()) % total, deterministic=True
    )


def query(file: sqlite3.Connection, rows: Rows, request: Mapping[str, Any]) -> dict[str, Any]:
    """One page of a partition."""
    program = program_of(request)
    names, values = program.bound(request)
    if program.key is None:
        raise Invalid(
            "Either the KeyConditions or KeyConditionExpression parameter must be specified in the"
            " request."
        )
    keys = program.key.range(names, values)
    forward = bool(request.get("ScanIndexForward", True))
    if start := request.get("ExclusiveStartKey"):
        keys = _behind(keys, given_key(start), forward)
    low = "" if keys.low is None else ">=" if keys.with_low else ">"
    high = "" if keys.high is None else "<=" if keys.with_high else "<"
    given = [each for each in (keys.partition, keys.low, keys.high) if each is not None]
    limit = _limit(request)
    found = file.execute(_QUERIES[low, high, forward], (*given, limit))
    return _page(rows, found, limit, request, (program, names, values))


def scan(file: sqlite3.Connection, rows: Rows, request: Mapping[str, Any]) -> dict[str, Any]:
    """One page of the table, or of a segment of it."""
    program = program_of(request)
    bound = program.bound(request)
    start = request.get("ExclusiveStartKey")
    given: list[Any] = [*(given_key(start) if start else ("", ""))]
    total, segment = request.get("TotalSegments"), request.get("Segment")
    if (total is None) != (segment is None):
        raise Invalid("The TotalSegments and Segment parameters must be given together")
    if total is not None and segment is not None:
        if not 0 <= segment < total:
            raise Invalid(
                "The Segment parameter is zero-based and must be less than parameter TotalSegments:"
                f" Segment: {segment} is not less than TotalSegments: {total}"
            )
        given += [total, segment]
    limit = _limit(request)
    found = file.execute(_SCANS[total is not None], (*given, limit))
    return _page(rows, found, limit, request, (program, *bound))


def _page(
    rows: Rows,
    found: Iterable[tuple[str, str, bytes]],
    limit: int,
    request: Mapping[str, Any],
    bound: tuple[Program, Names, Values],
) -> dict[str, Any]:
    program, names, values = bound
    read, key, is_full = _read(rows, found)
    chosen, items = program.chosen, read
    if chosen is not None:
        items = [row for row in read if chosen(row, names, values)]
    answer: dict[str, Any] = {"Count": len(items), "ScannedCount": len(read)}
    select = request.get("Select", "ALL_ATTRIBUTES")
    if select in ("ALL_ATTRIBUTES", "SPECIFIC_ATTRIBUTES"):
        answer["Items"] = [_part(row, program, names) for row in items]
    elif select != "COUNT":
        raise Unsupported(f"Select={select}")
    # Whether there is more behind a full page DynamoDB does not know.
    if is_full or len(read) == limit:
        answer["LastEvaluatedKey"] = key_row(key)
    return answer


def _read(rows: Rows, found: Iterable[tuple[str, str, bytes]]) -> tuple[list[Row], Key, bool]:
    """The rows of a page, the key of the last, and whether they fill it."""
    read: list[Row] = []
    key, stored, measured, measured_rows = ("", ""), 0, 0, 0
    for pk, sk, blob in found:
        key = pk, sk
        read.append(rows.decoded(key, blob))
        stored += len(blob)
        if stored > PAGE_BYTES:  # which is never less than DynamoDB's measure
            measured += sum(map(size_of, read[measured_rows:]))
            stored, measured_rows = measured, len(read)
            if measured > PAGE_BYTES:  # the row with which it is has its place
                return read, key, True
    return read, key, False


def _part(row: Row, program: Program, names: Names) -> Row:
    if program.projection is None:
        return dict(row)
    wanted = [names.get(name, name) for name in program.projection]
    return {name: row[name] for name in wanted if name in row}


def _behind(keys: Range, start: Key, forward: bool) -> Range:
    partition, sort = start
    if partition != keys.partition:
        raise Invalid(
            "The provided starting key is outside query boundaries based on provided conditions"
        )
    if forward:
        return Range(partition, sort, keys.high, False, keys.with_high)
    return Range(partition, keys.low, sort, keys.with_low, False)


def _limit(request: Mapping[str, Any]) -> int:
    limit = request.get("Limit")
    if limit is None:
        return -1
    if limit < 1:
        raise Invalid(
            f"1 validation error detected: Value '{limit}' at 'limit' failed to satisfy"
            " constraint: Member must have value greater than or equal to 1"
        )
    return int(limit)
