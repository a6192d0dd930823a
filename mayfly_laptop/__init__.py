"""The laptop as an installed package: `mayfly-laptop`, or `python -m mayfly_laptop`.

The wheel has the program in the folder `home`, as a checkout has it in its own: `mayfly`,
`functions`, `infra` and `web` side by side. The folder is run (`python FOLDER`), and with that
what is in it can be imported; to all other programs there is no `infra` in this environment.
"""

import os
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

HOME = Path(__file__).parent / "home"
_NEEDED = ("aiohttp", "aiosmtpd")
_HOW = "pip install 'mayfly_mail-….whl[local]', with the wheel of a release"


def command(arguments: Sequence[str] = ()) -> list[str]:
    """What starts the laptop in a process of its own, with the arguments of `infra.local`."""
    program = [str(HOME)] if (HOME / "infra").is_dir() else ["-m", "infra.local"]
    return [sys.executable, *program, *arguments]


def main(arguments: Sequence[str] | None = None) -> int:
    """Become the laptop; `serve` may be said, and is what happens without a word.

    Returns only if that cannot be: the exit code.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    missing = [each for each in _NEEDED if find_spec(each) is None]
    if missing:
        print(
            f"The laptop needs {' and '.join(missing)}: {_HOW}",
            file=sys.stderr,
        )
        return 1
    whole = command(given[1:] if given[:1] == ["serve"] else given)
    os.execv(whole[0], whole)
