"""What DATA keeps: everything that was answered, across the end of moto."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.data.persistence import Persistence
from infra.local.data.sqlite import FILE, Object, Store
from infra.local.dynamodb.stream_records import Changes
from infra.local.lambda_.triggers import NoticeQueue
from infra.local.moto.guard import alone
from infra.local.moto.server import NOTICE_QUEUE, Cloud, client, queues_inside, table_inside
from infra.local.ses.accept import Acceptance, Submission
from mayfly.errors import InvalidInput
from mayfly.settings import Settings
from tests.local.conftest import forget_everything

RECIPIENTS = ("a@mayfly.example", "b@mayfly.example")
MAIL = Submission("s@example.org", RECIPIENTS, b"x\r\n", "", "", "ESMTP")


class Kept:
    """The state behind one start of the laptop."""

    def __init__(self, cloud: Cloud, changes: Changes) -> None:
        self.cloud = cloud
        self.changes = changes
        self.dynamodb = client("dynamodb", cloud.endpoint)
        self.s3 = client("s3", cloud.endpoint)

    def put(self, n: int, **more: Any) -> None:
        item = {"pk": {"S": "a"}, "sk": {"S": "-"}, "n": {"N": str(n)}} | more
        self.dynamodb.put_item(TableName="mayfly", Item=item)


Start = Callable[[], Any]


@pytest.fixture
def start(tmp_path: Path, endpoint: str, settings: Settings) -> Start:
    """Everything anew, but for the folder."""

    @contextmanager
    def started() -> Iterator[Kept]:
        forget_everything()
        cloud = Cloud.make(endpoint, settings, "a key of the tests " * 3)
        changes = Changes(settings.table_name, [{}])
        with closing(Store(tmp_path / "data")) as store:
            persistence = Persistence(store, settings, changes)
            persistence.restore()
            with persistence.keeping():
                yield Kept(cloud, changes)
        forget_everything()

    return started


def rows() -> list[dict[str, Any]]:
    with alone():
        partitions = table_inside("mayfly").items.values()
        return [row.to_json()["Attributes"] for rows in partitions for row in rows.values()]


def test_rows_are_kept_as_they_were_last(start: Start) -> None:
    binary, names = {"B": b"\x00\xff"}, {"SS": ["x", "y"]}

    with start() as first:
        first.put(1)
        first.put(2, packed=binary, labels=names)
    with start() as second:
        key = {"pk": {"S": "a"}, "sk": {"S": "-"}}
        found = second.dynamodb.get_item(TableName="mayfly", Key=key)["Item"]
        second.dynamodb.delete_item(TableName="mayfly", Key=key)
    with start():
        left = rows()

    assert found["n"] == {"N": "2"}
    assert found["packed"] == binary
    assert sorted(found["labels"]["SS"]) == ["x", "y"]
    assert left == []


def test_a_transaction_is_kept_whole_or_not_at_all(start: Start) -> None:
    with start() as first:
        writes = [
            {"TableName": "mayfly", "Item": {"pk": {"S": name}, "sk": {"S": "-"}}} for name in "ab"
        ]
        writes[1]["ConditionExpression"] = "attribute_exists(pk)"
        with pytest.raises(first.dynamodb.exceptions.TransactionCanceledException):
            first.dynamodb.transact_write_items(TransactItems=[{"Put": each} for each in writes])
    with start():
        assert rows() == []


def test_objects_are_kept_with_their_time_and_deleted_ones_not(
    start: Start, settings: Settings
) -> None:
    bucket = settings.mail_bucket
    content = bytes(range(256)) * 1000

    with start() as first:
        for key in ("raw/kept", "raw/one", "raw/two"):
            first.s3.put_object(Bucket=bucket, Key=key, Body=content)
        first.s3.delete_object(Bucket=bucket, Key="raw/one")
        first.s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "raw/two"}]})
        stored = first.s3.head_object(Bucket=bucket, Key="raw/kept")["LastModified"]
    with start() as second:
        listing = second.s3.list_objects_v2(Bucket=bucket)["Contents"]
        body = second.s3.get_object(Bucket=bucket, Key="raw/kept")["Body"].read()

    assert [each["Key"] for each in listing] == ["raw/kept"]
    assert listing[0]["LastModified"] == stored
    assert body == content


def test_an_accepted_mail_that_nobody_handled_waits_for_the_next_start(
    start: Start, settings: Settings
) -> None:
    handled: list[Any] = []

    with start() as first:
        acceptance = Acceptance(
            first.s3,
            client("sns", first.cloud.endpoint),
            settings.mail_bucket,
            settings.raw_prefix,
            first.cloud.topic_arn,
            lambda: datetime.now(UTC),
        )
        mail_id = acceptance.accept(MAIL)
    with start():
        NoticeQueue(handled.append).step()
    with start():
        left = queues_inside().queues[NOTICE_QUEUE]._messages

    (event,) = handled
    notice = json.loads(event["Records"][0]["body"])
    assert notice["mail"]["messageId"] == mail_id
    assert notice["receipt"]["recipients"] == list(RECIPIENTS)
    assert left == []


def test_changes_that_nobody_followed_wait_for_the_next_start(start: Start) -> None:
    with start() as first:
        first.put(1)
        first.put(2)
        first.changes.drop(1)
    with start() as second:
        second.put(3)
        waiting = second.changes.first(10)
        second.changes.drop(2)
    with start() as third:
        left = len(third.changes)

    assert [each["dynamodb"]["NewImage"]["n"]["N"] for each in waiting] == ["2", "3"]
    numbers = [each["dynamodb"]["SequenceNumber"] for each in waiting]
    assert numbers == sorted(numbers)
    assert left == 0


class FullDisk(Store):
    """A store that cannot write, once told so."""

    is_full = False

    @contextmanager
    def transaction(self) -> Iterator[None]:
        if self.is_full:
            raise sqlite3.OperationalError("database or disk is full")
        with super().transaction():
            yield


def test_what_cannot_be_kept_is_not_answered_and_kept_later(
    tmp_path: Path, cloud: Cloud, settings: Settings, start: Start
) -> None:
    changes = Changes(settings.table_name)
    kept = Kept(cloud, changes)
    with (
        closing(FullDisk(tmp_path / "data")) as store,
        Persistence(store, settings, changes).keeping(),
    ):
        store.is_full = True
        with pytest.raises(ClientError) as failed:
            kept.put(1)
        store.is_full = False
        kept.s3.put_object(Bucket=settings.mail_bucket, Key="raw/later", Body=b"")
    with start():
        left = rows()

    assert failed.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    assert [row["n"] for row in left] == [{"N": "1"}]


def test_a_file_of_another_version_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE)) as other:
        other.execute("PRAGMA user_version = 99")

    with pytest.raises(InvalidInput, match="another version of Mayfly"):
        Store(tmp_path)


def test_a_transaction_that_fails_keeps_nothing_of_it(tmp_path: Path) -> None:
    with closing(Store(tmp_path)) as store:
        with pytest.raises(ZeroDivisionError), store.transaction():
            store.put_object(Object("key", b"content", 0.0))
            raise ZeroDivisionError

        assert list(store.objects()) == []


def test_the_folder_is_for_its_owner_only(tmp_path: Path) -> None:
    Store(tmp_path / "data").close()

    assert (tmp_path / "data").stat().st_mode & 0o077 == 0
