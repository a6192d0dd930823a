"""The types of the client: made of its source, and what programs in TypeScript rely on."""

import shutil
from pathlib import Path

from tests.client_js.node import CLIENT, HERE
from tests.client_js.write_types import tsc
from tests.node import ran


def test_the_types_are_those_of_the_source(tools: Path, tmp_path: Path) -> None:
    """`tsc` checks the source as strictly as it can, and writes what is in `types`."""
    ran(tsc(tools, CLIENT, "--project", ".", "--outDir", str(tmp_path)))

    made = {each.name: each.read_text() for each in tmp_path.iterdir()}
    kept = {each.name: each.read_text() for each in (CLIENT / "types").iterdir()}
    assert made == kept, "python -m tests.client_js.write_types"


def test_a_program_that_uses_the_package_is_checked(tools: Path) -> None:
    """In it, each line that has to be wrong is marked: one that were right would be an error."""
    for each in ("uses.ts", "tsconfig.json"):
        shutil.copy(HERE / "types" / each, tools)

    ran(tsc(tools, tools, "--project", "."))
