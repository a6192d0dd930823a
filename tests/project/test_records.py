"""Records of queues that failed: when they come again."""

from datetime import timedelta
from typing import Any

import pytest

from functions.sqs_batch import each_alone, postponed, wait_after
from mayfly.functions import INBOUND_MAIL, LONGEST_RETRY, MAIL_EVENTS, NOTICE_ATTEMPTS, SEND_MAIL

ARN = "arn:aws:sqs:eu-west-1:123456789012:notices"


def record(name: str, received: int) -> dict[str, Any]:
    return {
        "messageId": name,
        "receiptHandle": f"handle of {name}",
        "attributes": {"ApproximateReceiveCount": str(received)},
        "eventSourceARN": ARN,
    }


def test_what_failed_and_nothing_else_comes_again_soon() -> None:
    asked: list[Any] = []
    event = {"Records": [record("good", 3), record("new", 1), record("old", 3)]}

    answer = each_alone(event, lambda each: each["messageId"] == "good")
    told = postponed(event, answer, lambda *given: asked.append(given))

    assert told == {"batchItemFailures": [{"itemIdentifier": "new"}, {"itemIdentifier": "old"}]}
    assert asked == [
        (ARN, "handle of new", timedelta(seconds=4)),
        (ARN, "handle of old", timedelta(seconds=16)),
    ]


def test_the_waits_grow_from_seconds_up_to_a_limit() -> None:
    waits = [wait_after(times).total_seconds() for times in range(1, NOTICE_ATTEMPTS + 1)]

    assert waits[:5] == [4, 8, 16, 32, 64]
    assert set(waits[8:]) == {LONGEST_RETRY.total_seconds()}
    assert wait_after(10**6) == LONGEST_RETRY


def test_a_trouble_of_an_hour_sets_no_mail_aside() -> None:
    # What finds no function free waits for as long as a batch may take, and counts as tried.
    throttled = [each.timeout * 6 for each in (INBOUND_MAIL, SEND_MAIL, MAIL_EVENTS)]

    assert sum(map(wait_after, range(1, NOTICE_ATTEMPTS)), timedelta()) > timedelta(hours=1)
    assert min(throttled) * (NOTICE_ATTEMPTS - 1) > timedelta(hours=1)


@pytest.mark.parametrize("missing", ["attributes", "receiptHandle", "eventSourceARN"])
def test_a_record_that_cannot_be_postponed_is_repeated_all_the_same(missing: str) -> None:
    broken = record("broken", 1)
    del broken[missing]
    answer = {"batchItemFailures": [{"itemIdentifier": "broken"}]}

    assert postponed({"Records": [broken]}, answer, lambda *_: None) == answer


def test_sqs_that_does_not_answer_changes_nothing() -> None:
    def down(*_: object) -> None:
        raise ConnectionError

    answer = {"batchItemFailures": [{"itemIdentifier": "a"}]}

    assert postponed({"Records": [record("a", 1)]}, answer, down) == answer
