"""The engine's table and moto's do the same with random programs of the adapters' calls.

Where moto differs from AWS, AWS is right; these are the places:

- An update that only removes makes a row on moto if there is none. DynamoDB makes none:
  https://github.com/scylladb/scylladb/issues/5862. Such a step is left out.
- A page that is as long as its limit has a LastEvaluatedKey on DynamoDB, also if it is the last
  one: it does not look further. So pages are compared without an empty one at the end.
- moto fails with a TypeError when it compares values of different types: such a program is none.
- moto adds numbers to more than 38 digits: sums stay below.
- moto scans in the order in which partitions came: scans are compared without their order.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from decimal import Context, Decimal
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from infra.local.engine.dynamodb.client import SCHEMA, DynamoDb
from infra.local.engine.store import Store
from infra.local.moto.changes import Changes
from infra.local.moto.guard import alone
from infra.local.moto.server import table_inside
from mayfly.settings import Settings
from tests.aws import on_moto
from tests.local.engine.dynamodb.programs import TABLE, Request, Step, steps

PAGES = 20
EXACT = Context(prec=60)


@pytest.fixture(scope="module")
def moto() -> Iterator[Any]:
    with on_moto(Settings(table_name=TABLE)) as clients:
        yield clients["dynamodb"]


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(program=st.lists(steps, max_size=12))
def test_random_programs_do_the_same_on_both(moto: Any, program: list[Step]) -> None:
    changes = emptied()
    with closing(Store(None, SCHEMA)) as store:
        engine = DynamoDb(store, TABLE)
        heard: list[str] = []
        engine.feed.when_changed(heard.append)
        told: list[str] = []
        changes.when_changed(told.append)

        for name, request in program:
            if makes_a_row_on_moto_only(engine, request):
                continue
            assert outcome(engine, name, request) == outcome(moto, name, request), (name, request)
            with alone():
                changes.collect()
            assert sorted(set(heard)) == sorted(set(told))

        assert all_rows(engine) == all_rows(moto)
        assert [essence(each) for each in engine.feed.first(1000)] == [
            essence(each) for each in changes.first(1000)
        ]


def emptied() -> Changes:
    """What moto's stream will hold; its table is empty now."""
    with alone():
        table = table_inside(TABLE)
        table.items.clear()
        table.stream_shard.items.clear()
    return Changes(TABLE)


def makes_a_row_on_moto_only(engine: DynamoDb, request: Request) -> bool:
    writes = [action for item in request.get("TransactItems", ()) for action in item.values()]
    return any(
        "SET" not in each.get("UpdateExpression", "SET")
        and "ADD" not in each["UpdateExpression"]
        and not engine.get_item(TableName=TABLE, Key=each["Key"])
        for each in [*writes, request]
    )


def outcome(client: Any, name: str, request: Request) -> Any:
    """The answer, or the refusal with its reasons, in a form that has no orders of sets."""
    call: Callable[..., Any] = getattr(client, name)
    try:
        if name in ("query", "scan"):
            pages = [plain(page) for page in paged(call, request)]
            return pages if name == "query" else sorted(repr(row) for page in pages for row in page)
        answer = call(**request)
    except TypeError:
        reject()
    except ClientError as error:
        response: Any = error.response
        given = response.get("CancellationReasons", ())
        reasons = [(each["Code"], plain(each.get("Item"))) for each in given]
        if any(code == "TypeError" for code, _ in reasons):
            reject()
        return response["Error"]["Code"], reasons, plain(response.get("Item"))
    if name == "batch_get_item":
        return sorted(map(repr, map(plain, answer["Responses"].get(TABLE, []))))
    return plain(answer.get("Attributes") or answer.get("Item"))


def paged(call: Callable[..., Any], request: Request) -> list[Any]:
    pages: list[Any] = []
    more = dict(request)
    while len(pages) < PAGES:
        answer = call(**more)
        pages.append(answer["Items"])
        if "LastEvaluatedKey" not in answer:
            break
        more["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
    return pages[:-1] if len(pages) > 1 and not pages[-1] else pages


def all_rows(client: Any) -> Any:
    return sorted(repr(plain(row)) for row in client.scan(TableName=TABLE)["Items"])


def essence(record: Request) -> Any:
    change = record["dynamodb"]
    images = [plain(change.get(each)) for each in ("Keys", "NewImage", "OldImage")]
    return record["eventName"], record.get("userIdentity"), images


def plain(value: Any) -> Any:
    """Numbers as such, sets without an order."""
    match value:
        case {"N": str(text)}:
            return Decimal(text).normalize(EXACT)
        case {"SS": members}:
            return ("SS", sorted(members))
        case dict():
            return sorted((name, plain(inner)) for name, inner in value.items())
        case list():
            return [plain(each) for each in value]
    return value
