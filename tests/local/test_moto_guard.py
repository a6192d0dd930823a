"""moto behind the lock: transactions are whole and cheap, queries see one partition only."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import boto3
import hypothesis
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws

from infra.local.moto.guard import REGION, alone, guard_moto, observed
from infra.local.moto.server import Cloud, client, make_table, table_inside
from mayfly.settings import Settings

TABLE = "rows"
THREADS = 8


@contextmanager
def switching_often() -> Iterator[None]:
    """Threads take turns a thousand times more often than usual: races show."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


@pytest.fixture(params=["mock_aws", "by the shortcut"])
def dynamodb(request: pytest.FixtureRequest) -> Iterator[Any]:
    """The table by all ways into moto."""
    if request.param != "mock_aws":
        cloud: Cloud = request.getfixturevalue("cloud")
        of_the_server = client("dynamodb", cloud.endpoint)
        make_table(of_the_server, TABLE)
        yield of_the_server
        return
    guard_moto()
    with mock_aws():
        in_process = boto3.client(
            "dynamodb",
            region_name=REGION,
            config=Config(account_id_endpoint_mode="disabled", max_pool_connections=THREADS),
        )
        _ = in_process.exceptions  # made by one thread, and caught by all
        make_table(in_process, TABLE)
        yield in_process


def key(pk: str, sk: str = "-") -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def put(pk: str, sk: str = "-", **condition: str) -> dict[str, Any]:
    return {"Put": {"TableName": TABLE, "Item": key(pk, sk), **condition}}


def one_more(pk: str, most: int) -> dict[str, Any]:
    return {
        "Update": {
            "TableName": TABLE,
            "Key": key(pk),
            "UpdateExpression": "ADD n :one",
            "ConditionExpression": "attribute_not_exists(n) OR n < :most",
            "ExpressionAttributeValues": {":one": {"N": "1"}, ":most": {"N": str(most)}},
        }
    }


def everything() -> dict[tuple[str, str], Any]:
    with alone():
        return {
            (row.hash_key.value, row.range_key.value): row.to_json()["Attributes"]
            for partition in table_inside(TABLE).items.values()
            for row in partition.values()
        }


def records() -> list[str]:
    with alone():
        return [each.record["eventName"] for each in table_inside(TABLE).stream_shard.items]


def test_transactions_of_many_threads_are_whole(dynamodb: Any) -> None:
    most = 50

    def attempt(number: int) -> bool:
        try:
            dynamodb.transact_write_items(
                TransactItems=[one_more("counter", most), put(f"row{number}")]
            )
        except dynamodb.exceptions.TransactionCanceledException:
            return False
        return True

    with switching_often(), ThreadPoolExecutor(THREADS) as threads:
        won = sum(threads.map(attempt, range(160)))

    rows = everything()
    assert won == most
    assert rows["counter", "-"]["n"] == {"N": str(most)}
    assert len(rows) == most + 1
    assert len(records()) == 2 * most + 1  # moto makes the counter before it updates it


def test_a_conditional_write_is_won_once(dynamodb: Any) -> None:
    def attempt(number: int) -> bool:
        try:
            dynamodb.put_item(
                TableName=TABLE,
                Item=key(f"key{number % 20}"),
                ConditionExpression="attribute_not_exists(pk)",
            )
        except dynamodb.exceptions.ConditionalCheckFailedException:
            return False
        return True

    with switching_often(), ThreadPoolExecutor(THREADS) as threads:
        won = sum(threads.map(attempt, range(160)))

    assert won == 20


def test_a_failed_transaction_leaves_nothing(dynamodb: Any) -> None:
    dynamodb.put_item(TableName=TABLE, Item=key("kept") | {"v": {"SS": ["a"]}})
    dynamodb.put_item(TableName=TABLE, Item=key("deleted") | {"v": {"S": "old"}})
    before, recorded = everything(), records()

    with pytest.raises(dynamodb.exceptions.TransactionCanceledException) as canceled:
        dynamodb.transact_write_items(
            TransactItems=[
                put("new"),
                {
                    "Update": {
                        "TableName": TABLE,
                        "Key": key("kept"),
                        "UpdateExpression": "ADD v :b SET w = :w",
                        "ExpressionAttributeValues": {":b": {"SS": ["b"]}, ":w": {"S": "w"}},
                    }
                },
                {"Delete": {"TableName": TABLE, "Key": key("deleted")}},
                put("kept", "-2", ConditionExpression="attribute_exists(pk)"),
            ]
        )

    reasons = canceled.value.response["CancellationReasons"]
    assert [each["Code"] for each in reasons] == ["None", "None", "None", "ConditionalCheckFailed"]
    assert everything() == before
    assert records() == recorded


