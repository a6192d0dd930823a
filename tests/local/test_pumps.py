"""What wakes the functions: the queue, the stream, TTL and the clock, with AWS's events."""

import asyncio
import json
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from infra.local.account import FAILED_CHANGES, FAILED_NOTICES, NOTICE_QUEUE, queue_url, topic_arn
from infra.local.dynamodb.stream import BATCH, TableStream
from infra.local.dynamodb.stream_filters import matches
from infra.local.dynamodb.ttl import expiry
from infra.local.engine.cloud import EngineCloud
from infra.local.engine.dynamodb.client import DynamoDb
from infra.local.engine.dynamodb.feed import Feed
from infra.local.lambda_.triggers import QueueTrigger, Schedule
from infra.local.pump import Pump
from mayfly.functions import INBOUND_MAIL, NOTICE_ATTEMPTS, NOTICE_BATCH, STREAM_ATTEMPTS, SWEEP
from mayfly.settings import Settings
from tests.local.conftest import DEADLINE, Loop, grouped, until

Event = dict[str, Any]
EVERYTHING: list[Event] = [{}]  # a filter without conditions


class Function:
    """A handler that remembers its events and answers what `answer` says."""

    def __init__(self, answer: Callable[[Event], Any] = lambda event: None) -> None:
        self.events: list[Event] = []
        self.threads: list[int] = []
        self.answer = answer

    def handle(self, event: Event) -> Any:
        self.events.append(json.loads(json.dumps(event)))
        self.threads.append(threading.get_ident())
        return self.answer(event)


# The queue


@pytest.fixture
def publish(cloud: EngineCloud) -> Callable[[str], None]:
    sns = cloud.client("sns")
    return lambda text: sns.publish(TopicArn=topic_arn(), Message=text) and None


class Queue:
    """The notices, given to a function in the event loop or in threads."""

    def __init__(self, cloud: EngineCloud, where: str) -> None:
        self.cloud = cloud
        self.is_short = where == "in the loop"

    def of(self, function: Function, **options: Any) -> QueueTrigger:
        return QueueTrigger(
            self.cloud.client("sqs"),
            queue_url(NOTICE_QUEUE),
            INBOUND_MAIL,
            NOTICE_BATCH,
            function.handle,
            **{"is_short": lambda message: self.is_short} | options,
        )

    def waiting(self) -> int:
        return self.cloud.waiting(NOTICE_QUEUE)

    def bodies(self, name: str) -> list[str]:
        """What waits in a queue; it is gone then."""
        sqs, url = self.cloud.client("sqs"), queue_url(name)
        found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
        return [each["Body"] for each in found.get("Messages", [])]


@pytest.fixture(params=["in the loop", "in threads"])
def queue(request: pytest.FixtureRequest, cloud: EngineCloud) -> Queue:
    return Queue(cloud, request.param)


def stepped(trigger: QueueTrigger) -> bool:
    return asyncio.run(trigger.step())


def bodies(event: Event) -> list[str]:
    return [record["body"] for record in event["Records"]]


def failing(*texts: str) -> Callable[[Event], Event]:
    return lambda event: {
        "batchItemFailures": [
            {"itemIdentifier": each["messageId"]}
            for each in event["Records"]
            if each["body"] in texts
        ]
    }


def test_a_notice_reaches_the_function_at_once_in_sqs_shape(
    queue: Queue, publish: Callable[[str], None], loop: Loop
) -> None:
    function = Function()
    pump = Pump("notices", queue.of(function).step, DEADLINE * 2)
    queue.cloud.when_queued(NOTICE_QUEUE, pump.wake)

    with loop.inside(grouped(queue.cloud)), loop.inside(pump.working(DEADLINE)):
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


def test_notices_come_in_their_order_in_batches_and_are_gone_when_done(
    queue: Queue, publish: Callable[[str], None]
) -> None:
    function = Function()
    trigger = queue.of(function)
    for number in range(NOTICE_BATCH + 2):
        publish(str(number))

    while stepped(trigger):
        pass

    assert [len(event["Records"]) for event in function.events] == [NOTICE_BATCH, 2]
    order = [text for event in function.events for text in bodies(event)]
    assert order == [str(number) for number in range(NOTICE_BATCH + 2)]
    assert queue.waiting() == 0


def test_a_failed_notice_comes_again_without_its_neighbours(
    queue: Queue, publish: Callable[[str], None]
) -> None:
    function = Function(failing("bad"))
    trigger = queue.of(function, retry_seconds=0)
    for text in ("good", "bad", "fine"):
        publish(text)

    stepped(trigger)
    until(lambda: stepped(trigger))

    assert bodies(function.events[0]) == ["good", "bad", "fine"]
    assert bodies(function.events[1]) == ["bad"]
    assert function.events[1]["Records"][0]["attributes"]["ApproximateReceiveCount"] == "2"


