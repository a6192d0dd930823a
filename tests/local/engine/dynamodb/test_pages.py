"""Queries and scans, page by page."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.engine.dynamodb.client import DynamoDb
from infra.local.engine.errors import Unsupported
from tests.local.engine.dynamodb.conftest import TABLE, key

ALL: dict[str, Any] = {
    "KeyConditionExpression": "pk = :pk",
    "ExpressionAttributeValues": {":pk": {"S": "p"}},
}


def put(dynamodb: DynamoDb, *rows: dict[str, Any]) -> None:
    for row in rows:
        dynamodb.put_item(TableName=TABLE, Item=row)


def test_a_page_as_long_as_its_limit_may_be_the_last_one(dynamodb: DynamoDb) -> None:
    put(dynamodb, *(key("p", sk) for sk in "abcd"))

    pages = dynamodb.get_paginator("query").paginate(
        TableName=TABLE, **ALL, Limit=2, ScanIndexForward=False
    )

    found = [[each["sk"]["S"] for each in page["Items"]] for page in pages]
    assert found == [["d", "c"], ["b", "a"], []]


def test_a_page_has_a_megabyte(dynamodb: DynamoDb) -> None:
    rows = [key("p", f"{number}") | {"a": {"S": "x" * 300_000}} for number in range(9)]
    put(dynamodb, *rows)
    pages = dynamodb.get_paginator("query").paginate(TableName=TABLE, **ALL)

    sizes = [page["Count"] for page in pages]

    assert sizes == [4, 4, 1]
    assert dynamodb.query(TableName=TABLE, Select="COUNT", **ALL).keys() == {
        *("Count", "ScannedCount", "LastEvaluatedKey")
    }


def test_a_prefix_ends_where_the_next_one_begins(dynamodb: DynamoDb) -> None:
    prefixes = ["a", "a\U0010ffff", "a\ud7ff", "\U0010ffff"]
    names = sorted({p + more for p in prefixes for more in ("", "a", "\U0010ffff")} | {"b", "Z"})
    put(dynamodb, *(key("p", name) for name in names))

    for prefix in prefixes:
        found = dynamodb.query(
            TableName=TABLE,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={":pk": {"S": "p"}, ":prefix": {"S": prefix}},
        )
        assert [each["sk"]["S"] for each in found["Items"]] == [
            name for name in names if name.startswith(prefix)
        ]


def test_the_segments_of_a_scan_have_each_row_once(dynamodb: DynamoDb) -> None:
    rows = [key(f"p{number}", sk) for number in range(50) for sk in "ab"]
    put(dynamodb, *rows)
    scan = dynamodb.get_paginator("scan")

    found = [
        [
            item
            for page in scan.paginate(TableName=TABLE, Segment=at, TotalSegments=3, Limit=7)
            for item in page["Items"]
        ]
        for at in range(3)
    ]

    assert all(found)
    assert sorted(repr(item) for segment in found for item in segment) == sorted(map(repr, rows))


@pytest.mark.parametrize(
    ("condition", "values", "words"),
    [
        ("sk = :pk", {}, "Query condition missed key schema element: pk"),
        ("pk > :pk", {}, "Query key condition not supported"),
        ("pk = :pk AND a = :pk", {}, "Query condition missed key schema element: sk"),
        ("pk = :pk AND pk = :pk", {}, "must only contain one condition per key"),
        ("pk = :pk AND sk BETWEEN :z AND :a", {":z": "z", ":a": "a"}, "upper bound to be greater"),
        ("pk = :pk AND begins_with(sk, :e) OR", {":e": ""}, "Syntax error"),
    ],
)
def test_a_query_is_refused_with_dynamodbs_words(
    dynamodb: DynamoDb, condition: str, values: dict[str, str], words: str
) -> None:
    with pytest.raises(ClientError, match=words):
        dynamodb.query(
            TableName=TABLE,
            KeyConditionExpression=condition,
            ExpressionAttributeValues={
                name: {"S": value} for name, value in ({":pk": "p"} | values).items()
            },
        )


def test_what_no_adapter_asks_for_is_named(dynamodb: DynamoDb) -> None:
    with pytest.raises(Unsupported, match="IndexName of DynamoDB's Query"):
        dynamodb.query(TableName=TABLE, IndexName="i", **ALL)
    with pytest.raises(Unsupported, match="a path within an attribute in a ProjectionExpression"):
        dynamodb.scan(TableName=TABLE, ProjectionExpression="a.b")
    with pytest.raises(ClientError, match="less than parameter TotalSegments"):
        dynamodb.scan(TableName=TABLE, Segment=2, TotalSegments=2)
    with pytest.raises(ClientError, match="greater than or equal to 1"):
        dynamodb.scan(TableName=TABLE, Limit=0)
