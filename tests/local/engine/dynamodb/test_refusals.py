"""What the table refuses as DynamoDB does, with DynamoDB's words, and what it does not know."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, ParamValidationError

from infra.local.engine.dynamodb.client import DynamoDb
from infra.local.engine.errors import Unsupported
from tests.local.engine.dynamodb.conftest import TABLE, key

ONE = {":one": {"N": "1"}}
LONG = "x" * 400 * 1024


def update(expression: str, **more: Any) -> dict[str, Any]:
    return {"TableName": TABLE, "Key": key(), "UpdateExpression": expression} | more


@pytest.mark.parametrize(
    ("expression", "more", "words"),
    [
        ("SET size = :one", {}, "Attribute name is a reserved keyword; reserved keyword: size"),
        ("SET #a = :one", {}, "An expression attribute name used in the document path is not"),
        ("SET a = :two", {}, "An expression attribute value used in expression is not defined"),
        ("SET a = b", {}, "ExpressionAttributeValues unused in expressions: keys: {:one}"),
        (
            "SET a = :one",
            {"ExpressionAttributeNames": {"#b": "b"}},
            "ExpressionAttributeNames unused in expressions: keys: {#b}",
        ),
        ("SET a = :one ADD a :one", {}, "Two document paths overlap with each other"),
        ("SET a.b = :one REMOVE a", {}, "path one: [a], path two: [a, b]"),
        ("SET a = :one SET b = :one", {}, 'The "SET" section can only be used once'),
        ("SET pk = :one", {}, "Cannot update attribute pk. This attribute is part of the key"),
        ("SET a = b + :one", {}, "refers to an attribute that does not exist in the item"),
        ("SET a.b = :one", {}, "The document path provided in the update expression is invalid"),
        ("DELETE a :one", {}, "operator: DELETE, operand type: NUMBER, typeset: ALLOWED_FOR_D"),
        ("SET a == :one", {}, 'Syntax error; token: "="'),
        ("SET a = foo(:one)", {}, "Invalid function name; function: foo"),
        ("", {}, "The expression can not be empty"),
        ("SET a = :one" + " " * 4096, {}, "Expression size has exceeded the maximum allowed size"),
        (
            "SET a = :one",
            {"ConditionExpression": "((a = :one))"},
            "The expression has redundant parentheses",
        ),
        ("SET a = :one", {"ExpressionAttributeNames": {}}, "AttributeNames must not be empty"),
        (
            "SET a = :one",
            {"ExpressionAttributeValues": {":one": {"N": "1" * 39}}},
            "Attempting to store more than 38 significant digits in a Number",
        ),
        (
            "SET a = :one",
            {"ExpressionAttributeValues": {":one": {"N": "1e126"}}},
            "Number overflow",
        ),
        (
            "SET a = :one",
            {"ExpressionAttributeValues": {":one": {"N": "one"}}},
            "The parameter cannot be converted to a numeric value: one",
        ),
        ("SET a = :one", {"ExpressionAttributeValues": {":one": {"SS": []}}}, "may not be empty"),
        ("SET a = :one", {"ExpressionAttributeValues": {":one": {}}}, "is empty, must contain"),
        (
            "SET a = :one",
            {"ExpressionAttributeValues": {":one": {"S": LONG}}},
            "Item size to update has exceeded the maximum allowed size",
        ),
        ("SET a = :one", {"Key": key(sk="")}, "cannot contain an empty string value. Key: sk"),
        ("SET a = :one", {"Key": {"pk": {"S": "a"}}}, "key element does not match the schema"),
    ],
)
def test_an_update_is_refused_with_dynamodbs_words(
    dynamodb: DynamoDb, expression: str, more: dict[str, Any], words: str
) -> None:
    with pytest.raises(ClientError) as refusal:
        dynamodb.update_item(**update(expression, ExpressionAttributeValues=ONE) | more)

    error = refusal.value.response["Error"]
    assert error["Code"] == "ValidationException"
    assert words in error["Message"]
    assert dynamodb.get_item(TableName=TABLE, Key=key()) == {}


def test_a_sum_with_what_is_no_number_is_refused(dynamodb: DynamoDb) -> None:
    row = key() | {"a": {"S": "1"}}
    dynamodb.put_item(TableName=TABLE, Item=row)

    for expression in ("ADD a :one", "SET b = a + :one"):
        with pytest.raises(ClientError, match="An operand in the update expression has an incorr"):
            dynamodb.update_item(**update(expression, ExpressionAttributeValues=ONE))

    assert dynamodb.get_item(TableName=TABLE, Key=key())["Item"] == row


def test_a_row_is_at_most_400_kb_by_dynamodbs_measure(dynamodb: DynamoDb) -> None:
    names = len("pkska") + len("inbox#ainbox")
    fits = key() | {"a": {"S": LONG[names:]}}

    dynamodb.put_item(TableName=TABLE, Item=fits)
    with pytest.raises(ClientError, match="Item size has exceeded the maximum allowed size"):
        dynamodb.put_item(TableName=TABLE, Item=fits | {"a": {"S": LONG[names - 1 :]}})

    assert dynamodb.get_item(TableName=TABLE, Key=key())["Item"] == fits


def test_a_batch_has_its_limits(dynamodb: DynamoDb) -> None:
    keys = [key(sk=str(number)) for number in range(101)]
    deletions = [{"DeleteRequest": {"Key": each}} for each in keys]
    dynamodb.batch_get_item(RequestItems={TABLE: {"Keys": keys[:100]}})
    dynamodb.batch_write_item(RequestItems={TABLE: deletions[:25]})

    with pytest.raises(ClientError, match="Too many items requested for the BatchGetItem call"):
        dynamodb.batch_get_item(RequestItems={TABLE: {"Keys": keys}})
    with pytest.raises(ClientError, match="less than or equal to 25"):
        dynamodb.batch_write_item(RequestItems={TABLE: deletions[:26]})
    with pytest.raises(ClientError, match="contains duplicates"):
        dynamodb.batch_get_item(RequestItems={TABLE: {"Keys": [*keys[:2], keys[0]]}})
    with pytest.raises(ClientError, match="contains duplicates"):
        dynamodb.batch_write_item(RequestItems={TABLE: [*deletions[:2], deletions[0]]})


def test_another_table_is_not_found(dynamodb: DynamoDb) -> None:
    with pytest.raises(dynamodb.exceptions.ResourceNotFoundException):
        dynamodb.get_item(TableName="another", Key=key())
    with pytest.raises(dynamodb.exceptions.ResourceNotFoundException):
        dynamodb.batch_get_item(RequestItems={"another": {"Keys": [key()]}})


def test_what_is_missing_in_a_call_is_named_as_by_boto3(dynamodb: DynamoDb) -> None:
    with pytest.raises(ParamValidationError, match="Item"):
        dynamodb.put_item(TableName=TABLE)


def test_what_no_adapter_uses_is_named(dynamodb: DynamoDb) -> None:
    with pytest.raises(Unsupported, match="create_table"):
        dynamodb.create_table(TableName="t")
    with pytest.raises(Unsupported, match="ReturnConsumedCapacity of DynamoDB's GetItem"):
        dynamodb.get_item(TableName=TABLE, Key=key(), ReturnConsumedCapacity="TOTAL")
    with pytest.raises(Unsupported, match="list_append in a UpdateExpression"):
        dynamodb.update_item(**update("SET a = list_append(a, :one)"))
    with pytest.raises(Unsupported, match="ReturnValues=UPDATED_NEW"):
        dynamodb.update_item(**update("REMOVE a", ReturnValues="UPDATED_NEW"))
