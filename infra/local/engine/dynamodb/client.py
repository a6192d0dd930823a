"""The client: boto3's interface, for the operations and parameters that the adapters use.

What they do not use raises Unsupported, by name. Of a row that is handed out only the outermost
dict belongs to the caller (`rows.py`).
"""

import copy
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence, Set
from typing import Any

from infra.local.engine.dynamodb import feed, pages, rows, writes
from infra.local.engine.dynamodb.batches import Batches, NoTable, check_parameters
from infra.local.engine.dynamodb.numbers import Invalid
from infra.local.engine.dynamodb.rows import given_key
from infra.local.engine.dynamodb.values import Row
from infra.local.engine.dynamodb.writes import Change, Plan, Unmet
from infra.local.engine.errors import Exceptions, Unsupported, refused
from infra.local.engine.store import Schema, Store

SCHEMA: Schema = rows.SCHEMA + feed.SCHEMA
_TTL = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
_EXPIRED = "SELECT pk, sk FROM items WHERE ttl < ? ORDER BY ttl LIMIT ?"
_GET = frozenset({"TableName", "Key", "ConsistentRead"})
_RETURNED = {
    "Put": ("NONE", "ALL_OLD"),
    "Update": ("NONE", "ALL_OLD", "ALL_NEW"),
    "Delete": ("NONE", "ALL_OLD"),
}
_WRITE = {kind: writes.PARAMETERS[kind] | {"ReturnValues"} for kind in _RETURNED}

Request = dict[str, Any]
Answer = dict[str, Any]


class DynamoDb:
    """One table in a store that has `SCHEMA`. May be used from any thread."""

    exceptions = Exceptions()

    def __init__(
        self,
        store: Store,
        table_name: str,
        now: Callable[[], float] = time.time,
        filters: Sequence[Mapping[str, Any]] = feed.FILTERS,
    ) -> None:
        """`now` is in epoch seconds; the feed has what the filters want."""
        self._store = store
        self._lasting = True
        self._table_name = table_name
        self._rows = rows.Rows(store)
        self.feed = feed.Feed(store, table_name, now, filters)
        self._writer = writes.Writer(self._rows, self.feed)
        self._batches = Batches(store, table_name, self._rows, self._writer)
        with store.reading() as file:
            pages.prepare(file)

    def passing(self) -> "DynamoDb":
        """The same table, for rows that nobody relies on: their writes are not waited for."""
        same = copy.copy(self)
        same._lasting = False
        return same

    def get_item(self, **request: Any) -> Answer:
        """A row."""
        return self._answer("GetItem", _GET, self._get, request, ("TableName", "Key"))

    def put_item(self, **request: Any) -> Answer:
        """Write a row."""
        return self._written("Put", request)

    def update_item(self, **request: Any) -> Answer:
        """Change a row, or make it."""
        return self._written("Update", request)

    def delete_item(self, **request: Any) -> Answer:
        """Remove a row."""
        return self._written("Delete", request)

    def query(self, **request: Any) -> Answer:
        """A page of a partition."""
        return self._answer("Query", pages.QUERY_PARAMETERS, self._query, request)

    def scan(self, **request: Any) -> Answer:
        """A page of the table."""
        return self._answer("Scan", pages.SCAN_PARAMETERS, self._scan, request)

    def batch_get_item(self, **request: Any) -> Answer:
        """Up to 100 rows."""
        known = {"RequestItems"}
        return self._answer("BatchGetItem", known, self._batches.get, request, known)

    def batch_write_item(self, **request: Any) -> Answer:
        """Up to 25 rows written or removed."""
        known = {"RequestItems"}
        return self._answer("BatchWriteItem", known, self._batches.write, request, known)

    def transact_write_items(self, **request: Any) -> Answer:
        """All of up to 100 writes, or none."""
        known = {"TransactItems"}
        return self._answer("TransactWriteItems", known, self._batches.transact, request, known)

    def get_paginator(self, operation: str) -> "_Paginator":
        """All pages of `query` or `scan`."""
        if operation not in ("query", "scan"):
            raise Unsupported(f"a paginator of {operation}")
        return _Paginator(getattr(self, operation))

    def expire(self, now: float, at_most: int = 100) -> int:
        """Remove rows that are past their TTL, as TTL does; say how many."""
        with self._store.reading() as file:
            if file.execute(_EXPIRED, (now, 1)).fetchone() is None:
                return 0
        with self._store.writing() as file:
            keys = file.execute(_EXPIRED, (now, at_most)).fetchall()
            gone = [Change(key, self._rows.get(file, key), None, b"") for key in keys]
            self._writer.write(file, gone, _TTL)
        return len(gone)

    def __getattr__(self, name: str) -> Any:
        """Any other operation."""
        if name.startswith("_"):
            raise AttributeError(name)
        raise Unsupported(f"DynamoDB's {name}")

    def _get(self, request: Request) -> Answer:
        key = given_key(request["Key"])
        row = self._rows.recalled(key)
        if row is None:
            with self._store.reading() as file:
                row = self._rows.get(file, key)
        return {} if row is None else {"Item": dict(row)}

    def _query(self, request: Request) -> Answer:
        with self._store.reading() as file:
            return pages.query(file, self._rows, request)

    def _scan(self, request: Request) -> Answer:
        with self._store.reading() as file:
            return pages.scan(file, self._rows, request)

    def _written(self, kind: str, request: Request) -> Answer:
        def write(request: Request) -> Answer:
            returned = request.get("ReturnValues", "NONE")
            if returned not in _RETURNED[kind]:
                raise Unsupported(f"ReturnValues={returned} of {kind}Item")
            plan = Plan.of(kind, request)
            with self._store.writing(lasting=self._lasting) as file:
                change = self._writer.planned(file, plan)
                self._writer.write(file, (change,))
            told: Row | None = None
            if returned != "NONE":
                told = change.old if returned == "ALL_OLD" else change.new
            return {"Attributes": dict(told)} if told else {}

        required = {"TableName", *writes.REQUIRED[kind]}
        return self._answer(f"{kind}Item", _WRITE[kind], write, request, required)

    def _answer(
        self,
        operation: str,
        known: Set[str],
        act: Callable[[Request], Answer],
        request: Request,
        required: Collection[str] = ("TableName",),
    ) -> Answer:
        check_parameters(operation, request, known, required)
        try:
            if "TableName" in known and request["TableName"] != self._table_name:
                raise NoTable(request["TableName"])
            return act(request)
        except Unmet as unmet:
            raise refused(
                "ConditionalCheckFailedException",
                str(unmet),
                operation,
                **({} if unmet.row is None else {"Item": dict(unmet.row)}),  # type: ignore[arg-type]
            ) from None
        except (Invalid, UnicodeEncodeError) as invalid:
            raise refused("ValidationException", str(invalid), operation) from invalid
        except NoTable as error:
            message = "Requested resource not found"
            raise refused("ResourceNotFoundException", message, operation) from error


class _Paginator:
    def __init__(self, call: Callable[..., Answer]) -> None:
        self._call = call

    def paginate(self, **request: Any) -> Iterator[Mapping[str, Any]]:
        """The pages, as they are asked for."""
        while True:
            page = self._call(**request)
            yield page
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]
