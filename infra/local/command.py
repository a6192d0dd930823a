"""How this program is called where it runs, for all that tells people what to type."""

import os
import shlex
import sys
from pathlib import Path


def command() -> str:
    """This program as it would be typed here; a wheel's is a folder that is run."""
    here = Path(sys.executable)
    if Path(sys.argv[0]).is_dir():
        return _typed(here.with_name("mayfly-laptop"))
    return f"{_typed(here)} -m infra.local"


def _typed(path: Path) -> str:
    relative = os.path.relpath(path)
    return shlex.quote(relative if not relative.startswith("..") else str(path))
