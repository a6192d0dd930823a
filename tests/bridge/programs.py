"""Programs of others, each in a folder of its own."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SECONDS = 300.0


def needed(name: str) -> pytest.MarkDecorator:
    """Skipped without the program; not in CI, which has to have it."""
    missing = shutil.which(name) is None and "CI" not in os.environ
    return pytest.mark.skipif(missing, reason=f"{name} is not installed")


def run(folder: Path, *command: str, text: str = "", check: bool = True) -> bytes:
    """What it prints; the folder is its home."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "LC_ALL": "C.UTF-8",
        "TERM": "xterm",
    }
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        input=text.encode(),
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0 or not check, (done.stdout[-2000:], done.stderr[-2000:])
    return done.stdout


def private(folder: Path, name: str, text: str) -> Path:
    """A file with this text that nobody else may read, as these programs want it."""
    file = folder / name
    file.write_text(text)
    file.chmod(0o600)
    return file
