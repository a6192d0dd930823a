"""What the bucket says of a raw mail that it has taken: S3's event, as a queue hands it over.

A module of its own: notices are SES's words, these are S3's, and neither knows the other.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
"""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote_plus

from mayfly.errors import ForeignNotice
from mayfly.storage.ports import RawObject


def read(body: str, bucket: str, prefix: str) -> list[RawObject]:
    """The raw mails that a queue record's body tells of; none for the event that S3 tries it with.

    ForeignNotice for what is no such event, or not of our raw mails.
    """
    try:
        told = json.loads(body)
        if told.get("Event") == "s3:TestEvent":
            return []
        return [_raw_mail(each, bucket, prefix) for each in told["Records"]]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ForeignNotice(f"no event of a raw mail ({type(error).__name__})") from error


def _raw_mail(event: dict[str, Any], bucket: str, prefix: str) -> RawObject:
    stored = event["s3"]
    key = unquote_plus(stored["object"]["key"], errors="strict")
    if stored["bucket"]["name"] != bucket or not key.startswith(prefix):
        raise ForeignNotice("the event is of an object outside our raw mails")
    when = datetime.fromisoformat(event["eventTime"])
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return RawObject(key, int(stored["object"].get("size", 0)), when)
