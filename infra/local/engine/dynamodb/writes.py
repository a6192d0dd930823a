"""Writes: what a request wants of a row, whether it may have it, and what becomes of the row.

A request is checked as a whole before anything is written: a turn's transaction (`store.py`) is not
rolled back for one refused call.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from infra.local.engine.dynamodb.feed import Feed, Kept
from infra.local.engine.dynamodb.paths import Names, Values
from infra.local.engine.dynamodb.programs import Program, program_of
from infra.local.engine.dynamodb.rows import Key, Rows, encoded, given_key, key_of, key_row
from infra.local.engine.dynamodb.values import Row, checked_row
from infra.local.engine.errors import Unsupported

_EXPRESSIONS = {
    *("ConditionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues"),
    *("TableName", "ReturnValuesOnConditionCheckFailure"),
}
PARAMETERS = {
    "Put": _EXPRESSIONS | {"Item"},
    "Update": _EXPRESSIONS | {"Key", "UpdateExpression"},
    "Delete": _EXPRESSIONS | {"Key"},
    "ConditionCheck": _EXPRESSIONS | {"Key"},
}
REQUIRED = {"Put": {"Item"}, "Update": {"Key"}, "Delete": {"Key"}} | {
    "ConditionCheck": {"Key", "ConditionExpression"}
}
_TOO_LARGE = "Item size has exceeded the maximum allowed size"
_GROWN_TOO_LARGE = "Item size to update has exceeded the maximum allowed size"
_GROWNREQUIRED = {"Put": {"Item"}, "Update": {"Key"}, "Delete": {"Key"}} | {
    "ConditionCheck": {"Key", "ConditionExpression"}
}


class Unmet(Exception):
    """The condition of a write was not met. `row` is the row if the request asked for it."""

    def __init__(self, row: Row | None) -> None:
        """Keep the row."""
        super().__init__("The conditional request failed")
        self.row = row


class Change(NamedTuple):
    """A row as it was and as it becomes, and how that is stored."""

    key: Key
    old: Row | None
    new: Row | None
    blob: bytes


class Plan(NamedTuple):
    """A write that is well-formed, for a row that has not been looked at."""

    kind: str
    key: Key
    program: Program
    names: Names
    values: Values
    item: Row | None
    blob: bytes
    tells_old: bool

    @classmethod
    def of(cls, kind: str, request: Mapping[str, Any]) -> "Plan":
        """Invalid for what DynamoDB refuses whatever the row is."""
        program = program_of(request)
        names, values = program.bound(request)
        item, blob = None, b""
        if kind == "Put":
            item = checked_row(request["Item"])
            key = key_of(item)
            blob = encoded(item, _TOO_LARGE)
        else:
            key = given_key(request["Key"])
        told = request.get("ReturnValuesOnConditionCheckFailure", "NONE")
        if told not in ("NONE", "ALL_OLD"):
            raise Unsupported(f"ReturnValuesOnConditionCheckFailure={told}")
        return cls(kind, key, program, names, values, item, blob, told == "ALL_OLD")

    def change(self, old: Row | None) -> Change:
        """What it makes of the row; Unmet or Invalid if nothing."""
        condition = self.program.condition
        if condition is not None and not condition(old or {}, self.names, self.values):
            raise Unmet(old if self.tells_old else None)
        if self.kind == "Put":
            return Change(self.key, old, self.item, self.blob)
        if self.kind == "Delete":
            return Change(self.key, old, None, b"")
        if self.kind == "ConditionCheck":
            return Change(self.key, old, old, b"")
        return self._updated(old)

    def _updated(self, old: Row | None) -> Change:
        update = self.program.update
        if update is None:
            new = key_row(self.key) if old is None else old
        else:
            new = update.changed(key_row(self.key) if old is None else old, self.names, self.values)
            if old is None and not update.makes:
                # What only takes away makes no row: github.com/scylladb/scylladb/issues/5862
                return Change(self.key, None, None, b"")
        return Change(self.key, old, new, encoded(new, _GROWN_TOO_LARGE))


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes changes, and tells the feed."""

    rows: Rows
    feed: Feed

    def planned(self, file: sqlite3.Connection, plan: Plan) -> Change:
        """What becomes of the row as it is now."""
        return plan.change(self.rows.get(file, plan.key))

    def write(
        self,
        file: sqlite3.Connection,
        changes: Iterable[Change],
        identity: Mapping[str, str] | None = None,
    ) -> None:
        """Write them all; `identity` is who does it, if it is the service itself."""
        changed: list[str] = []
        records: list[Kept] = []
        for change in changes:
            key, old, new, blob = change
            if old == new:
                continue
            if new is None:
                self.rows.delete(file, key)
            elif old is None:
                self.rows.insert(file, key, new, blob)
            else:
                self.rows.update(file, key, new, blob)
            changed.append(key[0])
            record = self.feed.kept(file, key, old, new, identity)
            if record is not None:
                records.append(record)
        if changed:
            self.feed.tell(changed, records)
