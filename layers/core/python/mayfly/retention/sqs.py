"""The Notices port on SQS, when SQS repeats what failed, and what the bucket says of new mail."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote_plus

from mayfly.errors import ForeignNotice
from mayfly.receiving.notice import Notice, write
from mayfly.storage.ports import RawObject


@dataclass(frozen=True, slots=True)
class SqsNotices:
    """See `mayfly.kit.ports.Notices`."""

    sqs: Any
    queue_url: str
    archive_url: str = ""

    def send(self, notice: Notice) -> None:
        """One call; two where there is an archive, which nobody else tells of this message."""
        for url in filter(None, (self.archive_url, self.queue_url)):
            self.sqs.send_message(QueueUrl=url, MessageBody=write(notice))


@dataclass(frozen=True, slots=True)
class SqsRetries:
    """Decides when what a function could not do comes again; no client is made before that."""

    client: Callable[[], Any]

    def postpone(self, queue_arn: str, receipt: str, wait: timedelta) -> None:
        """Have the queue give this record out again after the time. One call."""
        *_, region, account, name = queue_arn.split(":")
        self.client().change_message_visibility(
            QueueUrl=f"https://sqs.{region}.amazonaws.com/{account}/{name}",
            ReceiptHandle=receipt,
            VisibilityTimeout=int(wait.total_seconds()),
        )


def read_arrivals(body: str, bucket: str, prefix: str) -> list[RawObject]:
    """The raw messages that a queue record's body names; none for S3's test event.

    ForeignNotice for what is no such event, or not of our raw messages.
    """
    try:
        event = json.loads(body)
        if event.get("Event") == "s3:TestEvent":
            return []
        return [_raw_mail(each, bucket, prefix) for each in event["Records"]]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ForeignNotice(f"no event of a raw mail ({type(error).__name__})") from error


def _raw_mail(record: dict[str, Any], bucket: str, prefix: str) -> RawObject:
    stored = record["s3"]
    key = unquote_plus(stored["object"]["key"], errors="strict")
    if stored["bucket"]["name"] != bucket or not key.startswith(prefix):
        raise ForeignNotice("the event is of an object outside our raw mails")
    when = datetime.fromisoformat(record["eventTime"])
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return RawObject(key, int(stored["object"].get("size", 0)), when)
