"""The DynamoDB table as the adapters use it: rows as plain dicts, failures by name."""

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from botocore.exceptions import ClientError

from mayfly.errors import Contended
from mayfly.kit.clock import Pause
from mayfly.kit.dynamodb.keys import PARTITION_KEY, SORT_KEY, Key
from mayfly.kit.dynamodb.notation import Row, decode, encode_row

BATCH_GET = 100  # keys one BatchGetItem takes
BATCH_WRITE = 25  # requests one BatchWriteItem takes
ATTEMPTS = 8  # for what DynamoDB left unprocessed, or refused because of another writer
_NAME = re.compile(r"#(\w+)")
_REFUSED = "ConditionalCheckFailed"
# Why else DynamoDB cancels what it may do the next time; "None" is of items not in the way.
_CONFLICT = "TransactionConflict"
_PASSING = {"None", _CONFLICT, "ThrottlingError", "ProvisionedThroughputExceeded"}


class Canceled(Exception):
    """A transaction that did not happen: why, item by item, in the order they were given."""

    def __init__(self, reasons: Sequence[Mapping[str, Any]]) -> None:
        """Keep DynamoDB's cancellation reasons."""
        super().__init__(", ".join(str(reason.get("Code")) for reason in reasons))
        self._reasons = reasons

    @property
    def may_pass(self) -> bool:
        """Whether all conditions were met: only other writers were in the way."""
        return not any(map(self.refused, range(len(self._reasons))))

    def refused(self, index: int) -> bool:
        """Whether the condition of this item was not met."""
        return bool(self._reasons[index].get("Code") == _REFUSED)

    def conflicted(self, index: int) -> bool:
        """Whether this item met another transaction on its row."""
        return bool(self._reasons[index].get("Code") == _CONFLICT)

    def found(self, index: int) -> Row:
        """The row that did not meet the condition; empty if there was none."""
        return decode(self._reasons[index].get("Item") or {})


