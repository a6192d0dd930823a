"""Counts AWS calls and DynamoDB units, computed from item sizes.

moto answers ReturnConsumedCapacity with constants, so the units are worked out here, by
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
and https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Any, Protocol

from mayfly.kit.dynamodb.keys import PARTITION_KEY, SORT_KEY

Item = Mapping[str, Any]
_TOGETHER = 100  # rows of one BatchGetItem
_NO_CALLS = {"exceptions", "get_paginator", "generate_presigned_url", "generate_presigned_post"}


def item_bytes(item: Item) -> int:
    """The size DynamoDB charges for: names and values."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def _value_bytes(value: Mapping[str, Any]) -> int:
    ((kind, inner),) = value.items()
    match kind:
        case "S":
            return len(inner.encode())
        case "N":
            return ceil(len(inner.lstrip("-").strip("0").replace(".", "")) / 2) + 1
        case "B":
            return len(inner)
        case "SS":
            return sum(len(each.encode()) for each in inner)
        case "L":
            return 3 + sum(1 + _value_bytes(each) for each in inner)
        case "M":
            return 3 + sum(1 + len(k.encode()) + _value_bytes(v) for k, v in inner.items())
    return 1


@dataclass
class Bill:
    """What was called, and the units it took."""

    calls: Counter[str] = field(default_factory=Counter)
    write_units: float = 0
    read_units: float = 0

    @property
    def figures(self) -> dict[str, object]:
        """For a line of output."""
        return {
            "calls": sum(self.calls.values()),
            "write_units": self.write_units,
            "read_units": self.read_units,
            "by_call": dict(self.calls),
        }


class Owner(Protocol):
    """Who pays."""

    bill: Bill


class Metered:
    """A client whose calls are put on its owner's bill.

    The sizes of the rows that a write touches are looked up beside it, off the bill.
    """

    def __init__(self, client: Any, owner: "Owner") -> None:
        """Wrap the client."""
        self._client, self._owner = client, owner

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._client, name)
        if name in _NO_CALLS:
            return real
        return lambda **request: self._call(name, real, request)

    def _call(self, name: str, real: Any, request: dict[str, Any]) -> Any:
        self._owner.bill.calls[name] += 1
        before = self._touched(name, request)
        try:
            answer = real(**request)
        finally:
            after = self._touched(name, request)
            factor = 2 if name == "transact_write_items" else 1
            for old, new in zip(before, after, strict=True):
                self._owner.bill.write_units += factor * max(1, ceil(max(old, new) / 1024))
        self._owner.bill.read_units += _read_units(name, request, answer)
        return answer

    def _touched(self, name: str, request: dict[str, Any]) -> list[int]:
        """The sizes of the rows that a write names, as they are now."""
        table: str = request.get("TableName", "")
        keys: list[tuple[str, Item]] = []
        match name:
            case "put_item":
                keys = [(table, request["Item"])]
            case "update_item" | "delete_item":
                keys = [(table, request["Key"])]
            case "transact_write_items":
                for entry in request["TransactItems"]:
                    ((kind, action),) = entry.items()
                    keys.append((action["TableName"], action["Item" if kind == "Put" else "Key"]))
            case "batch_write_item":
                for name_of, entries in request["RequestItems"].items():
                    for entry in entries:
                        ((kind, action),) = entry.items()
                        keys.append((name_of, action.get("Item") or action.get("Key")))
        return self._sizes([(name_of, _key(item)) for name_of, item in keys])

    def _sizes(self, rows: list[tuple[str, Item]]) -> list[int]:
        sizes: dict[tuple[str, str], int] = {}
        for start in range(0, len(rows), _TOGETHER):
            asked: dict[str, Any] = {}
            for table, key in rows[start : start + _TOGETHER]:
                asked.setdefault(table, {"Keys": [], "ConsistentRead": True})["Keys"].append(key)
            for table, found in self._client.batch_get_item(RequestItems=asked)[
                "Responses"
            ].items():
                sizes |= {(table, repr(_key(item))): item_bytes(item) for item in found}
        return [sizes.get((table, repr(key)), 0) for table, key in rows]


def _key(item: Item) -> Item:
    return {name: item[name] for name in (PARTITION_KEY, SORT_KEY)}


def _read_units(name: str, request: dict[str, Any], answer: dict[str, Any]) -> float:
    match name:
        case "get_item":
            return _units([answer.get("Item") or {}], bool(request.get("ConsistentRead")))
        case "query":
            size = sum(map(item_bytes, answer["Items"]))
            return _of(size, bool(request.get("ConsistentRead")))
        case "batch_get_item":
            units = 0.0
            for table, asked in request["RequestItems"].items():
                found = answer["Responses"].get(table, [])
                missing: list[Item] = [{}] * (len(asked["Keys"]) - len(found))
                units += _units([*found, *missing], bool(asked.get("ConsistentRead")))
            return units
    return 0.0


def _units(items: list[Item], consistent: bool) -> float:
    return sum(_of(item_bytes(item), consistent) for item in items)


def _of(size: int, consistent: bool) -> float:
    return max(1, ceil(size / 4096)) * (1.0 if consistent else 0.5)
