"""What S3 says of a raw mail that it has taken."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from mayfly.errors import ForeignNotice
from mayfly.retention.sqs import read_arrivals
from mayfly.storage.ports import RawObject

# As S3's user guide shows it, cut to what is of any use, and one field that may come later.
EVENT: dict[str, Any] = {
    "eventVersion": "2.1",
    "eventSource": "aws:s3",
    "eventTime": "2026-01-01T12:00:05.250Z",
    "eventName": "ObjectCreated:Put",
    "later": {},
    "s3": {
        "bucket": {"name": "mayfly-mail", "arn": "arn:aws:s3:::mayfly-mail"},
        "object": {"key": "raw/one+two%2Bthree", "size": 1024, "sequencer": "0055AED6DCD90281E5"},
    },
}


def arrived(**change: object) -> str:
    return json.dumps({"Records": [EVENT | change]})


def test_a_raw_mail_is_told_of_by_its_key_its_size_and_its_time() -> None:
    when = datetime(2026, 1, 1, 12, 0, 5, 250_000, UTC)

    found = read_arrivals(arrived(), "mayfly-mail", "raw/")

    assert found == [RawObject("raw/one two+three", 1024, when)]


def test_the_event_that_s3_tries_a_queue_with_tells_of_nothing() -> None:
    tried = json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "mayfly-mail"})

    assert read_arrivals(tried, "mayfly-mail", "raw/") == []


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{}",
        "null",
        '{"Records": 1}',
        '{"Records": [{}]}',
        arrived(eventTime="yesterday"),
        arrived(s3={"bucket": {"name": "another"}, "object": {"key": "raw/m1"}}),
        arrived(s3={"bucket": {"name": "mayfly-mail"}, "object": {"key": "content/m1"}}),
        arrived(s3={"bucket": {"name": "mayfly-mail"}, "object": {"key": "raw/%ff"}}),
    ],
)
def test_what_tells_of_no_raw_mail_of_ours_is_refused(body: str) -> None:
    with pytest.raises(ForeignNotice):
        read_arrivals(body, "mayfly-mail", "raw/")
