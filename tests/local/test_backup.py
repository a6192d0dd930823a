"""Backups are made while Mayfly runs, and hold all that was acknowledged before."""

import fcntl
import json
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from infra.local.data.backup import MANIFEST, back_up, snapshot
from infra.local.data.restore import restore
from infra.local.engine.store import FILE, LOCK_FILE
from mayfly.errors import InvalidInput
from mayfly.settings import Settings
from tests.local.conftest import made
from tests.local.mayfly import command, mayfly

LARGE = 100 * 1024
MAIL = b"From: a@b.example\r\nSubject: %d\r\n\r\n" + b"x" * 70 + b"\r\n"


def test_what_was_acknowledged_before_is_in_a_backup_made_under_load(tmp_path: Path) -> None:
    """Small and large messages, one of three senders goes on while the backup is made."""
    data, backup, again = tmp_path / "data", tmp_path / "backup", tmp_path / "again"
    large = b"From: a@b.example\r\nSubject: large\r\n\r\n" + (b"x" * 76 + b"\r\n") * 1500
    stop = threading.Event()
    with mayfly(DATA=str(data)) as service, ThreadPoolExecutor(1) as threads:
        address = service.first_address
        service.send(address, *(MAIL % n for n in range(20)), large, large)
        other = service.new_address()["email"]

        def load() -> None:
            while not stop.is_set():
                service.send(other, MAIL % 0, large)

        loading = threads.submit(load)
        done = command("backup", str(backup), DATA=str(data))
        stop.set()
        loading.result()
        refused = command("restore", str(backup), DATA=str(data))
    restored = command("restore", str(backup), DATA=str(again))
    with mayfly(DATA=str(again)) as service:
        kept = service.messages(address, 22)
        raw = [service.fetch(f"/api/messages/{m['id']}/raw") for m in kept]

    assert done.returncode == 0, done.stderr
    assert "objects of" in done.stdout
    assert (refused.returncode, "running" in refused.stderr) == (2, True)
    assert restored.returncode == 0, restored.stderr
    assert sorted(m["subject"] for m in kept) == sorted(
        [*(str(n) for n in range(20)), "large", "large"]
    )
    assert sum(each.endswith(large[-1000:]) for each in raw) == 2


def test_a_row_has_its_file_however_fast_objects_come_and_go(
    tmp_path: Path, settings: Settings
) -> None:
    stop = threading.Event()
    with made(settings, tmp_path / "data") as cloud, ThreadPoolExecutor(1) as threads:
        s3 = cloud.client("s3")
        s3.put_object(Bucket=settings.mail_bucket, Key="raw/kept", Body=b"k" * LARGE)

        def churn() -> None:
            while not stop.is_set():
                s3.put_object(Bucket=settings.mail_bucket, Key="raw/x", Body=b"x" * LARGE)

        churning = threads.submit(churn)
        for n in range(5):
            back_up(tmp_path / "data", tmp_path / f"backup{n}")
        stop.set()
        churning.result()

    for n in range(5):
        report = restore(tmp_path / f"backup{n}", tmp_path / f"again{n}")
        assert report.objects in (1, 2)
        assert len(list((tmp_path / f"again{n}" / "objects").iterdir())) == report.objects


@pytest.fixture
def backup(tmp_path: Path, settings: Settings) -> Path:
    with made(settings, tmp_path / "data") as cloud:
        cloud.client("s3").put_object(Bucket=settings.mail_bucket, Key="raw/a", Body=b"a" * LARGE)
        back_up(tmp_path / "data", tmp_path / "backup")
    return tmp_path / "backup"


def test_a_backup_is_for_its_owner_only(backup: Path) -> None:
    assert [path for path in (backup, *backup.rglob("*")) if path.stat().st_mode & 0o077] == []


@pytest.mark.parametrize("harm", ["manifest", "format", "object", "short", "rows", "version"])
def test_what_is_no_whole_backup_is_refused_and_nothing_is_made(
    backup: Path, tmp_path: Path, harm: str
) -> None:
    (file,) = (backup / "objects").iterdir()
    match harm:
        case "manifest":
            (backup / MANIFEST).unlink()
        case "format":
            (backup / MANIFEST).write_text(json.dumps({"format": 99}))
        case "object":
            file.unlink()
        case "short":
            file.unlink()
            file.write_bytes(b"a")
        case "rows":
            (backup / FILE).write_bytes(b"no database" * 1000)
        case "version":
            with closing(sqlite3.connect(backup / FILE)) as rows:
                rows.execute("PRAGMA user_version = 99")

    with pytest.raises(InvalidInput):
        restore(backup, tmp_path / "again")

    assert not (tmp_path / "again").exists()


def test_a_folder_with_something_in_it_is_neither_overwritten(backup: Path, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir(mode=0o700)
    (tmp_path / "full" / "notes").write_text("of the owner")

    with pytest.raises(InvalidInput, match="is not empty"):
        restore(backup, tmp_path / "full")
    with pytest.raises(InvalidInput, match="is not empty"):
        back_up(tmp_path / "data", tmp_path / "full")


def test_a_folder_that_a_mayfly_has_is_refused(backup: Path, tmp_path: Path) -> None:
    (tmp_path / "held").mkdir(mode=0o700)
    with (tmp_path / "held" / LOCK_FILE).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        with pytest.raises(InvalidInput, match="a Mayfly is running"):
            restore(backup, tmp_path / "held")

    assert [each.name for each in (tmp_path / "held").iterdir()] == [LOCK_FILE]


def test_there_has_to_be_something_to_copy(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="DATA"):
        back_up(tmp_path, tmp_path / "backup")
    for word in ("backup", "restore"):
        assert command(word, str(tmp_path / "x")).stderr.startswith("DATA: ")


def test_a_snapshot_has_the_files_that_came_after_the_others_were_taken(
    tmp_path: Path, settings: Settings
) -> None:
    taken = tmp_path / "taken"
    taken.mkdir()
    with made(settings, tmp_path / "data") as cloud:
        s3 = cloud.client("s3")
        s3.put_object(Bucket=settings.mail_bucket, Key="raw/late", Body=b"x" * LARGE)
        with closing(sqlite3.connect(tmp_path / "data" / FILE, isolation_level=None)) as rows:
            named = snapshot(rows, tmp_path / "data" / "objects", taken)

    assert {each.name: each.stat().st_size for each in taken.iterdir()} == named
    assert list(named.values()) == [LARGE]


def test_a_row_whose_file_does_not_stay_ends_the_backup(tmp_path: Path, settings: Settings) -> None:
    with made(settings, tmp_path / "data") as cloud:
        s3 = cloud.client("s3")
        s3.put_object(Bucket=settings.mail_bucket, Key="raw/lost", Body=b"x" * LARGE)
        (lost,) = (tmp_path / "data" / "objects").iterdir()
        lost.unlink()

        with pytest.raises(InvalidInput, match="objects go faster"):
            back_up(tmp_path / "data", tmp_path / "backup")

    assert not (tmp_path / "backup" / MANIFEST).exists()
