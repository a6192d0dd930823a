"""What every SampleMails must do: on memory, and on S3 over moto and over the laptop's engine."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from mayfly.sample_mails.models import SAMPLE
from mayfly.sample_mails.ports import SampleMails
from mayfly.sample_mails.s3 import S3SampleMails
from mayfly.settings import Settings
from mayfly.storage.s3 import Bucket, S3RawMails
from tests.aws import SIDES, on_side
from tests.memory import Memory


@dataclass
class Ports:
    """The port under test, and what reads raw messages."""

    samples: SampleMails
    read: Callable[[str, int], bytes]


@pytest.fixture(params=SIDES)
def ports(request: pytest.FixtureRequest) -> Iterator[Ports]:
    if request.param == "fake":
        memory = Memory()
        yield Ports(memory.sample_mails, memory.raw_mails.read)
        return
    settings = Settings()
    with on_side(settings) as clients:
        bucket = Bucket(clients["s3"], settings.mail_bucket)
        raw_mails = S3RawMails(bucket, settings.raw_prefix)
        yield Ports(S3SampleMails(bucket, settings.raw_prefix), raw_mails.read)


def test_a_sample_is_a_raw_message_under_its_name(ports: Ports) -> None:
    key = ports.samples.put(f"{SAMPLE}1", b"Subject: a\r\n\r\nb")

    assert key == f"raw/{SAMPLE}1"
    assert ports.read(key, 100) == b"Subject: a\r\n\r\nb"
