"""The wheel, built once and put into an environment that has nothing of this checkout."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SECONDS = 120


def built(folder: Path, epoch: int = 1_700_000_000) -> Path:
    """The wheel of the laptop."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        env={"SOURCE_DATE_EPOCH": str(epoch), "PATH": ""},
        check=True,
        capture_output=True,
        timeout=SECONDS,
    )
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as pip makes it of the wheel; `.ci/run` has pip do it, with all dependencies."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder
