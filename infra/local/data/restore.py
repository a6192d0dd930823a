"""`DATA` as a backup has it."""

import fcntl
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from infra.local.data.backup import (
    FORMAT,
    KEYS,
    MANIFEST,
    Report,
    check_rows,
    copy_file,
    named_files,
    synchronise_folders,
)
from infra.local.data.private_file import OUTBOX, private_folder
from infra.local.engine.s3_objects import FOLDER as OBJECTS
from infra.local.engine.store import FILE, LOCK_FILE, VERSION
from mayfly.errors import InvalidInput


def restore(backup: Path, data: Path) -> Report:
    """Copy a backup into a new or empty `DATA`. InvalidInput says why that cannot be done.

    The backup stays as it is. Until all is there, the database is not: an interrupted restore
    leaves what Mayfly would not take for its data.
    """
    try:
        named = _checked(backup)
        private_folder(data)
        with _alone(data):
            if [path.name for path in data.iterdir() if path.name != LOCK_FILE]:
                raise InvalidInput(f"DATA: {str(data)!r} is not empty; name a new folder")
            return _copied(backup, data, named)
    except (OSError, sqlite3.Error) as error:
        raise InvalidInput(f"The restore failed: {error}") from error


def _checked(backup: Path) -> dict[str, int]:
    """The objects' files of a whole backup, with their sizes."""
    try:
        manifest = json.loads((backup / MANIFEST).read_text())
        is_known = manifest["format"] == FORMAT
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise InvalidInput(f"{str(backup)!r} is no whole backup of Mayfly") from error
    if not is_known:
        raise InvalidInput(f"{str(backup)!r} was made by another version of Mayfly")
    file = backup / FILE
    if not file.is_file():
        raise InvalidInput(f"{str(backup)!r} has no {FILE}")
    # As it is: nothing is written beside it, even where the medium can be written.
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?immutable=1", uri=True)) as rows:
        check_rows(rows)
        (version,) = rows.execute("PRAGMA user_version").fetchone()
        if not 0 < version <= VERSION:
            raise InvalidInput(f"{str(backup)!r} is of another version of Mayfly ({version})")
        named = named_files(rows)
    for name, size in named.items():
        path = backup / OBJECTS / name
        if not path.is_file() or path.stat().st_size != size:
            raise InvalidInput(f"{str(backup)!r} is not whole: {OBJECTS}/{name}")
    return named


def _copied(backup: Path, data: Path, named: dict[str, int]) -> Report:
    (data / OBJECTS).mkdir(mode=0o700)
    for name in named:
        copy_file(backup / OBJECTS / name, data / OBJECTS / name)
    for name in KEYS:
        copy_file(backup / name, data / name)
    sent = 0
    if (backup / OUTBOX).is_dir():
        (data / OUTBOX).mkdir(mode=0o700)
        sent = sum(
            copy_file(each, data / OUTBOX / each.name) for each in (backup / OUTBOX).iterdir()
        )
    synchronise_folders(data)
    copy_file(backup / FILE, data / FILE)
    synchronise_folders(data)
    size = (data / FILE).stat().st_size
    return Report(backup, data, size, len(named), sum(named.values()), sent)


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """Hold the lock of the folder; InvalidInput if a Mayfly has it."""
    descriptor = os.open(data / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise InvalidInput(f"DATA: a Mayfly is running on {str(data)!r}; end it first") from error
    finally:
        os.close(descriptor)
