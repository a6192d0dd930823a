"""What every Uploads and every UploadedFiles must do, and what S3 is told of a form."""

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from mayfly.kit.dynamodb.table import Table
from mayfly.sending.dynamodb import DynamoUploads
from mayfly.sending.errors import NotUploaded
from mayfly.sending.models import Upload
from mayfly.sending.ports import Form, UploadedFiles, Uploads
from mayfly.sending.s3 import S3UploadedFiles
from mayfly.settings import Settings
from mayfly.storage.s3 import Bucket
from tests import samples
from tests.aws import on_moto
from tests.memory import FakeClock, Memory

ANN, BOB = "0a0a0a0a-0000-8000-8000-000000000001", "0b0b0b0b-0000-8000-8000-000000000002"
CONTENT = b"\x00PDF\xff"
UPLOAD = Upload(
    ANN,
    "019b76da-a800-7000-8000-000000000001",
    "Grüße.pdf",
    "application/pdf",
    len(CONTENT),
    samples.NOW + timedelta(hours=1),
)
TIME = timedelta(minutes=10)


@dataclass
class Ports:
    """The ports under test, and whoever sends a file by a form."""

    uploads: Uploads
    files: UploadedFiles
    send: Callable[[Form, bytes], None]


@pytest.fixture(params=["fake", "moto"])
def ports(request: pytest.FixtureRequest) -> Iterator[Ports]:
    if request.param == "fake":
        memory = Memory(FakeClock(samples.NOW))
        yield Ports(memory.uploads, memory.uploaded_files, memory.uploaded_files.take)
        return
    settings = Settings()
    with on_moto(settings) as clients:
        bucket = settings.mail_bucket

        def send(form: Form, content: bytes) -> None:  # by HTTP: see `tests/local`
            assert bucket in form.url
            clients["s3"].put_object(Bucket=bucket, Key=form.fields["key"], Body=content)

        yield Ports(
            DynamoUploads(Table(clients["dynamodb"], settings.table_name, FakeClock().pause)),
            S3UploadedFiles(Bucket(clients["s3"], bucket), "outgoing/"),
            send,
        )


def test_what_was_announced_is_there_as_it_was(ports: Ports) -> None:
    ports.uploads.add(UPLOAD)
    ports.uploads.add(UPLOAD)

    assert ports.uploads.among(ANN, [UPLOAD.id, UPLOAD.id]) == {UPLOAD.id: UPLOAD}


def test_an_upload_is_found_by_its_account_and_its_id_only(ports: Ports) -> None:
    ports.uploads.add(UPLOAD)

    assert ports.uploads.among(BOB, [UPLOAD.id]) == {}
    assert ports.uploads.among(ANN, [UPLOAD.id.replace("1", "2")]) == {}


def test_a_file_that_was_sent_is_read_byte_by_byte(ports: Ports) -> None:
    ports.send(ports.files.form(UPLOAD, TIME), CONTENT)

    assert ports.files.read(UPLOAD) == CONTENT


@pytest.mark.parametrize("other", [{"account": BOB}, {"id": UPLOAD.id.replace("1", "2")}])
def test_a_file_is_read_by_its_own_upload_only(ports: Ports, other: dict[str, Any]) -> None:
    ports.send(ports.files.form(UPLOAD, TIME), CONTENT)

    with pytest.raises(NotUploaded):
        ports.files.read(replace(UPLOAD, **other))


@pytest.mark.parametrize("content", [CONTENT[:-1], CONTENT + b"x", b""])
def test_a_file_of_another_size_is_none(ports: Ports, content: bytes) -> None:
    ports.send(ports.files.form(UPLOAD, TIME), content)

    with pytest.raises(NotUploaded, match=str(len(content))):
        ports.files.read(UPLOAD)


def test_s3_takes_this_key_this_size_and_for_these_minutes_only() -> None:
    settings = Settings()
    with on_moto(settings) as clients:
        files = S3UploadedFiles(Bucket(clients["s3"], settings.mail_bucket), "outgoing/")
        before = datetime.now(samples.NOW.tzinfo)
        fields = files.form(UPLOAD, TIME).fields

    policy = json.loads(base64.b64decode(fields["policy"]))
    key = f"outgoing/uploads/{ANN}/{UPLOAD.id}"
    assert fields["key"] == key
    for condition in (
        {"key": key},
        {"bucket": settings.mail_bucket},
        ["content-length-range", len(CONTENT), len(CONTENT)],
    ):
        assert condition in policy["conditions"]
    ends = datetime.fromisoformat(policy["expiration"])
    assert timedelta(minutes=9) < ends - before <= TIME + timedelta(minutes=1)
