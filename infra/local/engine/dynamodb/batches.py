"""Calls about many rows: batches, and transactions.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
"""

import sqlite3
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError, ParamValidationError

from infra.local.engine.dynamodb.numbers import Invalid
from infra.local.engine.dynamodb.rows import Key, Rows, given_key, key_row
from infra.local.engine.dynamodb.values import Row, size_of
from infra.local.engine.dynamodb.writes import PARAMETERS, REQUIRED, Change, Plan, Unmet, Writer
from infra.local.engine.errors import Unsupported, refused
from infra.local.engine.store import Store

MAX_GET = 100
MAX_WRITE = 25
MAX_TRANSACT = 100
MAX_ANSWER_BYTES = 16 << 20
MAX_TRANSACT_BYTES = 4 << 20

Answer = dict[str, Any]


class NoTable(Exception):
    """Another table than the one there is."""


def check_parameters(
    operation: str, request: Mapping[str, Any], known: Set[str], required: Collection[str]
) -> None:
    """Unsupported for what no adapter gives, ParamValidationError for what has to be given."""
    if not request.keys() <= known:
        unknown = ", ".join(sorted(request.keys() - known))
        raise Unsupported(f"{unknown} of DynamoDB's {operation}")
    for name in required:
        if name not in request:
            raise ParamValidationError(report=f'Missing required parameter in input: "{name}"')


@dataclass(frozen=True, slots=True)
class Batches:
    """What `DynamoDb` does with many rows at once."""

    store: Store
    table_name: str
    rows: Rows
    writer: Writer

    def get(self, request: Mapping[str, Any]) -> Answer:
        """BatchGetItem. What is more than an answer can hold is left unprocessed."""
        wanted = self._of_the_table(request["RequestItems"])
        check_parameters("BatchGetItem", wanted, {"Keys", "ConsistentRead"}, {"Keys"})
        if len(wanted["Keys"]) > MAX_GET:
            raise Invalid("Too many items requested for the BatchGetItem call")
        keys = [given_key(key) for key in wanted["Keys"]]
        if not keys:
            raise _too_few("requestItems.member.keys")
        if len(set(keys)) < len(keys):
            raise Invalid("Provided list of item keys contains duplicates")
        found, done = self._found(keys)
        unread = {**wanted, "Keys": [key_row(key) for key in keys[done:]]}
        return {
            "Responses": {self.table_name: found},
            "UnprocessedKeys": {self.table_name: unread} if done < len(keys) else {},
        }

    def write(self, request: Mapping[str, Any]) -> Answer:
        """BatchWriteItem."""
        requests = self._of_the_table(request["RequestItems"])
        if not requests or len(requests) > MAX_WRITE:
            raise Invalid(
                "1 validation error detected: Value at 'requestItems' failed to satisfy constraint:"
                f" Member must have length less than or equal to {MAX_WRITE}, Member must have"
                " length greater than or equal to 1"
            )
        plans = [_batch_plan(each) for each in requests]
        if len({plan.key for plan in plans}) < len(plans):
            raise Invalid("Provided list of item keys contains duplicates")
        with self.store.writing() as file:
            self.writer.write(file, [self.writer.planned(file, plan) for plan in plans])
        return {"UnprocessedItems": {}}

    def transact(self, request: Mapping[str, Any]) -> Answer:
        """TransactWriteItems."""
        items = request["TransactItems"]
        if not items:
            raise _too_few("transactItems")
        if len(items) > MAX_TRANSACT:
            raise Invalid(
                "1 validation error detected: Value at 'transactItems' failed to satisfy"
                f" constraint: Member must have length less than or equal to {MAX_TRANSACT}"
            )
        plans = [self._transact_plan(item) for item in items]
        if len({plan.key for plan in plans}) < len(plans):
            raise Invalid("Transaction request cannot include multiple operations on one item")
        with self.store.writing() as file:
            changes = self._changes(file, plans)
            # What is stored is never smaller than DynamoDB's measure of it.
            if sum(len(each.blob) for each in changes) > MAX_TRANSACT_BYTES and (
                sum(size_of(each.new or {}) for each in changes) > MAX_TRANSACT_BYTES
            ):
                raise Invalid("Transaction size has exceeded the maximum allowed size")
            self.writer.write(file, changes)
        return {}

    def _changes(self, file: sqlite3.Connection, plans: Sequence[Plan]) -> list[Change]:
        changes: list[Change] = []
        reasons: list[Answer] = []
        for plan in plans:
            reason: Answer = {"Code": "None"}
            try:
                changes.append(self.writer.planned(file, plan))
            except Unmet as unmet:
                reason = {"Code": "ConditionalCheckFailed", "Message": str(unmet)}
                if unmet.row is not None:
                    reason["Item"] = dict(unmet.row)
            except Invalid as invalid:
                reason = {"Code": "ValidationError", "Message": str(invalid)}
            reasons.append(reason)
        if len(changes) < len(plans):
            raise _canceled(reasons)
        return changes

    def _found(self, keys: Sequence[Key]) -> tuple[list[Row], int]:
        """The rows that an answer can hold, and of how many keys they are."""
        found: list[Row] = []
        left = MAX_ANSWER_BYTES
        with self.store.reading() as file:
            for done, key in enumerate(keys):
                row = self.rows.get(file, key)
                if row is None:
                    continue
                # A row that is kept decoded is small: a hundred of them are no matter.
                if self.rows.recalled(key) is None:
                    left -= size_of(row)
                if left < 0:
                    return found, done
                found.append(dict(row))
        return found, len(keys)

    def _transact_plan(self, item: Mapping[str, Any]) -> Plan:
        if len(item) != 1:
            raise Invalid("TransactItems can only contain one of Check, Put, Update or Delete")
        ((kind, request),) = item.items()
        known = PARAMETERS.get(kind)
        if known is None:
            raise Unsupported(f"{kind} of DynamoDB's TransactWriteItems")
        required = {"TableName", *REQUIRED[kind]}
        check_parameters(f"TransactWriteItems ({kind})", request, known, required)
        if request["TableName"] != self.table_name:
            raise NoTable(request["TableName"])
        return Plan.of(kind, request)

    def _of_the_table(self, requests: Mapping[str, Any]) -> Any:
        if set(requests) != {self.table_name}:
            raise NoTable(*requests)
        return requests[self.table_name]


def _batch_plan(request: Mapping[str, Any]) -> Plan:
    ((kind, action),) = request.items()
    if kind not in ("PutRequest", "DeleteRequest"):
        raise Unsupported(f"{kind} of DynamoDB's BatchWriteItem")
    return Plan.of(kind.removesuffix("Request"), action)


def _canceled(reasons: list[Answer]) -> ClientError:
    codes = ", ".join(reason["Code"] for reason in reasons)
    return refused(
        "TransactionCanceledException",
        f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]",
        "TransactWriteItems",
        CancellationReasons=reasons,
    )


def _too_few(name: str) -> Invalid:
    return Invalid(
        f"1 validation error detected: Value at '{name}' failed to satisfy constraint: Member must"
        " have length greater than or equal to 1"
    )
