"""Zips whose bytes depend on nothing but what is in them and the time that is given."""

import io
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path

_OLDEST = 315_532_800  # 1980: a zip knows no earlier time
_READABLE, _EXECUTABLE = 0o100644, 0o100755
_UNIX = 3


def zipped(files: Mapping[str, bytes], epoch: int, *, runnable: str = "") -> bytes:
    """The files by their paths, all of this time; `runnable` is the one that can be run."""
    content = io.BytesIO()
    at = time.gmtime(max(epoch, _OLDEST))[:6]
    with zipfile.ZipFile(content, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, at)
            entry.create_system = _UNIX
            entry.external_attr = (_EXECUTABLE if name == runnable else _READABLE) << 16
            # What is a zip already gets no smaller.
            is_zip = name.endswith(".zip")
            entry.compress_type = zipfile.ZIP_STORED if is_zip else zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name])
    return content.getvalue()


def folder(path: Path) -> dict[str, bytes]:
    """Every file below the folder by its path in it."""
    return {
        each.relative_to(path).as_posix(): each.read_bytes()
        for each in path.rglob("*")
        if each.is_file()
    }
