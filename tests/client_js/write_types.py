"""Write the types of the client anew: `python -m tests.client_js.write_types`."""

import shutil
import tempfile
from pathlib import Path

from tests.client_js.node import CLIENT, HERE
from tests.node import Done, installed, node, ran


def tsc(tools: Path, folder: Path, *arguments: str) -> Done:
    """What the locked TypeScript says in this folder."""
    return node(folder, str(tools / "node_modules" / "typescript" / "bin" / "tsc"), *arguments)


def main() -> None:
    """Needs npm's registry; prints nothing if all is well."""
    with tempfile.TemporaryDirectory() as folder:
        tools = installed(HERE / "tools", Path(folder))
        shutil.rmtree(CLIENT / "types")
        ran(tsc(tools, CLIENT, "--project", "."))


if __name__ == "__main__":
    main()
