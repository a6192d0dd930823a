"""What the lock files pin, for who asks about those packages: the audit, the SBOM of a release."""

import re
from pathlib import Path
from typing import NamedTuple

from packaging.markers import Marker
from packaging.utils import canonicalize_name

REQUIREMENTS = Path(__file__).parents[1] / "requirements"
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)(?: *; *([^\\\n]+))?", re.MULTILINE)


class Pin(NamedTuple):
    """A locked package by its normal name, and where this version is meant; "" is everywhere."""

    name: str
    version: str
    marker: str = ""


def pins(file: Path) -> list[Pin]:
    """All of a lock file: a package is there twice if two Pythons get different versions."""
    found = _PIN.findall(file.read_text("utf-8"))
    return [Pin(str(canonicalize_name(name)), version, to.strip()) for name, version, to in found]


def versions_here(file: Path) -> dict[str, str]:
    """The versions that this machine's Python gets, by the names of the packages."""
    return {
        each.name: each.version
        for each in pins(file)
        if not each.marker or Marker(each.marker).evaluate()
    }
