"""What wakes the functions: the queue, the stream, TTL and the clock, with AWS's events."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from infra.local.dynamodb.stream import BATCH, TableStream
from infra.local.dynamodb.stream_records import Changes, matches
from infra.local.dynamodb.ttl import Expiry
from infra.local.lambda_.triggers import NoticeQueue, Schedule
from infra.local.moto.guard import alone, observed
from infra.local.moto.server import (
    FAILED_CHANGES,
    FAILED_NOTICES,
    NOTICE_QUEUE,
    Cloud,
    client,
    queues_inside,
    table_inside,
    topic_inside,
)
from infra.local.threads import Worker
from mayfly.functions import NOTICE_ATTEMPTS, NOTICE_BATCH, STREAM_ATTEMPTS, SWEEP
from mayfly.settings import Settings
from tests.local.conftest import DEADLINE, until

Event = dict[str, Any]
EVERYTHING: list[Event] = [{}]  # a filter without conditions


class Function:
    """A handler that remembers its events and answers what `answer` says."""

    def __init__(self, answer: Callable[[Event], Any] = lambda event: None) -> None:
        self.events: list[Event] = []
        self.answer = answer

    def handle(self, event: Event) -> Any:
        self.events.append(json.loads(json.dumps(event)))
        return self.answer(event)


# The queue


@pytest.fixture
def publish(cloud: Cloud) -> Callable[[str], None]:
    sns = client("sns", cloud.endpoint)
    return lambda text: sns.publish(TopicArn=cloud.topic_arn, Message=text) and None


def bodies(event: Event) -> list[str]:
    return [record["body"] for record in event["Records"]]


def in_queue(name: str) -> list[str]:
    with alone():
        return [message.body for message in queues_inside().queues[name]._messages]


def failing(*texts: str) -> Callable[[Event], Event]:
    return lambda event: {
        "batchItemFailures": [
            {"itemIdentifier": each["messageId"]}
            for each in event["Records"]
            if each["body"] in texts
        ]
    }


def test_a_notice_reaches_the_function_at_once_in_sqs_shape(
    publish: Callable[[str], None],
) -> None:
    function = Function()

    with NoticeQueue(function.handle).working(poll_seconds=DEADLINE * 2):
        publish("a notice")
        arrived = until(lambda: bool(function.events))

    assert arrived
    (record,) = function.events[0]["Records"]
    assert record["body"] == "a notice"
    assert record["eventSource"] == "aws:sqs"
    assert record["eventSourceARN"].startswith("arn:aws:sqs:us-east-1:")
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert {"messageId", "receiptHandle", "md5OfBody", "messageAttributes", "awsRegion"} <= set(
        record
    )


def test_notices_come_in_batches_and_are_gone_when_done(publish: Callable[[str], None]) -> None:
    function = Function()
    queue = NoticeQueue(function.handle)
    for number in range(NOTICE_BATCH + 2):
        publish(str(number))

    while queue.step():
        pass

    assert [len(event["Records"]) for event in function.events] == [NOTICE_BATCH, 2]
    assert queue.waiting() == 0


def test_a_failed_notice_comes_again_without_its_neighbours(publish: Callable[[str], None]) -> None:
    function = Function(failing("bad"))
    queue = NoticeQueue(function.handle, retry_seconds=0)
    for text in ("good", "bad", "fine"):
        publish(text)

    queue.step()
    until(queue.step)

    assert sorted(bodies(function.events[0])) == ["bad", "fine", "good"]
    assert bodies(function.events[1]) == ["bad"]
    assert function.events[1]["Records"][0]["attributes"]["ApproximateReceiveCount"] == "2"


def test_after_all_attempts_a_notice_is_a_dead_letter(publish: Callable[[str], None]) -> None:
    function = Function(failing("bad"))
    queue = NoticeQueue(function.handle, retry_seconds=0)
    publish("bad")

    until(lambda: not queue.step() and queue.waiting() == 0)

    assert len(function.events) == NOTICE_ATTEMPTS
    assert in_queue(FAILED_NOTICES) == ["bad"]


@pytest.mark.parametrize(
    "answer",
    [
        "done",
        {"batchItemFailures": [{"itemIdentifier": "another"}]},
        {"batchItemFailures": [{"itemIdentifier": ""}]},
        {"batchItemFailures": [{}]},
    ],
    ids=repr,
)
def test_an_answer_that_makes_no_sense_fails_the_batch(
    publish: Callable[[str], None], answer: Any
) -> None:
    queue = NoticeQueue(Function(lambda event: answer).handle)
    publish("a notice")

    queue.step()

    assert queue.waiting() == 1


@pytest.mark.parametrize(
    "answer", [None, {}, {"batchItemFailures": []}, {"batchItemFailures": None}]
)
def test_an_answer_without_failures_means_done(publish: Callable[[str], None], answer: Any) -> None:
    queue = NoticeQueue(Function(lambda event: answer).handle)
    publish("a notice")

    queue.step()

    assert queue.waiting() == 0


def test_a_function_that_raises_gets_the_batch_again(publish: Callable[[str], None]) -> None:
    trouble = iter([ZeroDivisionError("a bug")])

    def fail_once(event: Event) -> None:
        for error in trouble:
            raise error

    function = Function(fail_once)
    queue = NoticeQueue(function.handle, retry_seconds=0)
    publish("a notice")

    queue.step()
    until(queue.step)

    assert len(function.events) == 2
    assert queue.waiting() == 0


def test_ending_waits_for_the_batch_under_way(publish: Callable[[str], None]) -> None:
    entered, proceed = threading.Event(), threading.Event()

    def slowly(event: Event) -> None:
        entered.set()
        proceed.wait(DEADLINE)

    queue = NoticeQueue(slowly)
    with queue.working():
        publish("a notice")
        entered.wait(DEADLINE)
        threading.Timer(0.05, proceed.set).start()

    assert queue.waiting() == 0


def test_what_waits_is_counted_by_kind(cloud: Cloud, publish: Callable[[str], None]) -> None:
    sqs = client("sqs", cloud.endpoint)
    for text in ("received", "kept", "kept, too"):
        publish(text)
    sqs.send_message(QueueUrl=cloud.queue_url, MessageBody="delayed", DelaySeconds=600)
    sqs.receive_message(QueueUrl=cloud.queue_url, MaxNumberOfMessages=1)

    told = sqs.get_queue_attributes(QueueUrl=cloud.queue_url, AttributeNames=["All"])["Attributes"]

    kinds = ("", "Delayed", "NotVisible")
    assert [told[f"ApproximateNumberOfMessages{kind}"] for kind in kinds] == ["2", "1", "1"]


# The stream


@contextmanager
def collected(settings: Settings, filters: list[Event] = EVERYTHING) -> Iterator[Changes]:
    changes = Changes(settings.table_name, filters)

    def collect() -> None:
        changes.collect()

    with observed(collect):
        yield changes


@pytest.fixture
def table(cloud: Cloud, settings: Settings) -> Any:
    """Writes rows; `n` is the row's only value."""
    dynamodb = client("dynamodb", cloud.endpoint)

    def write(pk: str, n: int | None, **more: Any) -> None:
        key = {"pk": {"S": pk}, "sk": {"S": "-"}}
        if n is None:
            dynamodb.delete_item(TableName=settings.table_name, Key=key)
        else:
            item = key | {"n": {"N": str(n)}} | more
            dynamodb.put_item(TableName=settings.table_name, Item=item)

    return write


