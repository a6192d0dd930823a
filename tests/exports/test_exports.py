"""Exports of many messages, read back by what other people have written."""

import contextlib
import hashlib
import io
import itertools
import json
import mailbox
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mayfly import limits
from mayfly.errors import RateLimited
from mayfly.exports.errors import ExportNotFound, ExportRunning
from mayfly.exports.mbox import mbox_entry
from mayfly.exports.models import Export, ExportFormat, ExportStatus, of_account, of_inbox
from mayfly.exports.service import ExportService, ExportWiper
from mayfly.exports.worker import ExportMaker
from mayfly.exports.zip_file import zip_end, zip_entry
from mayfly.inboxes.models import Inbox
from mayfly.receiving.models import Stored
from tests import samples
from tests.exports.fakes import FakeExports
from tests.functions.http import MemoryAssembly
from tests.memory import Memory

MAILS = [path.read_bytes() for path in sorted(Path("tests/mails").glob("*.eml"))]
AGAIN = limits.EXPORT_EVERY
NO_TIME, TIME = timedelta(0), timedelta(minutes=1)


class House:
    """Inboxes with messages, and what makes exports of them, in parts of a few bytes."""

    def __init__(self, part_bytes: int = 4000) -> None:
        self.memory = Memory()
        flows = MemoryAssembly(self.memory)
        self.service: ExportService = flows.exports.service
        self.wiper: ExportWiper = flows.exports.wiper
        self.maker: ExportMaker = replace(flows.exports.maker, part_bytes=part_bytes)
        self.flows = flows

    def inbox(self, name: str, raws: Sequence[bytes], owner: str = "") -> Inbox:
        until = self.memory.clock() + timedelta(days=30)
        inbox = samples.inbox(f"{name}@mayfly.example", expires_at=until, owner=owner)
        self.memory.inboxes.create(inbox, self.memory.clock())
        for number, raw in enumerate(raws):
            key = f"raw/{name}-{number}"
            self.memory.raw_mails.put(key, raw)
            notice = samples.notice(f"{name}-{number}", str(inbox.address))
            (outcome,) = self.flows.receiving.receiver.receive(notice)
            assert isinstance(outcome, Stored)
        return self.memory.inboxes.get(inbox.id)

    def begin(self, holder: str, inboxes: Sequence[Inbox], form: ExportFormat) -> Export:
        return self.service.begin(holder, inboxes, form)

    def made(self, holder: str, inboxes: Sequence[Inbox], form: ExportFormat) -> bytes:
        export = self.begin(holder, inboxes, form)
        assert self.maker.make(holder, export.id, TIME)
        shown = self.service.show(holder, export.id)
        assert shown.status is ExportStatus.DONE
        assert self.service.link(shown)
        content = self.memory.export_files.files[shown.object_key]
        assert len(content) == shown.size_bytes
        assert list(self.memory.export_files.files) == [shown.object_key]
        assert not self.memory.export_files.uploads
        return content


@pytest.fixture
def house() -> House:
    return House()


def mbox_of(content: bytes, folder: Path) -> list[bytes]:
    """The messages, as Python's own reader has them, with mboxrd's quoting undone."""
    path = folder / "box"
    path.write_bytes(content)
    box = mailbox.mbox(path, create=False)
    try:
        return [
            re.sub(rb"^>(>*From )", rb"\1", box.get_bytes(key), flags=re.MULTILINE)
            for key in box.keys()  # noqa: SIM118 - its iterator gives messages
        ]
    finally:
        box.close()


def ended(raw: bytes) -> bytes:
    """As an mbox has it: with a line end at the end."""
    return raw if raw.endswith(b"\n") else raw + b"\n"


def test_each_message_of_an_mbox_is_itself_again(house: House, tmp_path: Path) -> None:
    quoted = b"Subject: x\r\n\r\nFrom me\r\n>From you\r\n>>From him\r\n From her\r\n"
    inbox = house.inbox("ann", [*MAILS, quoted])

    found = mbox_of(house.made(of_inbox(inbox.id), [inbox], ExportFormat.MBOX), tmp_path)

    assert found == [*map(ended, MAILS), quoted]


def test_each_message_of_a_zip_is_itself_again_and_the_manifest_says_so(house: House) -> None:
    inbox = house.inbox("ann", MAILS)

    content = house.made(of_inbox(inbox.id), [inbox], ExportFormat.ZIP)

    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert file.testzip() is None
        manifest = json.loads(file.read("manifest.json"))
        found = [file.read(each["file"]) for each in manifest["messages"]]
        assert sorted(file.namelist()) == sorted(
            [*(each["file"] for each in manifest["messages"]), "manifest.json"]
        )
    assert found == MAILS
    for raw, line in zip(MAILS, manifest["messages"], strict=True):
        assert (line["size"], line["sha256"]) == (len(raw), hashlib.sha256(raw).hexdigest())
    assert manifest["inboxes"] == [{"id": str(inbox.id), "address": "ann@mayfly.example"}]
    assert [each["number"] for each in manifest["messages"]] == [*range(1, len(MAILS) + 1)]


