"""What DATA keeps: everything that was answered, across the end of the process."""

import asyncio
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.account import NOTICE_QUEUE, queue_url
from infra.local.engine.cloud import INLINE_BYTES, EngineCloud
from infra.local.engine.store import FILE, Store
from infra.local.lambda_.triggers import QueueTrigger
from infra.local.ses.accept import Submission
from mayfly.errors import InvalidInput
from mayfly.functions import INBOUND_MAIL
from mayfly.kit.dynamodb.keys import MESSAGE_ROW
from mayfly.settings import Settings
from tests.local.conftest import accepting, made

RECIPIENTS = ("a@mayfly.example", "b@mayfly.example")
KEY = {"pk": {"S": "a"}, "sk": {"S": "-"}}


class Kept:
    """The state behind one start of the laptop."""

    def __init__(self, cloud: EngineCloud, settings: Settings) -> None:
        self.cloud = cloud
        self.bucket = settings.mail_bucket
        self.acceptance = accepting(cloud, settings)
        self.dynamodb = cloud.client("dynamodb")
        self.s3 = cloud.client("s3")

    def put(self, n: int, sk: str = "-", **more: Any) -> None:
        item = {"pk": {"S": "a"}, "sk": {"S": sk}, "n": {"N": str(n)}} | more
        self.dynamodb.put_item(TableName="mayfly", Item=item)

    def rows(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.dynamodb.query(
            TableName="mayfly",
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": "a"}},
        )["Items"]
        return found

    def step(self, handle: Callable[[Any], Any]) -> bool:
        """The notices that wait, in one batch."""
        sqs, url = self.cloud.client("sqs"), queue_url(NOTICE_QUEUE)
        return asyncio.run(QueueTrigger(sqs, url, INBOUND_MAIL, 10, handle).step())


Start = Callable[[], AbstractContextManager[Kept]]


@pytest.fixture
def start(tmp_path: Path, settings: Settings) -> Start:
    """Everything anew, but for the folder."""

    @contextmanager
    def started() -> Iterator[Kept]:
        with made(settings, tmp_path / "data") as cloud:
            yield Kept(cloud, settings)

    return started


def test_rows_are_kept_as_they_were_last(start: Start) -> None:
    binary, names = {"B": b"\x00\xff"}, {"SS": ["x", "y"]}

    with start() as first:
        first.put(1)
        first.put(2, packed=binary, labels=names)
    with start() as second:
        found = second.dynamodb.get_item(TableName="mayfly", Key=KEY)["Item"]
        second.dynamodb.delete_item(TableName="mayfly", Key=KEY)
    with start() as third:
        left = third.rows()

    assert found["n"] == {"N": "2"}
    assert found["packed"] == binary
    assert sorted(found["labels"]["SS"]) == ["x", "y"]
    assert left == []


def test_a_transaction_is_kept_whole_or_not_at_all(start: Start) -> None:
    def writes(condition: str) -> list[dict[str, Any]]:
        both = [
            {"TableName": "mayfly", "Item": {"pk": {"S": "a"}, "sk": {"S": name}}} for name in "ab"
        ]
        both[1]["ConditionExpression"] = condition
        return [{"Put": each} for each in both]

    with start() as first, pytest.raises(ClientError, match="ConditionalCheckFailed"):
        first.dynamodb.transact_write_items(TransactItems=writes("attribute_exists(pk)"))
    with start() as second:
        nothing = second.rows()
        second.dynamodb.transact_write_items(TransactItems=writes("attribute_not_exists(pk)"))
    with start() as third:
        both = third.rows()

    assert nothing == []
    assert [row["sk"]["S"] for row in both] == ["a", "b"]


@pytest.mark.parametrize("size", [0, 256_000], ids=["as rows", "as files"])
def test_objects_are_kept_with_their_time_and_deleted_ones_not(start: Start, size: int) -> None:
    content = bytes(range(256)) * (size // 256) or b"small"

    with start() as first:
        for key in ("raw/kept", "raw/one", "raw/two"):
            first.s3.put_object(Bucket=first.bucket, Key=key, Body=content)
        first.s3.delete_object(Bucket=first.bucket, Key="raw/one")
        first.s3.delete_objects(Bucket=first.bucket, Delete={"Objects": [{"Key": "raw/two"}]})
        stored = first.s3.head_object(Bucket=first.bucket, Key="raw/kept")["LastModified"]
    with start() as second:
        listing = second.s3.list_objects_v2(Bucket=second.bucket)["Contents"]
        body = second.s3.get_object(Bucket=second.bucket, Key="raw/kept")["Body"].read()

    assert [each["Key"] for each in listing] == ["raw/kept"]
    assert listing[0]["LastModified"] == stored
    assert body == content


@pytest.mark.parametrize("size", [3, 2 * INLINE_BYTES], ids=["small", "large"])
def test_an_accepted_mail_that_nobody_handled_waits_for_the_next_start(
    start: Start, size: int
) -> None:
    handled: list[Any] = []
    mail = Submission("s@example.org", RECIPIENTS, b"x" * size, "", "", "ESMTP")

    with start() as first:
        mail_id = first.acceptance.accept(mail)
    with start() as second:
        second.step(handled.append)
        key = f"{second.acceptance.prefix}{mail_id}"
        raw = second.s3.get_object(Bucket=second.bucket, Key=key)["Body"].read()
    with start() as third:
        left = third.cloud.waiting(NOTICE_QUEUE)

    (event,) = handled
    notice = json.loads(event["Records"][0]["body"])
    assert notice["mail"]["messageId"] == mail_id
    assert notice["receipt"]["recipients"] == list(RECIPIENTS)
    assert raw.endswith(mail.content)
    assert left == 0


def test_a_notice_that_was_being_handled_comes_again_at_the_next_start(start: Start) -> None:
    handled: list[Any] = []

    class Ended(BaseException):
        """The process, within a batch."""

    def end(event: Any) -> None:
        raise Ended

    with start() as first:
        mail_id = first.acceptance.accept(
            Submission("s@example.org", RECIPIENTS, b"x\r\n", "", "", "ESMTP")
        )
        with pytest.raises(Ended):
            first.step(end)
        meanwhile = first.step(handled.append)
    with start() as second:
        second.step(handled.append)

    assert not meanwhile  # it is in flight, for six times the function's timeout
    (event,) = handled
    assert json.loads(event["Records"][0]["body"])["mail"]["messageId"] == mail_id


def test_changes_that_nobody_followed_wait_for_the_next_start(start: Start) -> None:
    message = f"{MESSAGE_ROW}g#"

    with start() as first:
        first.put(1, message + "1")
        first.put(2, message + "2")
        first.cloud.changes.drop(1)
    with start() as second:
        second.put(3, message + "3")
        waiting = second.cloud.changes.first(10)
        second.cloud.changes.drop(2)
    with start() as third:
        left = len(third.cloud.changes)

    assert [each["dynamodb"]["NewImage"]["n"]["N"] for each in waiting] == ["2", "3"]
    numbers = [each["dynamodb"]["SequenceNumber"] for each in waiting]
    assert numbers == sorted(numbers)
    assert left == 0


def test_a_file_of_another_version_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE)) as other:
        other.execute("PRAGMA user_version = 99")

    with pytest.raises(InvalidInput, match="another version of Mayfly"):
        Store(tmp_path)


def test_the_folder_is_for_its_owner_only(start: Start, tmp_path: Path) -> None:
    with start() as first:
        first.s3.put_object(Bucket=first.bucket, Key="raw/large", Body=b"x" * 2 * INLINE_BYTES)

        everything = [tmp_path / "data", *(tmp_path / "data").rglob("*")]
        assert len(everything) > 4
        assert not any(each.stat().st_mode & 0o077 for each in everything)
