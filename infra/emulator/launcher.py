"""Starts ministack with what it lacks: `python -m infra.emulator.launcher`.

It runs in the emulator's own environment and reaches into private names of one version. What it
adds is in `additions.py`. It ends when its standard input does: with whoever started it.
"""

import importlib.metadata
import os
import re
import sys
import threading
from pathlib import Path

HERE = Path(__file__).parent
_REQUIREMENTS = HERE.parents[1] / "requirements" / "emulator.in"


def main() -> None:
    """Serve on loopback at `GATEWAY_PORT` until the standard input ends."""
    _check_version()
    threading.Thread(target=_end_with_the_starter, daemon=True).start()
    from ministack import app

    from infra.emulator import additions

    additions.add()
    # Names of AWS lead here (see `names/`), and no second port is opened.
    app._EXECUTE_API_RE = re.compile(
        r"([a-f0-9]{8})\.execute-api\.(?:localhost|[a-z0-9-]+\.amazonaws\.com)(?::\d+)?$"
    )
    app._port_is_bindable = lambda host, port: False
    os.environ["PYTHONPATH"] = str(HERE / "names")  # for the functions' processes
    app.main()


def _check_version() -> None:
    found = re.search(r"^ministack==(\S+)$", _REQUIREMENTS.read_text(), re.MULTILINE)
    assert found, "requirements/emulator.in pins ministack"
    installed = importlib.metadata.version("ministack")
    if installed != found[1]:
        sys.exit(f"ministack {found[1]} is needed and {installed} is installed: run `make cloud`")


def _end_with_the_starter() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
