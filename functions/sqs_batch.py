"""Records of a queue, each done with on its own."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from mayfly.functions import FIRST_RETRY, LONGEST_RETRY

Record = dict[str, Any]


def each_alone(event: dict[str, Any], is_done: Callable[[Record], bool]) -> dict[str, Any]:
    """The answer to SQS: which records to repeat. One that fails takes no neighbours along.

    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
    """
    failures = [
        {"itemIdentifier": record["messageId"]}
        for record in event["Records"]
        if not is_done(record)
    ]
    return {"batchItemFailures": failures}


def postponed(
    event: dict[str, Any],
    answer: dict[str, Any],
    postpone: Callable[[str, str, timedelta], None],
    wait: Callable[[int], timedelta] | None = None,
) -> dict[str, Any]:
    """The same answer, once the records that SQS repeats are set to come again soon.

    Otherwise each would wait for as long as a whole batch may take, however short the trouble.
    `wait` says for how long, after so many times; `wait_after` without it.
    """
    wait = wait or wait_after
    failed = {each["itemIdentifier"] for each in answer["batchItemFailures"]}
    for record in event["Records"]:
        if record["messageId"] in failed:
            with suppress(Exception):  # then it waits for longer
                times = int(record["attributes"]["ApproximateReceiveCount"])
                postpone(record["eventSourceARN"], record["receiptHandle"], wait(times))
    return answer


def wait_after(
    times: int, first: timedelta = FIRST_RETRY, longest: timedelta = LONGEST_RETRY
) -> timedelta:
    """How long a record waits that was tried so often: twice as long each time, up to the limit."""
    wait = first
    for _ in range(times - 1):
        wait = min(wait * 2, longest)
    return wait