@pytest.mark.parametrize("form", ExportFormat)
def test_one_that_is_made_in_many_runs_is_the_same_file(form: ExportFormat) -> None:
    files = []
    for part_bytes, time in ((10**9, TIME), (4000, TIME), (1, NO_TIME)):
        house = House(part_bytes)
        several = (("ann", MAILS[:9]), ("empty", ()), ("bob", MAILS[9:]))
        boxes = [house.inbox(name, raws) for name, raws in several]
        export = house.begin(of_account("ann-1"), boxes, form)
        runs = 1
        while not house.maker.make(export.holder, export.id, time):
            runs += 1
            house.service.show(export.holder, export.id)
        assert runs > len(MAILS) or time == TIME
        content = house.memory.export_files.files[export.object_key]
        files.append(content if form is ExportFormat.MBOX else in_zip(content))
        assert house.maker.make(export.holder, export.id, time)  # SQS comes again

    assert files[0] == files[1] == files[2]


def in_zip(content: bytes) -> list[tuple[str, bytes]]:
    """The messages of a zip, by the names that they have in their inboxes' folders."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert file.testzip() is None
        names = [each for each in file.namelist() if "/" in each]
        return [(each.partition("/")[2], file.read(each)) for each in names]


def test_an_inbox_without_messages_has_an_export_too(house: House, tmp_path: Path) -> None:
    inbox = house.inbox("ann", ())

    assert house.made(of_inbox(inbox.id), [inbox], ExportFormat.MBOX) == b""
    house.memory.clock.now += AGAIN
    content = house.made(of_inbox(inbox.id), [inbox], ExportFormat.ZIP)
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert file.namelist() == ["manifest.json"]


def test_a_message_that_goes_meanwhile_is_missing_by_number(house: House) -> None:
    inbox = house.inbox("ann", MAILS[:3])
    house.memory.raw_mails.delete(["raw/ann-1"])

    export = house.begin(of_inbox(inbox.id), [inbox], ExportFormat.ZIP)
    assert house.maker.make(export.holder, export.id, TIME)

    shown = house.service.show(export.holder, export.id)
    assert (shown.messages, shown.missing, shown.expected) == (2, 1, 3)


def test_one_at_a_time_and_not_too_often(house: House) -> None:
    inbox = house.inbox("ann", MAILS[:1])
    holder = of_inbox(inbox.id)
    first = house.begin(holder, [inbox], ExportFormat.ZIP)
    with pytest.raises(ExportRunning):
        house.begin(holder, [inbox], ExportFormat.MBOX)
    house.maker.make(holder, first.id, TIME)
    with pytest.raises(RateLimited, match="EXPORT_EVERY"):
        house.begin(holder, [inbox], ExportFormat.MBOX)

    house.memory.clock.now += AGAIN
    second = house.begin(holder, [inbox], ExportFormat.MBOX)

    assert house.memory.export_jobs.given == [(holder, first.id), (holder, second.id)]
    assert not house.memory.export_files.files  # of the first one
    with pytest.raises(ExportNotFound):
        house.service.show(holder, first.id)
    assert house.maker.make(holder, first.id, TIME)  # it was replaced: nothing to do
    assert not house.memory.export_files.files


def test_one_that_nobody_goes_on_with_has_failed_and_blocks_no_other(house: House) -> None:
    inbox = house.inbox("ann", MAILS[:1])
    holder = of_inbox(inbox.id)
    left = house.begin(holder, [inbox], ExportFormat.ZIP)

    house.memory.clock.now += limits.EXPORT_STALE

    assert house.service.show(holder, left.id).status is ExportStatus.FAILED
    house.begin(holder, [inbox], ExportFormat.ZIP)


def test_the_file_can_be_had_for_a_day(house: House) -> None:
    inbox = house.inbox("ann", MAILS[:1])
    holder = of_inbox(inbox.id)
    house.made(holder, [inbox], ExportFormat.ZIP)
    (export,) = house.memory.exports.rows.values()

    house.memory.clock.now += limits.EXPORT_KEPT

    with pytest.raises(ExportNotFound):
        house.service.show(holder, export.id)


def test_with_the_inbox_its_export_goes_and_its_accounts(house: House) -> None:
    inbox = house.inbox("ann", MAILS, owner="ann-1")
    house.made(of_inbox(inbox.id), [inbox], ExportFormat.ZIP)
    export = house.begin(of_account("ann-1"), [inbox], ExportFormat.ZIP)
    assert not house.maker.make(export.holder, export.id, NO_TIME)
    assert house.memory.export_files.uploads

    house.flows.retention.eraser.erase(inbox.id, "ann-1")

    assert not house.memory.exports.rows
    assert not house.memory.export_files.files
    assert not house.memory.export_files.uploads
    assert house.maker.make(export.holder, export.id, TIME)
    assert not house.memory.export_files.files


class Interrupted(FakeExports):
    """Somebody wipes the export right before one of the writes."""

    def __init__(self, wiper: ExportWiper, at: int) -> None:
        super().__init__()
        self.wiper = wiper
        self.at = at
        self.writes = 0

    def save(self, export: Export) -> Export:
        self.writes += 1
        if self.writes == self.at:
            self.wiper.wipe(export.holder)
        return super().save(export)


@pytest.mark.parametrize("form", ExportFormat)
def test_whenever_it_is_wiped_nothing_is_left(form: ExportFormat) -> None:
    """Each write of a run in turn is the one before which the inbox is deleted."""
    for at in itertools.count(1):
        house = House(part_bytes=1)
        inbox = house.inbox("ann", MAILS[:3])
        export = house.begin(of_inbox(inbox.id), [inbox], form)
        between = Interrupted(house.wiper, at)
        between.rows = house.memory.exports.rows
        maker = replace(house.maker, exports=between)
        assert maker.make(export.holder, export.id, TIME)
        if between.writes < at:  # there were not so many
            assert at > 3
            return
        assert not house.memory.exports.rows
        assert not house.memory.export_files.files, at
        assert not house.memory.export_files.uploads, at


def test_a_sender_cannot_break_the_line_that_begins_a_message() -> None:
    at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

    entry = mbox_entry(b"x: y\r\n\r\n", "a b\nFrom c\u2028@d", at)

    assert entry.startswith(b"From abFromc@d Fri Jan 02 03:04:05 2026\n")
    assert mbox_entry(b"", "", at).startswith(b"From MAILER-DAEMON ")


def test_a_zip_of_more_than_four_gigabytes_is_zip64() -> None:
    at = datetime(2026, 1, 2, tzinfo=UTC)
    beyond = 5 * 1024**3
    first, one = zip_entry("one", b"1", at, 0)
    second, two = zip_entry("two", b"2" * 100, at, beyond)

    class Sparse(io.RawIOBase):
        """A file with nothing between the two entries."""

        pieces = ((0, one), (beyond, two + zip_end([first, second], beyond + len(two))))
        place = 0

        def seekable(self) -> bool:
            return True

        def seek(self, to: int, whence: int = os.SEEK_SET) -> int:
            start, last = self.pieces[-1]
            ends = {os.SEEK_SET: 0, os.SEEK_CUR: self.place, os.SEEK_END: start + len(last)}
            self.place = ends[whence] + to
            return self.place

        def tell(self) -> int:
            return self.place

        def read(self, size: int = -1) -> bytes:
            start, piece = max(each for each in self.pieces if each[0] <= self.place)
            found = piece[self.place - start :][: size if size >= 0 else None]
            self.place += len(found)
            return found

    with zipfile.ZipFile(Sparse()) as file:
        assert (file.read("one"), file.read("two")) == (b"1", b"2" * 100)


def test_a_zip_of_very_many_files_is_zip64() -> None:
    at = datetime(2026, 1, 2, tzinfo=UTC)
    content, entries = bytearray(), []
    for number in range(70_000):
        entry, written = zip_entry(f"{number}", b"", at, len(content))
        entries.append(entry)
        content += written

    content += zip_end(entries, len(content))

    with zipfile.ZipFile(io.BytesIO(bytes(content))) as file:
        assert len(file.namelist()) == 70_000


MUTT = shutil.which("mutt")


@pytest.mark.skipif(MUTT is None and "CI" not in os.environ, reason="mutt is not installed")
def test_mutt_reads_as_many_messages(house: House, tmp_path: Path) -> None:
    inbox = house.inbox("ann", [b"Subject: one\r\n\r\nFrom x\r\n", b"Subject: two\r\n\r\ny\r\n"])
    content = house.made(of_inbox(inbox.id), [inbox], ExportFormat.MBOX)
    (tmp_path / "box").write_bytes(content)
    assert MUTT is not None

    keys = "<tag-pattern>~A<enter><tag-prefix><copy-message>=copy<enter>y<exit>"
    (tmp_path / "muttrc").write_text(
        f'set folder="{tmp_path}"\nset mbox_type=Maildir\nset quit=yes\nset confirmcreate=no\n'
        "set confirmappend=no\nset wait_key=no\n"
    )
    environment = {"HOME": str(tmp_path), "TERM": "xterm", "PATH": os.environ["PATH"]}
    command = ["timeout", "60", MUTT, "-n", "-F", f"{tmp_path}/muttrc", "-f", f"{tmp_path}/box"]
    screen, terminal = os.openpty()
    with subprocess.Popen(
        [*command, "-e", f'push "{keys}"'],
        env=environment,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
    ) as running:
        os.close(terminal)
        with contextlib.suppress(OSError):  # it has ended
            while os.read(screen, 4096):
                pass
        running.wait(60)
    os.close(screen)

    copied = sorted(path.read_bytes() for path in (tmp_path / "copy").glob("*/*") if path.is_file())
    assert len(copied) == 2
    assert b"Subject: one" in copied[0] and b"From x" in copied[0]
