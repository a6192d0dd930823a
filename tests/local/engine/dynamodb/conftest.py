"""A table in a store of its own."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from infra.local.engine.dynamodb.client import SCHEMA, DynamoDb
from infra.local.engine.store import Store

TABLE = "mayfly"
NOW = 1_790_000_000.5


@pytest.fixture
def store() -> Iterator[Store]:
    with closing(Store(None, SCHEMA)) as made:
        yield made


@pytest.fixture
def dynamodb(store: Store) -> DynamoDb:
    return DynamoDb(store, TABLE, lambda: NOW)


def key(pk: str = "inbox#a", sk: str = "inbox") -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": sk}}
