"""SQS and SNS of the engine: as moto's, and what they keep over a restart."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from infra.local.account import queue_arn
from infra.local.engine.clients import Engine
from infra.local.engine.errors import Unsupported
from infra.local.engine.sqs_messages import ANY, RECEIVE
from tests.engine import SIGNER
from tests.local.engine.conftest import MOTO_DIFFERS
from tests.local.engine.refusals import code_of

DEPTHS = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)


@pytest.fixture
def sqs(clients: dict[str, Any]) -> Any:
    return clients["sqs"]


@pytest.fixture
def url(sqs: Any) -> str:
    return made(sqs, "q")


def made(sqs: Any, name: str, **attributes: str) -> str:
    url: str = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return url


def send(sqs: Any, url: str, *bodies: str) -> None:
    for body in bodies:
        sqs.send_message(QueueUrl=url, MessageBody=body)


def receive(sqs: Any, url: str, most: int = 10, seconds: int = 60) -> list[Any]:
    found: list[Any] = sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=most, VisibilityTimeout=seconds
    ).get("Messages", [])
    return found


def depths(sqs: Any, url: str) -> tuple[int, ...]:
    told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(DEPTHS))["Attributes"]
    return tuple(int(told[name]) for name in DEPTHS)


def test_what_was_sent_is_received_once_in_its_order(sqs: Any, url: str) -> None:
    send(sqs, url, "a", "é", "c")

    first, rest = receive(sqs, url, 2), receive(sqs, url)

    assert [each["Body"] for each in first + rest] == ["a", "é", "c"]
    assert receive(sqs, url) == []
    assert depths(sqs, url) == (0, 3, 0)


def test_what_is_deleted_is_done_and_a_repeat_is_no_error(sqs: Any, url: str) -> None:
    send(sqs, url, "a", "b", "c")
    first, *rest = receive(sqs, url)

    for _ in range(2):
        sqs.delete_message(QueueUrl=url, ReceiptHandle=first["ReceiptHandle"])
    entries = [{"Id": e["Body"], "ReceiptHandle": e["ReceiptHandle"]} for e in rest]
    told = sqs.delete_message_batch(QueueUrl=url, Entries=entries)

    assert [each["Id"] for each in told["Successful"]] == ["b", "c"]
    assert depths(sqs, url) == (0, 0, 0)


def test_what_failed_comes_again_when_it_is_said(sqs: Any, url: str) -> None:
    send(sqs, url, "a")
    (first,) = receive(sqs, url)

    sqs.change_message_visibility(
        QueueUrl=url, ReceiptHandle=first["ReceiptHandle"], VisibilityTimeout=0
    )

    (again,) = receive(sqs, url)
    assert again["MessageId"] == first["MessageId"]


def test_what_is_delayed_waits(sqs: Any, url: str) -> None:
    sqs.send_message(QueueUrl=url, MessageBody="later", DelaySeconds=900)

    assert receive(sqs, url) == []
    assert depths(sqs, url) == (0, 0, 1)


@MOTO_DIFFERS
def test_a_message_has_a_mebibyte_at_most(sqs: Any, url: str) -> None:
    send(sqs, url, "é" * (512 * 1024))

    refused = code_of(sqs.send_message, QueueUrl=url, MessageBody="é" * (512 * 1024) + "a")

    assert refused == "InvalidParameterValue"


@MOTO_DIFFERS
@pytest.mark.parametrize("body", ["a\x00b", "a\x1bb", "\ufffe"])
def test_a_message_has_characters_of_xml_only(sqs: Any, url: str, body: str) -> None:
    assert code_of(sqs.send_message, QueueUrl=url, MessageBody=body) == "InvalidMessageContents"


@pytest.mark.parametrize("most", [0, 11])
def test_ten_messages_come_at_most(sqs: Any, url: str, most: int) -> None:
    refused = code_of(sqs.receive_message, QueueUrl=url, MaxNumberOfMessages=most)

    assert refused in ("InvalidParameterValue", "ReadCountOutOfRange")


def test_what_is_not_there_is_told(sqs: Any, url: str) -> None:
    nowhere = f"{url}-not"

    assert "NonExistentQueue" in code_of(sqs.send_message, QueueUrl=nowhere, MessageBody="a")
    refused = code_of(sqs.delete_message, QueueUrl=url, ReceiptHandle="nonsense")
    assert refused == "ReceiptHandleIsInvalid"


# What depends on the time, or outlives a process.


class Clock:
    def __init__(self) -> None:
        self.seconds = 1_800_000_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def engine(clock: Clock) -> Iterator[Engine]:
    with closing(Engine(None, "mayfly", SIGNER, clock)) as engine:
        yield engine


def test_a_message_comes_again_when_its_time_is_over_and_counts(
    engine: Engine, clock: Clock
) -> None:
    sqs = engine.sqs
    url = made(sqs, "q", VisibilityTimeout="30")
    send(sqs, url, "a")
    sqs.receive_message(QueueUrl=url)
    clock.seconds += 29.9
    assert receive(sqs, url) == []
    assert sqs.next_visible("q") == 1_800_000_030.0

    clock.seconds += 0.1
    (again,) = receive(sqs, url)

    assert again["Attributes"]["ApproximateReceiveCount"] == "2"
    assert again["Attributes"]["SentTimestamp"] == "1800000000000"
    assert again["Attributes"]["ApproximateFirstReceiveTimestamp"] == "1800000000000"


def test_an_older_receipt_deletes_too_and_a_wait_that_is_over_is_not_changed(
    engine: Engine, clock: Clock
) -> None:
    sqs = engine.sqs
    url = made(sqs, "q")
    send(sqs, url, "a")
    (first,) = receive(sqs, url, seconds=1)
    clock.seconds += 1
    wait = {"QueueUrl": url, "ReceiptHandle": first["ReceiptHandle"], "VisibilityTimeout": 5}
    assert code_of(sqs.change_message_visibility, **wait) == "MessageNotInflight"
    receive(sqs, url)

    sqs.delete_message(QueueUrl=url, ReceiptHandle=first["ReceiptHandle"])

    assert depths(sqs, url) == (0, 0, 0)


def test_what_fails_too_often_goes_to_the_dead_letters(engine: Engine, clock: Clock) -> None:
    sqs = engine.sqs
    dead = made(sqs, "dead")
    policy = {"deadLetterTargetArn": queue_arn("dead"), "maxReceiveCount": 3}
    url = made(sqs, "q", RedrivePolicy=json.dumps(policy))
    send(sqs, url, "poison")
    for _ in range(3):
        (bad,) = receive(sqs, url, seconds=1)
        clock.seconds += 1
    arrived: list[str] = []
    sqs.when_arrived("dead", lambda: arrived.append("dead"))
    send(sqs, url, "good")

    assert [each["Body"] for each in receive(sqs, url)] == ["good"]

    (moved,) = receive(sqs, dead)
    assert (moved["Body"], moved["MessageId"]) == ("poison", bad["MessageId"])
    assert arrived == ["dead"]


def test_what_waits_behind_dead_letters_is_received_at_once(engine: Engine, clock: Clock) -> None:
    sqs = engine.sqs
    made(sqs, "dead")
    policy = {"deadLetterTargetArn": queue_arn("dead"), "maxReceiveCount": 1}
    url = made(sqs, "q", RedrivePolicy=json.dumps(policy))
    send(sqs, url, *"abcdefghij")
    receive(sqs, url, seconds=1)
    clock.seconds += 1
    send(sqs, url, "good")

    assert [each["Body"] for each in receive(sqs, url)] == ["good"]


def test_what_is_too_old_is_not_given_out(engine: Engine, clock: Clock) -> None:
    sqs = engine.sqs
    url = made(sqs, "q", MessageRetentionPeriod="60")
    send(sqs, url, "old")
    clock.seconds += 60

    assert receive(sqs, url) == []
    assert depths(sqs, url) == (0, 0, 0)
    assert sqs.next_visible("q") is None


def test_who_waits_is_told_once_what_came_is_safe(engine: Engine) -> None:
    sqs = engine.sqs
    url = made(sqs, "q")
    told: list[int] = []
    sqs.when_arrived("q", lambda: told.append(sqs.waiting("q")))
    assert told == []

    with engine.store.writing():
        send(sqs, url, "a", "b")
        assert told == []

    assert told == [2, 2]
    (first, *_) = receive(sqs, url)
    handle = first["ReceiptHandle"]
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=9)
    assert told == [2, 2]
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)
    assert told == [2, 2, 2]


def test_what_waited_or_was_in_work_is_there_again_and_wakes(tmp_path: Path, clock: Clock) -> None:
    with closing(Engine(tmp_path, "mayfly", SIGNER, clock)) as engine:
        url = made(engine.sqs, "q")
        send(engine.sqs, url, "in work", "waiting")
        engine.sqs.receive_message(QueueUrl=url, VisibilityTimeout=600)
        engine.sqs.send_message(QueueUrl=url, MessageBody="later", DelaySeconds=600)

    with closing(Engine(tmp_path, "mayfly", SIGNER, clock)) as engine:
        told: list[str] = []
        url = made(engine.sqs, "q")
        engine.sqs.when_arrived("q", lambda: told.append("q"))

        assert told == ["q"]
        assert depths(engine.sqs, url) == (2, 0, 1)
        found = {each["Body"]: each for each in receive(engine.sqs, url)}

    assert found.keys() == {"in work", "waiting"}
    assert found["in work"]["Attributes"]["ApproximateReceiveCount"] == "2"


def test_what_is_published_is_in_the_queue_as_it_is(engine: Engine) -> None:
    url = made(engine.sqs, "q")
    sns = engine.sns
    topic = sns.create_topic(Name="notices")["TopicArn"]
    raw = {"RawMessageDelivery": "true"}
    for _ in range(2):
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue_arn("q"), Attributes=raw)

    sns.publish(TopicArn=topic, Message="a notice")

    assert [each["Body"] for each in receive(engine.sqs, url)] == ["a notice"]
    assert code_of(sns.publish, TopicArn=f"{topic}-not", Message="x") == "NotFound"
    for message in ("", "é" * (128 * 1024) + "a"):
        assert code_of(sns.publish, TopicArn=topic, Message=message) == "InvalidParameter"
    with pytest.raises(Unsupported, match="email"):
        sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="a@b.example")


@pytest.mark.parametrize(("statement", "values"), [(ANY, 3), (RECEIVE, 6)])
def test_to_receive_is_to_look_into_an_index(engine: Engine, statement: str, values: int) -> None:
    with engine.store.reading() as file:
        plan = str(file.execute(f"EXPLAIN QUERY PLAN {statement}", [0] * values).fetchall())

    assert "INDEX sqs_visible (queue=? AND visible_at<?)" in plan
    assert "SCAN sqs_messages" not in plan and "TEMP B-TREE" not in plan


def test_a_mail_and_its_notice_are_kept_together_or_not_at_all(engine: Engine) -> None:
    engine.s3.create_bucket(Bucket="b")
    url = made(engine.sqs, "q")
    with pytest.raises(Exception, match="no such table"), engine.store.writing() as file:
        engine.s3.put_object(Bucket="b", Key="raw/a", Body=b"mail")
        send(engine.sqs, url, "a notice")
        file.execute("INSERT INTO missing VALUES (1)")

    assert engine.s3.list_objects_v2(Bucket="b")["KeyCount"] == 0
    assert depths(engine.sqs, url) == (0, 0, 0)
