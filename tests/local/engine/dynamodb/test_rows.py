"""Rows as they are written and read again, and pages of them."""

import sqlite3
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.engine.dynamodb.client import SCHEMA, DynamoDb
from infra.local.engine.dynamodb.conversion import convert_v1
from infra.local.engine.dynamodb.values import size_of
from infra.local.engine.store import Store
from tests.first_version import write_first_version
from tests.local.engine.dynamodb.conftest import TABLE, key

ROW: dict[str, Any] = key() | {
    "text": {"S": "é\0"},
    "number": {"N": "12345678901234567890123456789012345678"},
    "bytes": {"B": b"\0\xff"},
    "yes": {"BOOL": True},
    "nothing": {"NULL": True},
    "list": {"L": [{"N": "1"}, {"M": {"a": {"S": ""}}}]},
    "texts": {"SS": ["b", "a"]},
    "numbers": {"NS": ["1", "2"]},
    "blobs": {"BS": [b"a"]},
}


def put(dynamodb: DynamoDb, *rows: dict[str, Any]) -> None:
    for row in rows:
        dynamodb.put_item(TableName=TABLE, Item=row)


def get(dynamodb: DynamoDb, **of: str) -> Any:
    return dynamodb.get_item(TableName=TABLE, Key=key(**of)).get("Item")


def test_every_kind_of_value_reads_back(dynamodb: DynamoDb, store: Store) -> None:
    put(dynamodb, ROW)

    assert get(dynamodb) == ROW
    assert DynamoDb(store, TABLE).scan(TableName=TABLE)["Items"] == [ROW]


def test_what_a_caller_does_to_his_row_is_not_done_to_the_table(dynamodb: DynamoDb) -> None:
    mine = key() | {"list": {"L": [{"S": "a"}]}}
    put(dynamodb, mine)

    mine["list"]["L"].append({"S": "b"})
    read = get(dynamodb)
    read["more"] = {"S": "c"}

    assert get(dynamodb) == key() | {"list": {"L": [{"S": "a"}]}}
    put(dynamodb, mine)
    assert get(dynamodb)["list"] == {"L": [{"S": "a"}, {"S": "b"}]}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        *[("1.0", "1"), ("007", "7"), ("1e3", "1000"), ("-0", "0"), ("0.10", "0.1"), ("+5", "5")],
        *[("1E125", "1" + "0" * 125), ("-1e-130", "-0." + "0" * 129 + "1")],
    ],
)
def test_a_number_has_one_spelling(dynamodb: DynamoDb, given: str, kept: str) -> None:
    put(dynamodb, key() | {"n": {"N": given}, "in": {"L": [{"N": given}]}})

    assert get(dynamodb) == key() | {"n": {"N": kept}, "in": {"L": [{"N": kept}]}}


@pytest.mark.parametrize(
    ("before", "more", "after"),
    [
        *[("1", "-0.1", "0.9"), ("9" * 38, "-1", "9" * 37 + "8"), ("0.1", "0.2", "0.3")],
        *[("1e20", "1e-10", "100000000000000000000.0000000001"), ("-5", "5", "0")],
    ],
)
def test_sums_are_exact(dynamodb: DynamoDb, before: str, more: str, after: str) -> None:
    put(dynamodb, key() | {"n": {"N": before}})

    answer = dynamodb.update_item(
        TableName=TABLE,
        Key=key(),
        UpdateExpression="ADD n :more SET m = n + :more, o = n - :more",
        ExpressionAttributeValues={":more": {"N": more}},
        ReturnValues="ALL_NEW",
    )

    assert answer["Attributes"]["n"] == answer["Attributes"]["m"] == {"N": after}


def test_an_update_that_only_takes_away_makes_no_row(dynamodb: DynamoDb) -> None:
    for expression, values in (("REMOVE a", {}), ("DELETE a :set", {":set": {"SS": ["x"]}})):
        more = {"ExpressionAttributeValues": values} if values else {}
        dynamodb.update_item(TableName=TABLE, Key=key(), UpdateExpression=expression, **more)
    assert get(dynamodb) is None

    dynamodb.update_item(TableName=TABLE, Key=key())

    assert get(dynamodb) == key()


