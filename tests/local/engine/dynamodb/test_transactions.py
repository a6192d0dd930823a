"""Transactions: all of it or none, and why not."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.engine.dynamodb.client import DynamoDb
from tests.local.engine.dynamodb.conftest import TABLE, key

LONG = "x" * 399 * 1024


def test_a_transaction_has_its_limits(dynamodb: DynamoDb) -> None:
    puts = [{"Put": {"TableName": TABLE, "Item": key(sk=str(number))}} for number in range(101)]

    with pytest.raises(ClientError, match="less than or equal to 100"):
        dynamodb.transact_write_items(TransactItems=puts)
    with pytest.raises(ClientError, match="cannot include multiple operations on one item"):
        dynamodb.transact_write_items(TransactItems=[puts[0], puts[0]])
    large = [
        {"Put": {"TableName": TABLE, "Item": key(sk=str(at)) | {"a": {"S": LONG}}}}
        for at in range(11)
    ]
    with pytest.raises(ClientError, match="Transaction size has exceeded"):
        dynamodb.transact_write_items(TransactItems=large)

    assert dynamodb.scan(TableName=TABLE)["Count"] == 0


def test_a_canceled_transaction_says_why_in_order_and_writes_nothing(dynamodb: DynamoDb) -> None:
    there = key(sk="there") | {"a": {"S": "text"}}
    dynamodb.put_item(TableName=TABLE, Item=there)
    new = {"ConditionExpression": "attribute_not_exists(pk)", "TableName": TABLE}

    with pytest.raises(dynamodb.exceptions.TransactionCanceledException) as refusal:
        dynamodb.transact_write_items(
            TransactItems=[
                {"Put": {"Item": key(sk="new"), **new}},
                {
                    "Put": {
                        "Item": there,
                        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                        **new,
                    }
                },
                {
                    "Delete": {
                        "Key": key(sk="gone"),
                        "TableName": TABLE,
                        "ConditionExpression": "attribute_exists(pk)",
                    }
                },
            ]
        )

    response: Any = refusal.value.response
    assert response["Error"]["Message"].endswith(
        "reasons [None, ConditionalCheckFailed, ConditionalCheckFailed]"
    )
    unmet = {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"}
    assert response["CancellationReasons"] == [{"Code": "None"}, unmet | {"Item": there}, unmet]
    assert dynamodb.scan(TableName=TABLE)["Items"] == [there]


def test_a_write_that_a_transaction_cannot_do_cancels_it(dynamodb: DynamoDb) -> None:
    dynamodb.put_item(TableName=TABLE, Item=key() | {"a": {"S": "text"}})

    with pytest.raises(ClientError) as refusal:
        dynamodb.transact_write_items(
            TransactItems=[
                {
                    "Update": {
                        "TableName": TABLE,
                        "Key": key(),
                        "UpdateExpression": "ADD a :one",
                        "ExpressionAttributeValues": {":one": {"N": "1"}},
                    }
                },
                {"Put": {"TableName": TABLE, "Item": key(sk="b")}},
            ]
        )

    reasons: Any = refusal.value.response
    assert [each["Code"] for each in reasons["CancellationReasons"]] == ["ValidationError", "None"]
    assert dynamodb.scan(TableName=TABLE)["Count"] == 1
