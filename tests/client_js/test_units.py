"""The client's own tests, in its language: over answers that are written in them."""

from pathlib import Path

import pytest

from tests.client_js.node import HERE
from tests.node import node, ran

UNITS = sorted((HERE / "units").glob("*.test.js"))


@pytest.mark.parametrize("file", UNITS, ids=lambda each: each.name.removesuffix(".test.js"))
def test_each_test_in_this_file_passes(file: Path) -> None:
    said = ran(node(HERE, "--test", "--test-reporter=tap", str(file)))

    assert "\n# fail 0\n" in said
    assert "\n# skipped 0\n" in said