def followed(changes: Changes, function: Function) -> TableStream:
    return TableStream(changes, function.handle, pause=lambda seconds: None)


def numbers(event: Event) -> list[str]:
    return [each["dynamodb"]["NewImage"]["n"]["N"] for each in event["Records"]]


def failing_at(*bad: str) -> Callable[[Event], Event]:
    """Says the first bad record of the batch failed; raises if that begins it, and is not alone."""

    def answer(event: Event) -> Event:
        failed = [each for each in event["Records"] if numbers({"Records": [each]})[0] in bad]
        if failed and failed[0] is event["Records"][0] and len(event["Records"]) > 1:
            raise RuntimeError("the first of the batch failed")
        name = [{"itemIdentifier": each["dynamodb"]["SequenceNumber"]} for each in failed[:1]]
        return {"batchItemFailures": name}

    return answer


def test_changes_have_the_shape_of_stream_records(settings: Settings, table: Any) -> None:
    with collected(settings) as changes:
        table("a", 1, binary={"B": b"\x00\xff"})
        table("a", 2)
        table("a", None)

    insert, modify, remove = changes.first(10)
    assert [each["eventName"] for each in (insert, modify, remove)] == [
        "INSERT",
        "MODIFY",
        "REMOVE",
    ]
    assert insert["dynamodb"]["Keys"] == {"pk": {"S": "a"}, "sk": {"S": "-"}}
    assert insert["dynamodb"]["NewImage"]["n"] == {"N": "1"}
    assert insert["dynamodb"]["NewImage"]["binary"] == {"B": "AP8="}
    assert "OldImage" not in insert["dynamodb"]
    assert modify["dynamodb"]["OldImage"]["n"] == {"N": "1"}
    assert modify["dynamodb"]["NewImage"]["n"] == {"N": "2"}
    assert "NewImage" not in remove["dynamodb"]
    assert insert["eventSourceARN"].startswith(
        "arn:aws:dynamodb:us-east-1:123456789012:table/mayfly/"
    )
    assert insert["eventVersion"] == "1.1"
    assert isinstance(insert["dynamodb"]["ApproximateCreationDateTime"], int)
    assert all("userIdentity" not in each for each in (insert, modify, remove))
    sequence = [each["dynamodb"]["SequenceNumber"] for each in (insert, modify, remove)]
    assert sequence == sorted(set(sequence))
    json.dumps([insert, modify, remove])


