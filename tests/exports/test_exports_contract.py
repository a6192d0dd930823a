"""What is kept of exports: one row for each holder, and files that are written part by part."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from mayfly.errors import ForeignNotice
from mayfly.exports.dynamodb import DynamoExports
from mayfly.exports.errors import ExportGone, ExportRunning
from mayfly.exports.models import Export, ExportFormat, ExportStatus, of_inbox
from mayfly.exports.ports import ExportFiles, ExportJobs, Exports
from mayfly.exports.s3 import S3ExportFiles
from mayfly.exports.sqs import SqsExportJobs, read_export_job
from mayfly.kit.dynamodb.table import Table
from mayfly.settings import Settings
from mayfly.storage.s3 import Bucket
from tests import samples
from tests.aws import SIDES, on_side
from tests.exports.fakes import FakeExportFiles, FakeExportJobs, FakeExports

PART = b"p" * (5 * 1024 * 1024)


@dataclass
class Kept:
    exports: Exports
    files: ExportFiles


@pytest.fixture(params=SIDES)
def kept(request: pytest.FixtureRequest) -> Iterator[Kept]:
    if request.param == "fake":
        yield Kept(FakeExports(), FakeExportFiles())
        return
    settings = Settings()
    with on_side(settings) as clients:
        table = Table(clients["dynamodb"], settings.table_name, lambda _: None)
        bucket = Bucket(clients["s3"], settings.mail_bucket)
        yield Kept(DynamoExports(table), S3ExportFiles(bucket, settings.export_prefix))


INBOX = samples.inbox()


def given(job: tuple[str, str], side: str) -> list[tuple[str, str]]:
    """What comes out of the queue once it was given."""
    if side == "fake":
        jobs = FakeExportJobs()
        jobs.give(*job)
        return jobs.given
    with on_side(Settings()) as clients:
        sqs = clients["sqs"]
        url = sqs.create_queue(QueueName="exports")["QueueUrl"]
        queue: ExportJobs = SqsExportJobs(lambda: sqs, url)
        queue.give(*job)
        told = sqs.receive_message(QueueUrl=url)["Messages"]
    return [read_export_job(each["Body"]) for each in told]


@pytest.mark.parametrize("side", SIDES)
def test_a_job_names_its_holder_and_its_export(side: str) -> None:
    assert given(("inbox/x", "one"), side) == [("inbox/x", "one")]


def test_what_is_no_job_of_ours_is_refused() -> None:
    for body in ("", "[]", "{}", '{"holder": 1, "export": "one"}'):
        with pytest.raises(ForeignNotice):
            read_export_job(body)


def an_export(name: str = "one", **changes: object) -> Export:
    inbox = INBOX
    lives = samples.NOW + timedelta(days=1)
    export = Export(
        of_inbox(inbox.id), name, ExportFormat.ZIP, samples.NOW, samples.NOW, lives, (inbox.id,)
    )
    return replace(export, **changes)  # type: ignore[arg-type]  # by name


def test_an_export_is_read_as_it_was_kept(kept: Kept) -> None:
    export = an_export()
    assert kept.exports.last(export.holder) is None

    kept.exports.begin(export, None)
    assert kept.exports.last(export.holder) == export

    saved = kept.exports.save(
        replace(export, status=ExportStatus.RUNNING, upload="u", parts=("a", "b"), after=7)
    )
    assert saved.revision == export.revision + 1
    assert kept.exports.last(export.holder) == saved


def test_of_two_who_begin_one_at_once_one_does(kept: Kept) -> None:
    kept.exports.begin(an_export("one"), None)
    with pytest.raises(ExportRunning):
        kept.exports.begin(an_export("two"), None)

    kept.exports.begin(an_export("two"), an_export("one"))
    with pytest.raises(ExportRunning):
        kept.exports.begin(an_export("three"), an_export("one"))
    kept.exports.begin(an_export("two"), an_export("one"))  # boto3 asks again


def test_nobody_saves_what_was_removed_or_replaced_or_written_meanwhile(kept: Kept) -> None:
    export = an_export()
    kept.exports.begin(export, None)
    saved = kept.exports.save(export)
    assert kept.exports.save(export) == saved  # boto3 asks again
    with pytest.raises(ExportGone):
        kept.exports.save(replace(export, after=9))

    assert not kept.exports.remove(export)
    assert kept.exports.remove(saved)
    assert kept.exports.remove(saved)
    with pytest.raises(ExportGone):
        kept.exports.save(saved)


def test_a_file_is_its_parts_in_their_order(kept: Kept) -> None:
    files = kept.files
    upload = files.begin("inbox/x/one")
    second = files.add("inbox/x/one", upload, 2, b"the end")
    files.add("inbox/x/one", upload, 1, b"x" * len(PART))
    first = files.add("inbox/x/one", upload, 1, PART)  # of one number the last one counts

    files.finish("inbox/x/one", upload, [first, second])

    assert files.read("inbox/x/one") == PART + b"the end"
    files.finish("inbox/x/one", upload, [first, second])  # an answer was lost


def test_parts_that_are_abandoned_are_no_file(kept: Kept) -> None:
    upload = kept.files.begin("inbox/x/one")
    kept.files.add("inbox/x/one", upload, 1, b"x")

    kept.files.abandon("inbox/x/one", upload)
    kept.files.abandon("inbox/x/one", upload)

    kept.files.put("inbox/x/two", b"")
    assert kept.files.read("inbox/x/two") == b""
    kept.files.delete(["inbox/x/one", "inbox/x/two"])
    assert "inbox/x/two" in kept.files.link("inbox/x/two", "a.zip", "application/zip")
