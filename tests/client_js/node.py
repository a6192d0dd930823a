"""The JavaScript client as its projects have it: packed, and put where they look for it."""

import json
import tarfile
from pathlib import Path
from typing import Any

from tests.local.mayfly import ROOT
from tests.node import node, npm, ran

CLIENT = ROOT / "clients" / "javascript"
HERE = Path(__file__).parent


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
