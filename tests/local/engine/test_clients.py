"""The engine as a whole: what is loaded for it, what it takes over, and many at once."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from infra.local.engine.clients import Engine, convert_v1
from tests.engine import SIGNER
from tests.local.engine import version_1 as sqlite

LOADED = """
import sys
import infra.local.engine.clients
names = {name.partition(".")[0] for name in sys.modules}
assert not names & {"boto3", "moto", "urllib3"}, names
found = {name for name in sys.modules if name.startswith("botocore.") and "vendored" not in name}
assert found <= {"botocore.exceptions"}, found
"""


@pytest.fixture
def engine() -> Iterator[Engine]:
    with closing(Engine(None, "mayfly", SIGNER)) as engine:
        yield engine


def test_neither_boto3s_machinery_nor_moto_is_loaded() -> None:
    subprocess.run([sys.executable, "-c", LOADED], check=True, timeout=60)


def test_what_version_0_2_0_kept_is_taken_over(tmp_path: Path) -> None:
    large = b"x" * 100_000
    with closing(sqlite.Store(tmp_path)) as old, old.transaction():
        old.put_object(sqlite.Object("raw/a", b"mail", 1_700_000_000.5))
        old.put_object(sqlite.Object("raw/large", large, 1_700_000_001.0))
        old.put_waiting(sqlite.Waiting("m-1", "mayfly-notices", "first"))
        old.put_waiting(sqlite.Waiting("m-0", "mayfly-notices", "second"))
    with closing(sqlite.Store(tmp_path)) as old:
        file = old._file
        file.execute("BEGIN")
        convert_v1(file, "mails", 1_800_000_000_000)
        file.execute("PRAGMA user_version = 2")
        file.execute("COMMIT")

    with closing(Engine(tmp_path, "mayfly", SIGNER, lambda: 1_800_000_000.0)) as engine:
        url = engine.sqs.create_queue(QueueName="mayfly-notices")["QueueUrl"]
        engine.s3.create_bucket(Bucket="mails")
        waiting = engine.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
        listed = engine.s3.list_objects_v2(Bucket="mails")["Contents"]
        body = engine.s3.get_object(Bucket="mails", Key="raw/large")["Body"].read()
        engine.s3.delete_object(Bucket="mails", Key="raw/large")
        left = engine.s3.list_objects_v2(Bucket="mails")["KeyCount"]

    assert [(each["MessageId"], each["Body"]) for each in waiting] == [
        ("m-1", "first"),
        ("m-0", "second"),
    ]
    assert [(e["Key"], e["Size"], e["LastModified"].timestamp()) for e in listed] == [
        ("raw/a", 4, 1_700_000_000),
        ("raw/large", 100_000, 1_700_000_001),
    ]
    assert (body, left) == (large, 1)


def test_threads_share_a_queue_and_a_bucket(engine: Engine) -> None:
    url = engine.sqs.create_queue(QueueName="q")["QueueUrl"]
    engine.s3.create_bucket(Bucket="b")

    def work(number: int) -> list[str]:
        found: list[str] = []
        for each in range(20):
            name = f"{number}-{each}"
            engine.s3.put_object(Bucket="b", Key=name, Body=name.encode())
            engine.sqs.send_message(QueueUrl=url, MessageBody=name)
            got = engine.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=3)
            found += [message["Body"] for message in got.get("Messages", [])]
        return found

    with ThreadPoolExecutor(8) as pool:
        received = [body for found in pool.map(work, range(8)) for body in found]
    while got := engine.sqs.receive_message(QueueUrl=url).get("Messages"):
        received += [message["Body"] for message in got]

    assert sorted(received) == sorted(f"{n}-{each}" for n in range(8) for each in range(20))
    assert engine.s3.list_objects_v2(Bucket="b")["KeyCount"] == 160
