"""A folder that version 0.2.0 wrote: taken over once, as a whole or not at all."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from infra.local.account import NOTICE_QUEUE, queue_url
from infra.local.engine.cloud import EngineCloud
from infra.local.engine.store import FILE
from mayfly.errors import InvalidInput
from mayfly.kit.dynamodb.notation import encode_row
from mayfly.settings import Settings
from tests.engine import SIGNER
from tests.local.engine import version_1

SETTINGS = Settings()
KEY = {"pk": "inbox#a", "sk": "inbox"}


def written_by_0_2_0(folder: Path, item: dict[str, Any]) -> None:
    with closing(version_1.Store(folder)) as store, store.transaction():
        store.put_item(KEY["pk"], KEY["sk"], item)
        store.put_object(version_1.Object("raw/a", b"mail", 1_700_000_000.5))
        store.put_waiting(version_1.Waiting("m-1", NOTICE_QUEUE, "notice"))


def opened(folder: Path) -> EngineCloud:
    cloud = EngineCloud(folder, SETTINGS, SIGNER)
    cloud.make(SETTINGS, "a key of the tests", "a key of passwords")
    return cloud


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    written_by_0_2_0(tmp_path, encode_row(KEY | {"ttl": 5, "names": {"x"}}))
    yield tmp_path


def test_all_that_was_kept_is_there_and_is_converted_once(folder: Path) -> None:
    with closing(opened(folder)) as cloud:
        assert cloud.is_converted
        found = cloud.client("dynamodb").get_item(
            TableName=SETTINGS.table_name, Key=encode_row(KEY)
        )
        assert found["Item"] == encode_row(KEY | {"ttl": 5, "names": {"x"}})
        assert cloud.size("raw/a") == 4
        received = cloud.client("sqs").receive_message(QueueUrl=queue_url(NOTICE_QUEUE))
        assert [each["Body"] for each in received["Messages"]] == ["notice"]
    with closing(opened(folder)) as cloud:
        assert not cloud.is_converted
        assert cloud.size("raw/a") == 4


def test_a_folder_that_cannot_be_converted_stays_as_it_was(tmp_path: Path) -> None:
    written_by_0_2_0(tmp_path, {"pk": {"S": "inbox#a"}})  # a row without its whole key
    with closing(sqlite3.connect(tmp_path / FILE)) as file:
        file.execute("UPDATE items SET item = ?", (json.dumps({"pk": {"X": 1}}),))
        file.commit()

    with pytest.raises(InvalidInput, match="stays as it was"):
        opened(tmp_path)

    with closing(sqlite3.connect(tmp_path / FILE)) as file:
        assert file.execute("PRAGMA user_version").fetchone() == (1,)
        assert file.execute("SELECT count(*) FROM items").fetchone() == (1,)
        assert file.execute("SELECT count(*) FROM objects").fetchone() == (1,)
