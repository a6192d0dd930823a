"""Empties the mail bucket before it goes: AWS deletes none that holds anything.

Where the bucket is kept, this is called only when the creation of the stack has failed: by then SES
has put an email of its own there, to try the rule.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from botocore.config import Config

from functions.custom_resource import Refusal, serve
from mayfly.storage.s3 import Bucket

logger = Logger()

_CONFIG = Config(connect_timeout=3, read_timeout=30, retries={"mode": "standard"})
_QUIET_SECONDS = 5.0
"""For so long nothing must come: SES may still be writing mail that it has accepted."""
_SECONDS_TO_ANSWER = 60.0

# Whether the bucket was empty when it came to us is kept in the physical id. One with mail is that
# of a stack older than this, and nobody's failed creation: it is left alone.
_OURS = "emptied"
_FOUND = "left"


class MailIsLeft(Refusal):
    """There was more than one invocation can remove."""

    def __init__(self, removed: int) -> None:
        super().__init__(f"{removed} objects of the mail bucket are gone and more are there: again")


@dataclass(frozen=True, slots=True)
class Emptying:
    """The bucket, and the time there is. `pause` waits for so many seconds."""

    s3: Any
    bucket: str
    pause: Callable[[float], None]
    seconds_left: Callable[[], float]

    def is_empty(self) -> bool:
        """Whether nothing is there."""
        return not any(self._portions())

    def empty(self) -> int:
        """Remove all that is there, until nothing more comes; how many objects went."""
        removed = 0
        while True:
            before = removed
            for keys in self._portions():
                Bucket(self.s3, self.bucket).delete(keys)
                removed += len(keys)
                if self.seconds_left() < _SECONDS_TO_ANSWER:
                    raise MailIsLeft(removed)
            if removed == before:
                return removed
            self.pause(_QUIET_SECONDS)

    def _portions(self) -> Iterator[list[str]]:
        for listed in self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket):
            if keys := [each["Key"] for each in listed.get("Contents", [])]:
                yield keys


@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: Any) -> None:
    """Do what CloudFormation asks."""
    s3 = boto3.client("s3", config=_CONFIG)

    def seconds_left() -> float:
        return float(context.get_remaining_time_in_millis()) / 1000

    def settle(event: dict[str, Any], done: str) -> str:
        bucket = event["ResourceProperties"]["Bucket"]
        return settled(event, done, Emptying(s3, bucket, time.sleep, seconds_left))

    serve(event, settle, logger)


def settled(event: dict[str, Any], done: str, emptying: Emptying) -> str:
    """Do what CloudFormation asks with this bucket; the physical id says whose it was."""
    what, _, bucket = done.partition("/")
    if event["RequestType"] == "Delete":
        if what == _OURS:
            logger.info("Emptied", objects=emptying.empty())
        return done
    if event["RequestType"] == "Update" and bucket == emptying.bucket:
        return done
    return f"{_OURS if emptying.is_empty() else _FOUND}/{emptying.bucket}"