def test_after_all_attempts_a_notice_is_a_dead_letter(
    queue: Queue, publish: Callable[[str], None]
) -> None:
    function = Function(failing("bad"))
    trigger = queue.of(function, retry_seconds=0)
    publish("bad")

    until(lambda: not stepped(trigger) and queue.waiting() == 0)

    assert len(function.events) == NOTICE_ATTEMPTS
    assert queue.bodies(FAILED_NOTICES) == ["bad"]


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
    queue: Queue, publish: Callable[[str], None], answer: Any
) -> None:
    publish("a notice")

    stepped(queue.of(Function(lambda event: answer)))

    assert queue.waiting() == 1


@pytest.mark.parametrize(
    "answer", [None, {}, {"batchItemFailures": []}, {"batchItemFailures": None}]
)
def test_an_answer_without_failures_means_done(
    queue: Queue, publish: Callable[[str], None], answer: Any
) -> None:
    publish("a notice")

    stepped(queue.of(Function(lambda event: answer)))

    assert queue.waiting() == 0


def test_a_function_that_raises_gets_the_batch_again(
    queue: Queue, publish: Callable[[str], None]
) -> None:
    trouble = iter([ZeroDivisionError("a bug")])

    def fail_once(event: Event) -> None:
        for error in trouble:
            raise error

    function = Function(fail_once)
    trigger = queue.of(function, retry_seconds=0)
    publish("a notice")

    stepped(trigger)
    until(lambda: stepped(trigger))

    assert len(function.events) == 2
    assert queue.waiting() == 0


def test_ending_waits_for_the_batch_under_way(
    cloud: EngineCloud, publish: Callable[[str], None], loop: Loop
) -> None:
    entered, proceed = threading.Event(), threading.Event()

    def slowly(event: Event) -> None:
        entered.set()
        proceed.wait(DEADLINE)

    queue = Queue(cloud, "in threads")
    publish("a notice")
    with (
        loop.inside(grouped(cloud)),
        loop.inside(Pump("notices", queue.of(Function(slowly)).step, DEADLINE).working(DEADLINE)),
    ):
        entered.wait(DEADLINE)
        threading.Timer(0.05, proceed.set).start()

    assert queue.waiting() == 0


def test_short_and_long_notices_of_one_batch_are_all_handled_each_where_it_belongs(
    cloud: EngineCloud, publish: Callable[[str], None], loop: Loop
) -> None:
    function = Function()
    queue = Queue(cloud, "either")
    trigger = queue.of(function, is_short=lambda message: message["Body"].startswith("short"))
    for text in ("short 1", "long 1", "short 2", "long 2"):
        publish(text)

    async def step() -> int:
        await trigger.step()
        return threading.get_ident()

    with loop.inside(grouped(cloud)):
        of_the_loop = loop.run(step())

    assert [bodies(event) for event in function.events] == [
        ["short 1", "short 2"],
        ["long 1", "long 2"],
    ]
    assert [each == of_the_loop for each in function.threads] == [True, False]
    assert queue.waiting() == 0


def test_what_waits_is_counted_by_kind(cloud: EngineCloud, publish: Callable[[str], None]) -> None:
    sqs, url = cloud.client("sqs"), queue_url(NOTICE_QUEUE)
    for text in ("received", "kept", "kept, too"):
        publish(text)
    sqs.send_message(QueueUrl=url, MessageBody="delayed", DelaySeconds=600)
    sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=1)

    told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]

    kinds = ("", "Delayed", "NotVisible")
    assert [told[f"ApproximateNumberOfMessages{kind}"] for kind in kinds] == ["2", "1", "1"]
    assert cloud.waiting(NOTICE_QUEUE) == 4


# The stream


@pytest.fixture
def dynamodb(cloud: EngineCloud, settings: Settings) -> DynamoDb:
    """The table, with a feed of everything."""
    return DynamoDb(cloud.engine.store, settings.table_name, filters=EVERYTHING)


@pytest.fixture
def changes(dynamodb: DynamoDb) -> Feed:
    return dynamodb.feed


Write = Callable[[str, int], None]


@pytest.fixture
def table(dynamodb: DynamoDb, settings: Settings) -> Write:
    """Writes rows; `n` is the row's only value."""

    def write(pk: str, n: int) -> None:
        item = {"pk": {"S": pk}, "sk": {"S": "-"}, "n": {"N": str(n)}}
        dynamodb.put_item(TableName=settings.table_name, Item=item)

    return write


