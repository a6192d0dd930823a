"""Which versions the lock files pin, here and elsewhere."""

import sys
from pathlib import Path

import pytest

from infra.audit.snapshot import locked
from infra.lock_files import Pin, pins, versions_here

NEW = "python_full_version >= '3.2'"
OLD = "python_full_version < '3.2'"
TEXT = f"""\
Some_Thing==1.0 ; {OLD} \\
    --hash=sha256:00
Some_Thing==2.0 ; {NEW} \\
    --hash=sha256:01
other==3.0 \\
    --hash=sha256:02
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "some.txt"
    file.write_text(TEXT)
    return file


def test_a_package_that_two_pythons_get_differently_is_there_twice(file: Path) -> None:
    assert pins(file) == [
        Pin("some-thing", "1.0", OLD),
        Pin("some-thing", "2.0", NEW),
        Pin("other", "3.0"),
    ]


def test_the_audit_looks_at_both(file: Path) -> None:
    assert locked(file.parent) == [("other", "3.0"), ("some-thing", "1.0"), ("some-thing", "2.0")]


def test_one_of_them_is_for_the_python_that_runs(file: Path) -> None:
    assert sys.version_info >= (3, 11)
    assert versions_here(file) == {"some-thing": "2.0", "other": "3.0"}

    file.write_text(TEXT.replace("'3.2'", "'99'"))
    assert versions_here(file) == {"some-thing": "1.0", "other": "3.0"}
