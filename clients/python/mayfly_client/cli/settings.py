"""What the commands are told beside their arguments: a file of settings, and the environment.

`$XDG_CONFIG_HOME/mayfly/config.toml` is the user's and is only read:

    url = "https://mail.example.org"
    api_key = "mfk_…"          # or token, admin_key: then the file has to be its owner's alone
    trust = "/etc/ssl/own.pem"
    socket = "wss://socket.mail.example.org"

The environment (`MAYFLY_URL`, `MAYFLY_TOKEN`, `MAYFLY_API_KEY`, `MAYFLY_ADMIN_KEY`, `MAYFLY_TRUST`,
`MAYFLY_SOCKET`) comes before it, and options come before both.
"""

import os
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

LAPTOP = "http://127.0.0.1:5000"
NAMES = ("url", "token", "api_key", "admin_key", "trust", "socket")
_SECRET = ("token", "api_key", "admin_key")
_MOST_BYTES = 64 * 1024


class WrongUse(Exception):
    """An argument or a setting that cannot be; the message names it."""


def folder(environment: Mapping[str, str], variable: str, usual: str) -> Path:
    """Mayfly's folder below one of those of the XDG base directories."""
    base = environment.get(variable, "")
    if base.startswith("/"):
        return Path(base) / "mayfly"
    try:
        return Path(environment.get("HOME") or Path.home()) / usual / "mayfly"
    except RuntimeError as error:
        raise WrongUse(f"this user has no home: set HOME, or {variable}") from error


@dataclass(frozen=True, slots=True)
class Settings:
    """What was found, "" for what was not."""

    url: str = ""
    token: str = field(default="", repr=False)
    api_key: str = field(default="", repr=False)
    admin_key: str = field(default="", repr=False)
    trust: str = ""
    socket: str = ""

    @classmethod
    def read(cls, environment: Mapping[str, str], options: Mapping[str, str]) -> Self:
        """Options, then the environment, then the file."""
        path = folder(environment, "XDG_CONFIG_HOME", ".config") / "config.toml"
        kept = _file(path)
        named = {name: environment.get(f"MAYFLY_{name.upper()}", "") for name in NAMES}
        return cls(
            **{name: options.get(name) or named[name] or kept.get(name, "") for name in NAMES}
        )


def _file(path: Path) -> dict[str, str]:
    try:
        with path.open("rb") as file:
            found = tomllib.loads(file.read(_MOST_BYTES).decode())
            mode = os.fstat(file.fileno()).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise WrongUse(f"{path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise WrongUse(f"{path}: {error}") from error
    for name, each in found.items():
        if name not in NAMES or not isinstance(each, str):
            known = ", ".join(NAMES)
            raise WrongUse(f"{path}: {name} is no setting, or no text; there are {known}")
    if mode & (stat.S_IRWXG | stat.S_IRWXO) and any(name in found for name in _SECRET):
        raise WrongUse(f"{path} has a secret in it and others can read it: chmod 600 {path}")
    return found
