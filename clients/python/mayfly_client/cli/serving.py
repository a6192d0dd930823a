"""`mayfly serve` and `mayfly bridge`: other programs that come along, or may."""

import importlib.util
import os
import sys
from collections.abc import Sequence

from mayfly_client.cli.settings import LAPTOP, Settings, WrongUse

_PACKAGE = "mayfly_laptop"
_HOW = (
    "the laptop is not installed here: pip install 'mayfly_mail-….whl[local]', with the wheel of a"
    " release"
)


def has_laptop() -> bool:
    """Whether the whole service can be started on this machine."""
    try:
        return importlib.util.find_spec(f"{_PACKAGE}.__main__") is not None
    except ModuleNotFoundError:
        return False


def laptop_command(arguments: Sequence[str] = ()) -> list[str]:
    """What starts it; WrongUse says how to get it."""
    if not has_laptop():
        raise WrongUse(_HOW)
    return [sys.executable, "-m", _PACKAGE, *arguments]


def serve(arguments: Sequence[str]) -> int:
    """Become the laptop. Its settings are those of the environment, as with `make run`."""
    command = laptop_command(arguments)
    sys.stdout.flush()
    os.execv(command[0], command)


def bridge(arguments: list[str]) -> int:
    """Serve IMAP and POP3 for the service that is configured, or for the one that is named."""
    from mayfly_client.bridge.__main__ import main

    settings = Settings.read(os.environ, {})
    given = {
        "--url": settings.url or LAPTOP,
        "--socket": settings.socket,
        "--trust": settings.trust,
    }
    named = {each.partition("=")[0] for each in arguments}
    more = [
        part for name, each in given.items() if each and name not in named for part in (name, each)
    ]
    return main([*more, *arguments])