@dataclass(frozen=True, slots=True)
class Table:
    """One table. `pause` is how it waits before it asks again."""

    client: Any
    name: str
    pause: Pause

    def get(self, key: Key) -> Row:
        """The row, read consistently; empty if there is none."""
        answer = self.client.get_item(TableName=self.name, Key=encode_row(key), ConsistentRead=True)
        return decode(answer.get("Item") or {})

    def get_all(self, keys: Sequence[Key], *, consistent: bool = True) -> list[Row]:
        """The rows that exist, in no order; at half the price as they were a moment ago."""
        rows: list[Row] = []
        for start in range(0, len(keys), BATCH_GET):
            wanted: Any = {
                self.name: {
                    "Keys": [encode_row(key) for key in keys[start : start + BATCH_GET]],
                    "ConsistentRead": consistent,
                }
            }
            for attempt in range(ATTEMPTS):
                answer = self.client.batch_get_item(RequestItems=wanted)
                rows += map(decode, answer["Responses"].get(self.name, []))
                wanted = answer.get("UnprocessedKeys")
                if not wanted:
                    break
                self.give_way(attempt)
            else:
                raise Contended("DynamoDB left keys unprocessed")
        return rows

    def query(self, partition: str, **arguments: Any) -> Iterator[Row]:
        """The rows of a partition, page by page as the caller goes on."""
        names = {"#pk": PARTITION_KEY} | arguments.pop("ExpressionAttributeNames", {})
        values = {":pk": partition}
        condition = "#pk = :pk"
        if "prefix" in arguments:
            names["#sk"] = SORT_KEY
            values[":prefix"] = arguments.pop("prefix")
            condition += " AND begins_with(#sk, :prefix)"
        elif "between" in arguments:
            names["#sk"] = SORT_KEY
            values[":low"], values[":high"] = arguments.pop("between")
            condition += " AND #sk BETWEEN :low AND :high"
        request = arguments | {
            "TableName": self.name,
            "KeyConditionExpression": condition,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": encode_row(values),
        }
        while True:
            answer = self.client.query(**request)
            yield from map(decode, answer.get("Items", []))
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def put(self, row: Row, **condition: Any) -> bool:
        """Write the row; False if the condition was not met."""
        return self._write(self.client.put_item, Item=encode_row(row), **condition)

    def update(self, key: Key, **change: Any) -> bool:
        """Change the row; False if the condition was not met."""
        return self._write(self.client.update_item, Key=encode_row(key), **change)

    def change(self, key: Key, **change: Any) -> Row | None:
        """Change the row; the row as it is where the condition was not met, None once changed."""
        change["ExpressionAttributeValues"] = encode_row(change["ExpressionAttributeValues"])
        try:
            self._undisturbed(
                self.client.update_item,
                TableName=self.name,
                Key=encode_row(key),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **change | _names(change),
            )
        except ClientError as error:
            if _code(error) != "ConditionalCheckFailedException":
                raise
            answer: Mapping[str, Any] = error.response
            return decode(answer.get("Item") or {})
        return None

    def delete(self, key: Key, **condition: Any) -> bool:
        """Delete the row; False if the condition was not met."""
        return self._write(self.client.delete_item, Key=encode_row(key), **condition)

    def take(self, key: Key) -> Row:
        """Delete the row and return what it was; empty if there was none."""
        answer = self._undisturbed(
            self.client.delete_item,
            TableName=self.name,
            Key=encode_row(key),
            ReturnValues="ALL_OLD",
        )
        return decode(answer.get("Attributes") or {})

    def delete_all(self, keys: Sequence[Key]) -> None:
        """Delete the rows; those not there are no error."""
        for start in range(0, len(keys), BATCH_WRITE):
            requests = [
                {"DeleteRequest": {"Key": encode_row(key)}}
                for key in keys[start : start + BATCH_WRITE]
            ]
            left: Any = {self.name: requests}
            for attempt in range(ATTEMPTS):
                left = self.client.batch_write_item(RequestItems=left).get("UnprocessedItems")
                if not left:
                    break
                self.give_way(attempt)
            else:
                raise Contended("DynamoDB left deletions unprocessed")

    def transact(self, *items: dict[str, Any]) -> None:
        """All of it or none: Canceled says which condition was in the way, or another writer.

        boto3 sends one idempotency token with all its retries of a call, so an answer that got
        lost does not make the transaction happen twice.
        """
        for item in items:
            for action in item.values():
                action |= {"TableName": self.name, **_names(action)}
        try:
            self.client.transact_write_items(TransactItems=list(items))
        except ClientError as error:
            if _code(error) != "TransactionCanceledException":
                raise
            answer: Mapping[str, Any] = error.response
            reasons = answer["CancellationReasons"]
            if not {each.get("Code") for each in reasons} <= {_REFUSED, *_PASSING}:
                raise
            raise Canceled(reasons) from error

    def settle(self, *items: dict[str, Any], attempts: int = ATTEMPTS) -> None:
        """`transact`, again while nothing but other writers is in its way.

        Canceled says which conditions were not met, one at least. Contended when it gave way so
        often. What depends on rows that others write is not for this: it has to read them anew.
        """
        for attempt in range(attempts):
            try:
                return self.transact(*items)
            except Canceled as canceled:
                if not canceled.may_pass:
                    raise
            self.give_way(attempt)
        raise Contended(f"{attempts} attempts at a transaction met other writers")

    def give_way(self, attempt: int) -> None:
        """Wait before the next attempt: exponential, with full jitter, at most a second."""
        self.pause(random.uniform(0, min(1.0, 0.01 * 2**attempt)))

    def _write(self, call: Callable[..., Any], **arguments: Any) -> bool:
        values = arguments.pop("ExpressionAttributeValues", None)
        if values:
            arguments["ExpressionAttributeValues"] = encode_row(values)
        try:
            self._undisturbed(call, TableName=self.name, **arguments | _names(arguments))
        except ClientError as error:
            if _code(error) == "ConditionalCheckFailedException":
                return False
            raise
        return True

    def _undisturbed(self, call: Callable[..., Any], **arguments: Any) -> Any:
        """The answer of a single write, once no transaction on its row is under way.

        DynamoDB refuses it until then, and boto3 does not ask again.
        https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
        """
        for attempt in range(ATTEMPTS):
            try:
                return call(**arguments)
            except ClientError as error:
                if _code(error) != "TransactionConflictException":
                    raise
            self.give_way(attempt)
        raise Contended(f"{ATTEMPTS} attempts to write a row met transactions on it")


def _names(request: Mapping[str, Any]) -> dict[str, Any]:
    """What the names in its expressions stand for: `#x`, unless it says otherwise, for `x`."""
    names = {
        **_named_in(request.get("UpdateExpression", "")),
        **_named_in(request.get("ConditionExpression", "")),
        **request.get("ExpressionAttributeNames", {}),
    }
    return {"ExpressionAttributeNames": names} if names else {}


@lru_cache(maxsize=256)
def _named_in(expression: str) -> Mapping[str, str]:
    """There are no more expressions than the code has, but for those that list what they change."""
    return {f"#{name}": name for name in _NAME.findall(expression)}


def _code(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])
