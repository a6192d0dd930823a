"""What version 0.2.0 kept is taken over once, as a whole."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.local.account import NOTICE_QUEUE, ORDER_QUEUE, queue_url
from infra.local.engine.cloud import EngineCloud
from mayfly.assembly import Assembly
from mayfly.errors import InvalidInput
from mayfly.kit.dynamodb.notation import encode_row
from mayfly.sending.models import State
from mayfly.sending.rows import outgoing_row
from mayfly.sending.sqs import read_job
from mayfly.settings import Settings
from tests import samples
from tests.engine import SIGNER, EngineAdapters, engine_of
from tests.first_version import write_first_version
from tests.sending.test_delivery_events import outgoing

SETTINGS = Settings(queue_url=queue_url(NOTICE_QUEUE), order_queue_url=queue_url(ORDER_QUEUE))
KEY, PASSWORDS = "the key of the tokens", "the key of the passwords"
LARGE = b"x" * 100_000
RAW = b"Subject: Hello\r\n\r\nHello\r\n"
NUMBER = "1790000000000000000001"
DUE = datetime(2027, 1, 15, 8, tzinfo=UTC)


class Cloud(EngineCloud):
    """The engine over a folder, with what the template names."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, SETTINGS, SIGNER)
        self.make(SETTINGS, KEY, PASSWORDS)

    @property
    def flows(self) -> Assembly:
        return Assembly(SETTINGS, EngineAdapters(SETTINGS, self.engine, [], []))


@pytest.fixture
def kept() -> Iterator[dict[str, Any]]:
    """An inbox with a message, a mail that is to go later, and passwords that are sealed."""
    with engine_of(SETTINGS) as engine:
        engine.kms.make_key(SETTINGS.password_key, PASSWORDS)
        flows = Assembly(SETTINGS, EngineAdapters(SETTINGS, engine, [], []))
        address = str(flows.inboxes.service.make().inbox.address)
        engine.s3.put_object(Bucket=SETTINGS.mail_bucket, Key="raw/mail-1", Body=RAW)
        notice = samples.notice("mail-1", address, received_at=flows.now())
        flows.receiving.receiver.receive(notice)
        sealed = engine.kms.encrypt(
            KeyId=SETTINGS.password_key, Plaintext=b"secret", EncryptionContext={"batch": "b"}
        )["CiphertextBlob"]
        engine.dynamodb.put_item(
            TableName=SETTINGS.table_name,
            Item={"pk": {"S": "batch#b"}, "sk": {"S": "sealed"}, "key": {"B": sealed}},
        )
        for state, id in ((State.SCHEDULED, "later"), (State.SENT, "sent")):
            mail = outgoing(state, id=id, due_at=DUE, expires_at=DUE + timedelta(days=30))
            row = encode_row(outgoing_row(mail))
            engine.dynamodb.put_item(TableName=SETTINGS.table_name, Item=row)
        rows = engine.dynamodb.scan(TableName=SETTINGS.table_name)["Items"]
    change = {"eventName": "INSERT", "dynamodb": {"SequenceNumber": NUMBER, "Keys": {}}}
    yield {
        "rows": rows,
        "objects": [("raw/mail-1", RAW, 1_700_000_000.5), ("raw/large", LARGE, 1_700_000_001.0)],
        "waiting": [("m-1", NOTICE_QUEUE, "first"), ("m-0", NOTICE_QUEUE, "second")],
        "changes": [change],
        "address": address,
    }


def written(folder: Path, kept: dict[str, Any]) -> str:
    """The address of the inbox that is kept."""
    write_first_version(folder, **{name: kept[name] for name in kept if name != "address"})
    return str(kept["address"])


def test_everything_is_there_after_it(tmp_path: Path, kept: dict[str, Any]) -> None:
    address = written(tmp_path, kept)

    with closing(Cloud(tmp_path)) as cloud:
        (message,) = cloud.flows.messages.reader.page(address, 9).messages
        engine, bucket = cloud.engine, SETTINGS.mail_bucket
        row = engine.dynamodb.get_item(
            TableName=SETTINGS.table_name, Key={"pk": {"S": "batch#b"}, "sk": {"S": "sealed"}}
        )["Item"]
        opened = engine.kms.decrypt(
            CiphertextBlob=row["key"]["B"], EncryptionContext={"batch": "b"}
        )["Plaintext"]
        told = engine.sqs.receive_message(QueueUrl=queue_url(NOTICE_QUEUE), MaxNumberOfMessages=9)[
            "Messages"
        ]
        large = engine.s3.get_object(Bucket=bucket, Key="raw/large")["Body"].read()
        listed = engine.s3.list_objects_v2(Bucket=bucket)["Contents"]
        early, due = cloud.due(DUE - timedelta(seconds=1)), cloud.due(DUE)
        changes = engine.dynamodb.feed.first(9)

    assert message.summary.subject == "Hello"
    assert opened == b"secret"
    assert [(each["MessageId"], each["Body"]) for each in told] == [
        ("m-1", "first"),
        ("m-0", "second"),
    ]
    assert large == LARGE
    assert [(each["Key"], each["Size"], each["LastModified"].timestamp()) for each in listed] == [
        ("raw/large", len(LARGE), 1_700_000_001),
        ("raw/mail-1", len(RAW), 1_700_000_000),
    ]
    assert early == []
    assert [read_job(each.body).mail for each in due] == ["later"]
    assert [each["dynamodb"]["SequenceNumber"] for each in changes] == [NUMBER]


def test_a_second_start_converts_nothing_again(tmp_path: Path, kept: dict[str, Any]) -> None:
    address = written(tmp_path, kept)
    with closing(Cloud(tmp_path)) as cloud:
        cloud.due(DUE)
        cloud.engine.s3.delete_object(Bucket=SETTINGS.mail_bucket, Key="raw/large")

    with closing(Cloud(tmp_path)) as cloud:
        assert len(cloud.flows.messages.reader.page(address, 9).messages) == 1
        assert cloud.due(DUE) == []
        assert cloud.size("raw/large") is None
        assert cloud.waiting(NOTICE_QUEUE) == 2


def test_one_that_fails_leaves_the_file_as_it_was(tmp_path: Path, kept: dict[str, Any]) -> None:
    later = [each for each in kept["rows"] if each["sk"]["S"] == "mail#later"]
    state, later[0]["state"] = later[0]["state"], {"S": "no state"}
    address = written(tmp_path, kept)
    before = contents(tmp_path)

    with pytest.raises(InvalidInput, match="stays as it was"):
        Cloud(tmp_path)

    assert contents(tmp_path) == before
    with closing(sqlite3.connect(tmp_path / "mayfly.sqlite3")) as file, file:
        file.execute("UPDATE items SET item = replace(item, 'no state', ?)", (state["S"],))
    with closing(Cloud(tmp_path)) as cloud:
        assert len(cloud.flows.messages.reader.page(address, 9).messages) == 1


def contents(folder: Path) -> list[str]:
    """All of the file, as statements."""
    with closing(sqlite3.connect(folder / "mayfly.sqlite3")) as file:
        (version,) = file.execute("PRAGMA user_version").fetchone()
        return [*file.iterdump(), str(version)]
