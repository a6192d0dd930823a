"""What SQS's queues are, and what may be sent to them.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from infra.local.engine.errors import Unsupported, refused

LONGEST_WAIT = 43_200
LONGEST_DELAY = 900
_DEFAULTS = {
    "VisibilityTimeout": "30",
    "MessageRetentionPeriod": "345600",
    "MaximumMessageSize": str(1024 * 1024),
    "DelaySeconds": "0",
}
_UNREADABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Queue:
    """One queue. Times are in seconds; without dead letters `attempts` is 0."""

    name: str
    attributes: Mapping[str, str]
    visibility: int
    retention: int
    largest: int
    delay: int
    dead_letters: str
    attempts: int

    @classmethod
    def of(cls, name: str, attributes: Mapping[str, str]) -> Self:
        """As AWS's attributes say."""
        if unknown := attributes.keys() - _DEFAULTS - {"RedrivePolicy"}:
            raise Unsupported(f"create_queue: {', '.join(sorted(unknown))}")
        whole = _DEFAULTS | dict(attributes)
        policy = json.loads(whole.get("RedrivePolicy", "{}"))
        visibility, retention, largest, delay = (int(whole[each]) for each in _DEFAULTS)
        dead_letters = str(policy.get("deadLetterTargetArn", "")).rpartition(":")[2]
        attempts = int(policy.get("maxReceiveCount", 0))
        return cls(name, whole, visibility, retention, largest, delay, dead_letters, attempts)

    def check(self, body: str) -> bytes:
        """The body's octets; refused if it cannot be sent."""
        if not body:
            why = "The request must contain the parameter MessageBody."
            raise refused("MissingParameter", why, "SendMessage")
        if len(body) <= self.largest:
            if not (body.isascii() and body.isprintable()) and _UNREADABLE.search(body):
                raise refused("InvalidMessageContents", "Invalid characters found.", "SendMessage")
            octets = body.encode()
            if len(octets) <= self.largest:
                return octets
        why = (
            "One or more parameters are invalid."
            f" Reason: Message must be shorter than {self.largest} bytes."
        )
        raise refused("InvalidParameterValue", why, "SendMessage")


def check_range(name: str, value: int, least: int, most: int, operation: str) -> None:
    """Refused if the parameter is outside."""
    if not least <= value <= most:
        raise refused(
            "InvalidParameterValue",
            f"Value {value} for parameter {name} is invalid."
            f" Reason: Must be between {least} and {most}, if provided.",
            operation,
        )