def test_a_write_that_changes_nothing_is_no_change(settings: Settings, table: Any) -> None:
    with collected(settings) as changes:
        table("a", 1)
        table("a", 1)

    assert len(changes) == 1


def test_an_update_that_makes_a_row_is_one_insert(
    settings: Settings, table: Any, cloud: Cloud
) -> None:
    with collected(settings) as changes:
        client("dynamodb", cloud.endpoint).update_item(
            TableName=settings.table_name,
            Key={"pk": {"S": "a"}, "sk": {"S": "-"}},
            UpdateExpression="SET n = :n",
            ExpressionAttributeValues={":n": {"N": "1"}},
        )

    (insert,) = changes.first(10)
    assert (insert["eventName"], insert["dynamodb"]["NewImage"]["n"]) == ("INSERT", {"N": "1"})


def test_an_image_is_of_its_moment(settings: Settings, table: Any, cloud: Cloud) -> None:
    add = {
        "TableName": settings.table_name,
        "Key": {"pk": {"S": "a"}, "sk": {"S": "-"}},
        "UpdateExpression": "ADD labels :name",
    }
    dynamodb = client("dynamodb", cloud.endpoint)

    with collected(settings) as changes:
        for name in ("x", "y"):
            dynamodb.update_item(**add, ExpressionAttributeValues={":name": {"SS": [name]}})

    images = [each["dynamodb"]["NewImage"]["labels"]["SS"] for each in changes.first(10)]
    assert [sorted(names) for names in images] == [["x"], ["x", "y"]]


def test_changes_wake_the_function_in_their_order(settings: Settings, table: Any) -> None:
    function = Function()

    with collected(settings) as changes, followed(changes, function).working():
        for number in range(40):
            table(f"row{number % 3}", number)
        done = until(lambda: len(changes) == 0)

    assert done
    assert [n for event in function.events for n in numbers(event)] == [str(n) for n in range(40)]


def test_only_what_the_filters_let_through_wakes_it(settings: Settings, table: Any) -> None:
    filters = [{"eventName": ["INSERT"], "dynamodb": {"Keys": {"pk": {"S": [{"prefix": "a"}]}}}}]

    with collected(settings, filters) as changes:
        table("apple", 1)
        table("apple", 2)
        table("bean", 3)

    assert len(changes) == 1


def test_the_stream_goes_on_from_the_record_that_failed(settings: Settings, table: Any) -> None:
    attempts: list[list[str]] = []

    def fail_at_two_once(event: Event) -> Event:
        attempts.append(numbers(event))
        failed = [e for e in event["Records"] if numbers({"Records": [e]}) == ["2"]]
        name = {"itemIdentifier": failed[0]["dynamodb"]["SequenceNumber"]} if failed else None
        return {"batchItemFailures": [name] if name and len(attempts) == 1 else []}

    with collected(settings) as changes:
        for number in range(5):
            table("row", number)
        stream = followed(changes, Function(fail_at_two_once))
        while stream.step():
            pass

    assert attempts == [["0", "1", "2", "3", "4"], ["2", "3", "4"]]


