"""What every Notices must do."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from mayfly.kit.ports import Notices
from mayfly.receiving.notice import Notice, read
from mayfly.retention.sqs import SqsNotices, SqsRetries
from mayfly.settings import Settings
from tests import samples
from tests.aws import SIDES, on_side
from tests.memory import FakeNotices


@dataclass
class Queue:
    """The port under test, and a look at what waits behind it."""

    notices: Notices
    waiting: Callable[[], list[Notice]]


@pytest.fixture(params=SIDES)
def queue(request: pytest.FixtureRequest) -> Iterator[Queue]:
    if request.param == "fake":
        fake = FakeNotices()
        yield Queue(fake, lambda: fake.sent)
        return
    with on_side(Settings()) as clients:
        url = clients["sqs"].create_queue(QueueName="notices")["QueueUrl"]

        def waiting() -> list[Notice]:
            found = clients["sqs"].receive_message(QueueUrl=url, MaxNumberOfMessages=10)
            return [read(message["Body"]) for message in found.get("Messages", [])]

        yield Queue(SqsNotices(clients["sqs"], url), waiting)


def test_a_notice_waits_as_it_was_sent(queue: Queue) -> None:
    notice = samples.notice("mail-1", "a@mayfly.example", recovered=True)

    queue.notices.send(notice)

    assert queue.waiting() == [notice]


def test_a_notice_that_is_sent_twice_waits_twice(queue: Queue) -> None:
    queue.notices.send(samples.notice())
    queue.notices.send(samples.notice())

    assert queue.waiting() == [samples.notice()] * 2


def test_what_failed_comes_again_when_it_is_told_to() -> None:
    with on_side(Settings()) as clients:
        sqs = clients["sqs"]
        url = sqs.create_queue(QueueName="notices", Attributes={"VisibilityTimeout": "360"})
        url = url["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        sqs.send_message(QueueUrl=url, MessageBody="a notice")
        (first,) = sqs.receive_message(QueueUrl=url)["Messages"]
        retries = SqsRetries(lambda: sqs)

        retries.postpone(arn["Attributes"]["QueueArn"], first["ReceiptHandle"], timedelta(0))

        (second,) = sqs.receive_message(QueueUrl=url)["Messages"]
    assert second["MessageId"] == first["MessageId"]
