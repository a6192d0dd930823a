"""The archive: what somebody got is copied once; nothing of it keeps mail from coming in."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from functions.archive_mail.handler import archive
from mayfly.archive.s3 import S3Archive
from mayfly.archive.service import Archived, Archiver, archive_key
from mayfly.errors import Contended, ForeignNotice, RawMailMissing
from mayfly.inboxes.ids import mail_key
from mayfly.receiving.models import MailProgress
from mayfly.receiving.notice import Notice, write
from mayfly.retention.sqs import SqsNotices
from mayfly.settings import Settings
from tests import samples
from tests.aws import on_moto
from tests.functions.http import MemoryAssembly
from tests.memory import Memory

NAME = "2026/01/01/one.eml"


@dataclass
class FakeArchive:
    """The names of raw messages by those of their copies; `gone` can be copied no more."""

    copies: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)

    def has(self, key: str) -> bool:
        return key in self.copies

    def copy(self, object_key: str, key: str) -> None:
        if object_key in self.gone:
            raise RawMailMissing("no such raw mail")
        assert key not in self.copies
        self.copies[key] = object_key


@dataclass
class FakeStandings:
    """The same of each mail."""

    progress: MailProgress = MailProgress.LIVE

    def standing(self, mail: str) -> MailProgress:
        return self.progress


def a_notice(name: str = "one", **changes: Any) -> Notice:
    return replace(samples.notice(name, "ann@mayfly.example"), **changes)


def archiver(there: FakeArchive, progress: MailProgress = MailProgress.LIVE) -> Archiver:
    notice = a_notice()
    return Archiver(there, FakeStandings(progress), notice.bucket, "raw/")


def test_what_somebody_got_is_copied_once() -> None:
    there = FakeArchive()

    assert archiver(there).keep(a_notice()) is Archived.COPIED
    assert archiver(there).keep(a_notice()) is Archived.THERE

    assert there.copies == {NAME: "raw/one"}


def test_it_waits_until_receiving_is_done() -> None:
    with pytest.raises(Contended):
        archiver(FakeArchive(), MailProgress.UNHEARD).keep(a_notice())


def test_what_nobody_got_or_has_any_more_is_not_kept() -> None:
    there = FakeArchive(gone={"raw/one"})

    assert archiver(there, MailProgress.OVER).keep(a_notice()) is Archived.NOT_KEPT
    assert archiver(there).keep(a_notice()) is Archived.NOT_KEPT
    assert there.copies == {}


def test_a_foreign_object_is_refused() -> None:
    for notice in (a_notice(bucket="another"), a_notice(object_key="content/one")):
        with pytest.raises(ForeignNotice):
            archiver(FakeArchive()).keep(notice)


def test_of_a_batch_what_fails_comes_again_alone() -> None:
    there = FakeArchive()
    flows = MemoryAssembly(Memory())
    flows.archive.service = replace(archiver(there), deliveries=_OneUnheard())
    bodies = {"1": write(a_notice()), "2": write(a_notice("two")), "3": "{}"}
    records = [{"messageId": each, "body": body} for each, body in bodies.items()]

    answer = archive({"Records": records}, flows)

    assert [each["itemIdentifier"] for each in answer["batchItemFailures"]] == ["2", "3"]
    assert there.copies == {NAME: "raw/one"}


class _OneUnheard:
    def standing(self, mail: str) -> MailProgress:
        unheard = mail == mail_key("raw/two")
        return MailProgress.UNHEARD if unheard else MailProgress.LIVE


def test_what_is_recovered_is_archived_as_well() -> None:
    class Queue:
        sent: list[tuple[str, str]]

        def __init__(self) -> None:
            self.sent = []

        def send_message(self, QueueUrl: str, MessageBody: str) -> None:
            self.sent.append((QueueUrl, MessageBody))

    queue = Queue()
    SqsNotices(queue, "notices", "archive").send(a_notice())
    SqsNotices(queue, "notices").send(a_notice())

    body = write(a_notice())
    assert queue.sent == [("archive", body), ("notices", body), ("notices", body)]


@pytest.fixture
def bucket() -> Iterator[tuple[S3Archive, Any]]:
    settings = Settings()
    with on_moto(settings) as clients:
        s3 = clients["s3"]
        s3.create_bucket(Bucket="archive", ObjectLockEnabledForBucket=True)
        yield S3Archive(s3, "archive", settings.mail_bucket), s3


def test_a_copy_has_the_same_bytes(bucket: tuple[S3Archive, Any]) -> None:
    kept, s3 = bucket
    s3.put_object(Bucket=kept.mail_bucket, Key="raw/one", Body=b"Subject: x\r\n\r\n")
    assert not kept.has(NAME)

    kept.copy("raw/one", archive_key(a_notice()))

    assert kept.has(NAME)
    assert s3.get_object(Bucket="archive", Key=NAME)["Body"].read() == b"Subject: x\r\n\r\n"
    with pytest.raises(RawMailMissing):
        kept.copy("raw/two", "2026/01/01/two.eml")
