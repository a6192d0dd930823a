"""The protocol's own conformance program, against the whole laptop."""

import re
from pathlib import Path

import pytest

from tests.local.mayfly import Mayfly
from tests.node import installed as packages
from tests.node import node

NODE = Path(__file__).parent / "node"
PROGRAM = "node_modules/@modelcontextprotocol/conformance/dist/index.js"
PASSED = {"server-initialize", "ping", "tools-list", "dns-rebinding-protection"}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The locked version from the registry."""
    return packages(NODE, tmp_path_factory.mktemp("node"))


def test_every_scenario_passes_but_those_of_what_is_not_offered(
    installed: Path, laptop: Mayfly
) -> None:
    url = ("--url", f"{laptop.http}/mcp")
    told = ("--expected-failures", "not-offered.yml", "--output-dir", "results")

    done = node(installed, PROGRAM, "server", *url, *told)

    assert done.returncode == 0, done.stdout + done.stderr
    passed = re.findall(r"^✓ ([\w-]+): [1-9]", done.stdout, re.MULTILINE)
    assert set(passed) == PASSED, done.stdout
