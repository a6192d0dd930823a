"""What tests of Mailpit's and MailHog's clients share: their packages, and a laptop."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.local.mayfly import Mayfly, mayfly
from tests.node import SECONDS, command, installed

NODE = Path(__file__).parent / "node"


class Clients:
    """The clients as they come from the registry, and scripts that call them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def begin(self, *arguments: str) -> "subprocess.Popen[str]":
        """The script, running."""
        return subprocess.Popen(
            command("node", *arguments),
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
    """The locked versions from the registry, without Cypress, which their plugins name."""
    return Clients(installed(NODE, tmp_path_factory.mktemp("node"), "--legacy-peer-deps"))


@pytest.fixture(scope="session")
def laptop() -> Iterator[Mayfly]:
    with mayfly() as running:
        yield running
