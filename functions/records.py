"""Records of a queue, each done with on its own."""

from collections.abc import Callable
from typing import Any

Record = dict[str, Any]


def each_alone(event: dict[str, Any], is_done: Callable[[Record], bool]) -> dict[str, Any]:
    """The answer to SQS: which records it shall repeat. One that fails takes no neighbours along.

    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
    """
    failures = [
        {"itemIdentifier": record["messageId"]}
        for record in event["Records"]
        if not is_done(record)
    ]
    return {"batchItemFailures": failures}
