"""moto behind the lock: one call at a time, and who observes sees each change first."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.dynamodb.models import dynamodb_backends
from moto.sqs.models import sqs_backends

from infra.local.account import ACCOUNT, REGION
from infra.local.moto.guard import alone, guard_moto, observed
from infra.local.moto.in_process import answering
from infra.local.moto.server import client, make_table, table_inside

TABLE = "rows"
THREADS = 8
ENDPOINT = "http://127.0.0.1:1"  # nobody listens there


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
        with answering(ENDPOINT):
            of_the_server = client("dynamodb", ENDPOINT)
            make_table(of_the_server, TABLE)
            yield of_the_server
            with alone():
                dynamodb_backends[ACCOUNT][REGION].reset()
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


def test_observers_see_a_change_before_the_caller_does(dynamodb: Any) -> None:
    seen: list[int] = []

    with observed(lambda: seen.append(len(everything()))):
        dynamodb.put_item(TableName=TABLE, Item=key("a"))
        after_the_call = seen[-1]

    assert after_the_call == 1


def test_an_observer_that_fails_fails_the_call() -> None:
    def fail() -> None:
        raise OSError("the disk is full")

    with answering(ENDPOINT):
        sqs = client("sqs", ENDPOINT)
        with observed(fail), pytest.raises(ClientError) as failed:
            sqs.create_queue(QueueName="queue")
        with alone():
            sqs_backends[ACCOUNT][REGION].reset()

    assert failed.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500


def test_a_service_that_is_not_here_is_asked_nowhere() -> None:
    with answering(ENDPOINT), pytest.raises(ClientError) as refused:
        client("cloudwatch", ENDPOINT).list_metrics()

    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_guarding_twice_changes_nothing(dynamodb: Any) -> None:
    guard_moto()
    guard_moto()

    dynamodb.transact_write_items(TransactItems=[put("a")])

    assert set(everything()) == {("a", "-")}