def test_values_within_attributes_change_where_they_are(dynamodb: DynamoDb) -> None:
    before = {"M": {"a": {"L": [{"N": "1"}, {"N": "2"}]}, "b": {"S": "x"}}}
    put(dynamodb, key() | {"m": before})
    old = get(dynamodb)

    dynamodb.update_item(
        TableName=TABLE,
        Key=key(),
        UpdateExpression="SET m.a[1] = m.a[0] + :one, m.#c = :one REMOVE m.b",
        ConditionExpression="m.a[1] > m.a[0] AND attribute_not_exists(m.a[2]) AND size(m.a) = :two",
        ExpressionAttributeNames={"#c": "c"},
        ExpressionAttributeValues={":one": {"N": "1"}, ":two": {"N": "2"}},
    )

    assert get(dynamodb)["m"] == {"M": {"a": {"L": [{"N": "1"}, {"N": "2"}]}, "c": {"N": "1"}}}
    assert old["m"] == {"M": {"a": {"L": [{"N": "1"}, {"N": "2"}]}, "b": {"S": "x"}}}


CONDITIONS = {
    "NOT a = :one": False,
    "a IN (:two, :one)": True,
    "a BETWEEN :one AND :two": True,
    "a = :one OR a = :two AND a = :none": True,
    "(a = :one OR a = :two) AND a = :none": False,
    "a <> :none": True,
    "absent <> :one": True,
    "absent = :one": False,
    "absent < :one": False,
    "a < :text": False,
    "contains(t, :text) AND begins_with(t, :text)": True,
    "attribute_type(a, :type)": True,
    "size(t) = :two": True,
    "t > :text and t >= t": True,
    "s = :set": True,
}


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_condition_is_met_or_not(dynamodb: DynamoDb, condition: str) -> None:
    put(dynamodb, key() | {"a": {"N": "1"}, "t": {"S": "xy"}, "s": {"SS": ["a", "b"]}})
    values = {":one": {"N": "1"}, ":two": {"N": "2"}, ":none": {"N": "0"}, ":text": {"S": "x"}} | {
        ":type": {"S": "N"},
        ":set": {"SS": ["b", "a"]},
    }
    used = {name: value for name, value in values.items() if name in condition}

    try:
        dynamodb.delete_item(
            TableName=TABLE,
            Key=key(),
            ConditionExpression=condition,
            ExpressionAttributeValues=used,
        )
    except ClientError as error:
        assert error.response["Error"]["Code"] == "ConditionalCheckFailedException"

    assert (get(dynamodb) is None) == CONDITIONS[condition]


def test_no_row_is_stored_in_less_than_dynamodbs_measure(store: Store, dynamodb: DynamoDb) -> None:
    put(dynamodb, ROW)

    with store.reading() as file:
        ((stored,),) = file.execute("SELECT length(item) FROM items").fetchall()
    assert stored >= size_of(ROW)


def test_what_the_version_before_kept_is_converted(tmp_path: Any) -> None:
    old = key() | {"body": {"B": "AP8="}, "ttl": {"N": "5"}, "in": {"L": [{"B": "AA=="}]}}
    records = [
        {"eventName": "INSERT", "dynamodb": {"SequenceNumber": f"179{at:019}", "Keys": key()}}
        for at in (2, 1)
    ]
    write_first_version(tmp_path, rows=[old], changes=records)

    file = sqlite3.connect(tmp_path / "mayfly.sqlite3", isolation_level=None)
    file.execute("BEGIN")
    convert_v1(file)
    file.execute("PRAGMA user_version = 2")
    file.execute("COMMIT")
    file.close()

    store = Store(tmp_path, SCHEMA)
    dynamodb = DynamoDb(store, TABLE)
    assert get(dynamodb) == old | {"body": {"B": b"\0\xff"}, "in": {"L": [{"B": b"\0"}]}}
    assert dynamodb.feed.first(9) == records[::-1]
    assert dynamodb.expire(6) == 1
    store.close()