def test_a_record_that_always_fails_is_set_aside_alone(settings: Settings, table: Any) -> None:
    function = Function(failing_at("3"))
    with collected(settings) as changes:
        for number in range(8):
            table("row", number)
        stream = followed(changes, function)
        while stream.step():
            pass

    done = [n for event in function.events if len(event["Records"]) == 1 for n in numbers(event)]
    assert done.count("3") == STREAM_ATTEMPTS
    (letter,) = map(json.loads, in_queue(FAILED_CHANGES))
    assert letter["DDBStreamBatchInfo"]["batchSize"] == 1
    assert letter["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert {n for event in function.events for n in numbers(event)} == {str(n) for n in range(8)}


def test_a_batch_that_always_raises_loses_no_good_record(settings: Settings, table: Any) -> None:
    handled: list[str] = []

    def answer(event: Event) -> None:
        if "5" in numbers(event):
            raise RuntimeError("poison")
        handled.extend(numbers(event))

    with collected(settings) as changes:
        for number in range(BATCH + 5):
            table("row", number)
        stream = followed(changes, Function(answer))
        while stream.step():
            pass

    assert sorted(map(int, handled)) == [n for n in range(BATCH + 5) if n != 5]
    assert len(in_queue(FAILED_CHANGES)) == 1


@pytest.mark.parametrize(
    ("pattern", "record", "fits"),
    [
        ({"a": ["x"]}, {"a": "x"}, True),
        ({"a": ["x", "y"]}, {"a": "y"}, True),
        ({"a": ["x"]}, {"a": "z"}, False),
        ({"a": ["x"]}, {}, False),
        ({"a": [{"prefix": "x"}]}, {"a": "xyz"}, True),
        ({"a": [{"prefix": "x"}]}, {"a": "yxz"}, False),
        ({"a": [{"suffix": "z"}]}, {"a": "xyz"}, True),
        ({"a": [{"exists": True}]}, {"a": "x"}, True),
        ({"a": [{"exists": True}]}, {}, False),
        ({"a": [{"exists": False}]}, {}, True),
        ({"a": [{"exists": False}]}, {"a": "x"}, False),
        ({"a": {"b": [{"exists": False}]}}, {}, True),
        ({"a": {"b": [{"exists": False}]}}, {"a": {"b": 1}}, False),
        ({"a": [{"anything-but": ["x"]}]}, {"a": "y"}, True),
        ({"a": [{"anything-but": ["x"]}]}, {"a": "x"}, False),
        ({"a": ["x"], "b": ["y"]}, {"a": "x", "b": "z"}, False),
        ({}, {"a": "x"}, True),
    ],
    ids=repr,
)
def test_filters_match_as_lambda_matches(pattern: Event, record: Event, fits: bool) -> None:
    assert matches(pattern, record) is fits


def test_a_filter_that_is_not_known_is_an_error() -> None:
    with pytest.raises(ValueError, match="numeric"):
        matches({"a": [{"numeric": [">", 1]}]}, {"a": 2})


# TTL


def test_expired_rows_go_with_ttls_mark(cloud: Cloud, settings: Settings, table: Any) -> None:
    table("old", 1, ttl={"N": "999"})
    table("young", 2, ttl={"N": "1001"})
    table("eternal", 3)
    table("text", 4, ttl={"S": "1"})

    with collected(settings) as changes:
        expiry = Expiry(settings.table_name, cloud, lambda: 1000.0)
        while expiry.step():
            pass

    (removal,) = [each for each in changes.first(10) if each["eventName"] == "REMOVE"]
    assert removal["dynamodb"]["Keys"]["pk"] == {"S": "old"}
    assert removal["userIdentity"] == {
        "type": "Service",
        "principalId": "dynamodb.amazonaws.com",
    }


def test_what_moto_piles_up_is_tidied(
    cloud: Cloud, settings: Settings, table: Any, publish: Callable[[str], None]
) -> None:
    table("gone", 1)
    table("gone", None)
    publish("a notice")
    NoticeQueue(Function().handle).step()

    Expiry(settings.table_name, cloud, lambda: 0.0).step()

    with alone():
        assert not table_inside(settings.table_name).items
        assert not topic_inside(cloud.topic_arn).sent_notifications
        assert not queues_inside().queues[NOTICE_QUEUE].deleted_messages


# The clock


def test_a_function_is_called_at_once_and_then_by_the_clock() -> None:
    function = Function()

    with Schedule(SWEEP, function.handle, timedelta(milliseconds=10)).working():
        often = until(lambda: len(function.events) >= 3)

    assert often
    assert function.events[0]["detail-type"] == "Scheduled Event"
    assert function.events[0]["source"] == "aws.scheduler"
    assert function.events[0]["resources"][0].endswith("/sweep")


def test_a_worker_goes_on_after_a_failure() -> None:
    calls: list[int] = []

    def step() -> bool:
        calls.append(1)
        raise RuntimeError("a bug")

    with Worker("test", step, 0.001).working(DEADLINE):
        went_on = until(lambda: len(calls) > 2)

    assert went_on
    assert "test" not in {each.name for each in threading.enumerate()}