def test_a_transaction_that_names_a_row_twice_leaves_nothing(dynamodb: Any) -> None:
    with pytest.raises(ClientError):
        dynamodb.transact_write_items(TransactItems=[put("a"), put("b"), put("a")])

    assert everything() == {}
    assert records() == []


def test_a_whole_transaction_happens(dynamodb: Any) -> None:
    dynamodb.transact_write_items(TransactItems=[put("a"), put("b"), one_more("c", 1)])

    assert set(everything()) == {("a", "-"), ("b", "-"), ("c", "-")}
    assert records() == ["INSERT"] * 4  # the last two for one row


class Uncopied(dict[Any, Any]):
    """A partition that cannot be copied."""

    def __deepcopy__(self, memo: Any) -> Any:
        raise AssertionError("the whole table is copied")


def test_a_transaction_does_not_copy_the_table(dynamodb: Any) -> None:
    with alone():
        table_inside(TABLE).items["untouched"] = Uncopied()

    dynamodb.transact_write_items(TransactItems=[put("a"), put("b")])

    assert set(everything()) == {("a", "-"), ("b", "-")}


SORT_KEYS = [f"{letter}#{number}" for letter in "ab" for number in range(7)]
CONDITIONS = st.sampled_from(
    [
        ("", {}),
        (" AND begins_with(sk, :a)", {":a": {"S": "a#"}}),
        (" AND sk BETWEEN :a AND :b", {":a": {"S": "a#3"}, ":b": {"S": "b#2"}}),
        (" AND sk > :a", {":a": {"S": "a#5"}}),
        (" AND sk <= :a", {":a": {"S": "b#1"}}),
        (" AND sk = :a", {":a": {"S": "b#1"}}),
    ]
)


@hypothesis.settings(max_examples=30, deadline=None)
@given(CONDITIONS, st.none() | st.integers(1, 20), st.booleans(), st.booleans())
def test_queries_answer_what_the_rows_say(
    condition: tuple[str, dict[str, Any]], limit: int | None, forward: bool, big: bool
) -> None:
    guard_moto()
    rule, values = condition
    filler = {"x": {"S": "y" * 150_000}} if big else {}
    with mock_aws():
        dynamodb = boto3.client(
            "dynamodb", region_name=REGION, config=Config(account_id_endpoint_mode="disabled")
        )
        make_table(dynamodb, TABLE)
        for pk in ("mine", "other"):
            for sk in SORT_KEYS:
                table_inside(TABLE).put_item(key(pk, sk) | (filler if pk == "mine" else {}))

        pages = dynamodb.get_paginator("query").paginate(
            TableName=TABLE,
            KeyConditionExpression="pk = :pk" + rule,
            ExpressionAttributeValues=values | {":pk": {"S": "mine"}},
            ScanIndexForward=forward,
            **({"Limit": limit} if limit else {}),
        )
        found = [[row["sk"]["S"] for row in page["Items"]] for page in pages]

    expected = [sk for sk in SORT_KEYS if _satisfies(sk, rule, values)]
    assert [sk for page in found for sk in page] == (expected if forward else expected[::-1])
    assert all(len(page) <= (limit or len(SORT_KEYS)) for page in found)


def _satisfies(sk: str, rule: str, values: dict[str, Any]) -> bool:
    a = values.get(":a", {}).get("S", "")
    if "begins_with" in rule:
        return bool(sk.startswith(a))
    if "BETWEEN" in rule:
        return bool(a <= sk <= values[":b"]["S"])
    if ">" in rule:
        return bool(sk > a)
    return bool(sk <= a) if "<=" in rule else sk == a if "=" in rule else True


def test_observers_see_a_change_before_the_caller_does(dynamodb: Any) -> None:
    seen: list[int] = []

    with observed(lambda: seen.append(len(everything()))):
        dynamodb.put_item(TableName=TABLE, Item=key("a"))
        after_the_call = seen[-1]

    assert after_the_call == 1


def test_an_observer_that_fails_fails_the_call(cloud: Cloud, settings: Settings) -> None:
    s3 = client("s3", cloud.endpoint)

    def fail() -> None:
        raise OSError("the disk is full")

    with observed(fail), pytest.raises(ClientError) as failed:
        s3.put_object(Bucket=settings.mail_bucket, Key="raw/x", Body=b"")

    assert failed.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500


def test_guarding_twice_changes_nothing(dynamodb: Any) -> None:
    guard_moto()
    guard_moto()

    dynamodb.transact_write_items(TransactItems=[put("a")])

    assert set(everything()) == {("a", "-")}
