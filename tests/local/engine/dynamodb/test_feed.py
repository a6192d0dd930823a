"""The feed: which changes its function hears of, when, and in which shape."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from infra.local.dynamodb.stream import TableStream
from infra.local.engine.dynamodb.client import SCHEMA, DynamoDb
from infra.local.engine.dynamodb.feed import Feed
from infra.local.engine.store import NotKept, Store
from mayfly.kit.dynamodb.keys import EXPIRY_FILTERS
from tests.local.engine.dynamodb.conftest import NOW, TABLE, key

MESSAGE = key(sk="message#g#1") | {"body": {"B": b"\0\1"}, "ttl": {"N": "1790000000"}}
TTL = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}


@pytest.fixture
def feed(dynamodb: DynamoDb) -> Feed:
    return dynamodb.feed


def put(dynamodb: DynamoDb, row: dict[str, Any]) -> None:
    dynamodb.put_item(TableName=TABLE, Item=row)


def remove(dynamodb: DynamoDb, row: dict[str, Any]) -> None:
    dynamodb.delete_item(TableName=TABLE, Key={"pk": row["pk"], "sk": row["sk"]})


def told(feed: Feed) -> list[tuple[str, str]]:
    records = feed.first(100)
    return [(each["eventName"], each["dynamodb"]["Keys"]["sk"]["S"]) for each in records]


def test_a_record_has_the_shape_that_lambda_gives_it(dynamodb: DynamoDb, feed: Feed) -> None:
    put(dynamodb, MESSAGE)

    (record,) = feed.first(2)
    change = record["dynamodb"]
    number = change.pop("SequenceNumber")
    assert json.loads(json.dumps(record)) == record
    assert len(number) == 22
    assert number.isdigit()
    assert record.pop("eventID")
    assert record == {
        "eventName": "INSERT",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1",
        "eventSourceARN": record["eventSourceARN"],
        "dynamodb": {
            "ApproximateCreationDateTime": int(NOW),
            "Keys": key(sk="message#g#1"),
            "NewImage": MESSAGE | {"body": {"B": "AAE="}},
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
    }
    assert record["eventSourceARN"].startswith(
        "arn:aws:dynamodb:us-east-1:123456789012:table/mayfly/stream/"
    )


def test_the_feed_has_what_the_filters_want_in_the_order_of_the_writes(
    dynamodb: DynamoDb, feed: Feed
) -> None:
    second = MESSAGE | {"sk": {"S": "message#g#2"}}
    put(dynamodb, key("mail#m", "content"))  # of no interest
    put(dynamodb, key())
    put(dynamodb, MESSAGE)
    put(dynamodb, second)
    put(dynamodb, key() | {"deleted_at": {"N": "1"}})
    remove(dynamodb, MESSAGE)

    assert told(feed) == [
        ("INSERT", "inbox"),
        ("INSERT", "message#g#1"),
        ("INSERT", "message#g#2"),
        ("MODIFY", "inbox"),
        ("REMOVE", "message#g#1"),
    ]
    numbers = [each["dynamodb"]["SequenceNumber"] for each in feed.first(9)]
    assert numbers == sorted(set(numbers))
    assert (len(feed), feed.oldest) == (5, numbers[0])


def test_what_is_written_as_it_was_makes_no_record(dynamodb: DynamoDb, feed: Feed) -> None:
    full = key() | {"deleted_at": {"N": "1"}}
    heard: list[str] = []
    put(dynamodb, full)
    feed.when_changed(heard.append)

    put(dynamodb, full)
    dynamodb.update_item(
        TableName=TABLE,
        Key=key(),
        UpdateExpression="SET deleted_at = :one",
        ExpressionAttributeValues={":one": {"N": "1.0"}},
    )
    remove(dynamodb, MESSAGE)

    assert (told(feed), heard) == ([("INSERT", "inbox")], [])


def test_what_is_dropped_is_gone_and_the_rest_is_there_after_a_restart(tmp_path: Path) -> None:
    with closing(Store(tmp_path, SCHEMA)) as store:
        dynamodb = DynamoDb(store, TABLE)
        for number in range(3):
            put(dynamodb, key(sk=f"message#g#{number}"))
        dynamodb.feed.drop(1)
        before = dynamodb.feed.first(9)
    with closing(Store(tmp_path, SCHEMA)) as store:
        dynamodb = DynamoDb(store, TABLE)
        arrived: list[int] = []
        dynamodb.feed.when_arrived(lambda: arrived.append(len(dynamodb.feed)))

        assert dynamodb.feed.first(9) == before
        assert arrived == [2]  # nobody else would wake the function

        remove(dynamodb, key(sk="message#g#0"))
        dynamodb.feed.drop(2)
        assert told(dynamodb.feed) == [("REMOVE", "message#g#0")]
        assert dynamodb.feed.oldest > before[-1]["dynamodb"]["SequenceNumber"]


@pytest.fixture(params=["memory", "folder"])
def grouped(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with closing(Store(tmp_path if request.param == "folder" else None, SCHEMA)) as made:
        yield made


def test_nobody_hears_of_a_change_before_it_is_safe(grouped: Store) -> None:
    dynamodb = DynamoDb(grouped, TABLE)
    heard: list[str] = []
    dynamodb.feed.when_changed(heard.append)

    async def written() -> None:
        with grouped.grouped():
            put(dynamodb, MESSAGE)
            put(dynamodb, key("mail#m", "content"))
            assert (heard, len(dynamodb.feed)) == ([], 0)
            await grouped.settled()
            assert (heard, len(dynamodb.feed)) == (["inbox#a", "mail#m"], 1)

    asyncio.run(written())


def test_nobody_hears_of_a_turn_that_failed_and_its_rows_are_not_remembered(
    grouped: Store,
) -> None:
    dynamodb = DynamoDb(grouped, TABLE)
    heard: list[str] = []
    dynamodb.feed.when_changed(heard.append)
    put(dynamodb, key())

    async def written() -> None:
        with grouped.grouped():
            put(dynamodb, MESSAGE)
            put(dynamodb, key() | {"changed": {"BOOL": True}})
            dynamodb.get_item(TableName=TABLE, Key=key())
            with pytest.raises(NotKept), grouped.writing() as file:
                file.execute("INSERT INTO changes SELECT position, record FROM changes")
            await grouped.settled()

    asyncio.run(written())
    assert (heard, len(dynamodb.feed)) == (["inbox#a"], 1)
    assert dynamodb.scan(TableName=TABLE)["Items"] == [key()]
    assert dynamodb.get_item(TableName=TABLE, Key=key())["Item"] == key()


def test_what_was_dropped_in_a_turn_that_failed_waits_again(grouped: Store) -> None:
    dynamodb = DynamoDb(grouped, TABLE)
    messages = [key(sk=f"message#g#{number}") for number in range(4)]
    for message in messages[:3]:
        put(dynamodb, message)
    with grouped.writing() as file:
        file.execute("CREATE TABLE some (id INTEGER PRIMARY KEY)")
        file.execute("CREATE TABLE rule (id REFERENCES some DEFERRABLE INITIALLY DEFERRED)")
    with grouped.reading() as file:
        file.execute("PRAGMA foreign_keys = ON")

    async def written() -> None:
        with grouped.grouped():
            dynamodb.feed.drop(1)
            await grouped.settled()
            dynamodb.feed.drop(1)
            put(dynamodb, messages[3])
            with grouped.writing() as file:
                file.execute("INSERT INTO rule VALUES (1)")  # only the commit says no
            with pytest.raises(NotKept):
                await grouped.settled()
            assert [sk for _, sk in told(dynamodb.feed)] == ["message#g#1", "message#g#2"]
            put(dynamodb, messages[3])
            dynamodb.feed.drop(1)
            await grouped.settled()

    asyncio.run(written())
    left = [("INSERT", "message#g#2"), ("INSERT", "message#g#3")]
    assert told(dynamodb.feed) == left
    assert told(DynamoDb(grouped, TABLE).feed) == left


def test_ttl_removes_what_is_past_it_and_says_who_it_was(store: Store) -> None:
    dynamodb = DynamoDb(store, TABLE, filters=EXPIRY_FILTERS)
    for number in range(5):
        put(dynamodb, key(sk=f"message#g#{number}") | {"ttl": {"N": str(100 + number)}})
    put(dynamodb, key(sk="message#g#half") | {"ttl": {"N": "101.5"}})
    put(dynamodb, key(sk="message#g#text") | {"ttl": {"S": "1"}})
    put(dynamodb, key(sk="message#g#never"))

    assert dynamodb.expire(100.0) == 0
    assert dynamodb.expire(102.0, at_most=1) == 1
    assert dynamodb.expire(102.5) == 3
    assert dynamodb.expire(102.5) == 0

    records = dynamodb.feed.first(9)
    gone = [each["dynamodb"]["Keys"]["sk"]["S"].removeprefix("message#g#") for each in records]
    assert gone == ["0", "1", "2", "half"]
    assert [each["userIdentity"] for each in records] == [TTL] * 4
    assert {each["eventName"] for each in records} == {"REMOVE"}
    assert dynamodb.scan(TableName=TABLE)["Count"] == 4


def test_the_stream_gives_its_function_the_feed_in_order(dynamodb: DynamoDb) -> None:
    changes: Any = dynamodb.feed
    seen: list[str] = []

    def handle(event: dict[str, Any]) -> dict[str, Any]:
        numbers = [each["dynamodb"]["SequenceNumber"] for each in event["Records"]]
        seen.extend(each["dynamodb"]["Keys"]["sk"]["S"] for each in event["Records"][:2])
        return {"batchItemFailures": [{"itemIdentifier": each} for each in numbers[2:]]}

    for number in range(5):
        put(dynamodb, key(sk=f"message#g#{number}"))
    stream = TableStream(changes, handle, lambda seconds: None)

    while stream.step():
        pass

    assert seen == [f"message#g#{number}" for number in range(5)]
    assert len(dynamodb.feed) == 0
