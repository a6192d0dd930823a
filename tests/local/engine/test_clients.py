"""The engine as a whole: what is loaded for it, and many at once."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from infra.local.engine.clients import Engine
from tests.engine import SIGNER

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