@pytest.fixture
def follow(cloud: EngineCloud, changes: Feed) -> Callable[[Function], TableStream]:
    def give_up(text: str) -> None:
        sqs = cloud.client("sqs")
        sqs.send_message(QueueUrl=queue_url(FAILED_CHANGES), MessageBody=text)

    return lambda function: TableStream(
        changes, function.handle, give_up, pause=lambda seconds: None
    )


Follow = Callable[[Function], TableStream]


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


@pytest.mark.parametrize("inline", [False, True])
def test_changes_wake_the_function_in_their_order(
    cloud: EngineCloud, changes: Feed, table: Write, follow: Follow, loop: Loop, inline: bool
) -> None:
    function = Function()

    with (
        loop.inside(grouped(cloud)),
        loop.inside(follow(function).pump(inline=inline).working(DEADLINE)),
    ):
        for number in range(40):
            table(f"row{number % 3}", number)
        done = until(lambda: len(changes) == 0)

    assert done
    assert [n for event in function.events for n in numbers(event)] == [str(n) for n in range(40)]


def test_the_stream_goes_on_from_the_record_that_failed(table: Write, follow: Follow) -> None:
    attempts: list[list[str]] = []

    def fail_at_two_once(event: Event) -> Event:
        attempts.append(numbers(event))
        failed = [e for e in event["Records"] if numbers({"Records": [e]}) == ["2"]]
        name = {"itemIdentifier": failed[0]["dynamodb"]["SequenceNumber"]} if failed else None
        return {"batchItemFailures": [name] if name and len(attempts) == 1 else []}

    for number in range(5):
        table("row", number)
    stream = follow(Function(fail_at_two_once))
    while stream.step():
        pass

    assert attempts == [["0", "1", "2", "3", "4"], ["2", "3", "4"]]


def test_a_record_that_always_fails_is_set_aside_alone(
    cloud: EngineCloud, table: Write, follow: Follow
) -> None:
    function = Function(failing_at("3"))
    for number in range(8):
        table("row", number)
    stream = follow(function)
    while stream.step():
        pass

    done = [n for event in function.events if len(event["Records"]) == 1 for n in numbers(event)]
    assert done.count("3") == STREAM_ATTEMPTS
    (letter,) = map(json.loads, Queue(cloud, "").bodies(FAILED_CHANGES))
    assert letter["DDBStreamBatchInfo"]["batchSize"] == 1
    assert letter["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert {n for event in function.events for n in numbers(event)} == {str(n) for n in range(8)}


def test_a_batch_that_always_raises_loses_no_good_record(
    cloud: EngineCloud, table: Write, follow: Follow
) -> None:
    handled: list[str] = []

    def answer(event: Event) -> None:
        if "5" in numbers(event):
            raise RuntimeError("poison")
        handled.extend(numbers(event))

    for number in range(BATCH + 5):
        table("row", number)
    stream = follow(Function(answer))
    while stream.step():
        pass

    assert sorted(map(int, handled)) == [n for n in range(BATCH + 5) if n != 5]
    assert len(Queue(cloud, "").bodies(FAILED_CHANGES)) == 1


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


def test_expired_rows_go_with_ttls_mark_beside_everything_else(
    cloud: EngineCloud, dynamodb: DynamoDb, settings: Settings, loop: Loop
) -> None:
    ttls = {"old": {"N": "999"}, "young": {"N": "1001"}, "text": {"S": "1"}}
    many = {f"old{number}": {"N": "998"} for number in range(250)}
    for name, ttl in (ttls | many).items():
        row = {"pk": {"S": name}, "sk": {"S": "-"}, "ttl": ttl}
        dynamodb.put_item(TableName=settings.table_name, Item=row)
    dynamodb.put_item(
        TableName=settings.table_name, Item={"pk": {"S": "eternal"}, "sk": {"S": "-"}}
    )
    made, feed = len(dynamodb.feed), dynamodb.feed
    cloud.engine.dynamodb = dynamodb

    with loop.inside(grouped(cloud)), loop.inside(expiry(cloud, lambda: 1000.0)):
        gone = until(lambda: len(feed) == made + 251)

    assert gone
    removals = feed.first(1000)[made:]
    assert {each["eventName"] for each in removals} == {"REMOVE"}
    keys = {each["dynamodb"]["Keys"]["pk"]["S"] for each in removals}
    assert keys == {"old", *many}
    assert all(
        each["userIdentity"] == {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
        for each in removals
    )


# The clock


def test_a_function_is_called_at_once_and_then_by_the_clock(loop: Loop) -> None:
    function = Function()

    with loop.inside(Schedule(SWEEP, function.handle, timedelta(milliseconds=10)).working()):
        often = until(lambda: len(function.events) >= 3)

    assert often
    assert function.events[0]["detail-type"] == "Scheduled Event"
    assert function.events[0]["source"] == "aws.scheduler"
    assert function.events[0]["resources"][0].endswith("/sweep")
