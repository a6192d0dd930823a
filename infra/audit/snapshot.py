"""Advisories as they were on one day, and which of the locked packages they mean.

The file has of OSV's format (https://ossf.github.io/osv-schema/) what is compared: `id`, and for
each package the versions and ranges that are affected.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Self

import msgspec
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from infra.lock_files import REQUIREMENTS, pins

SNAPSHOT = REQUIREMENTS / "advisories.json"
ECOSYSTEM = "PyPI"

Package = tuple[str, str]


class Unreadable(Exception):
    """The file is no snapshot; the message says what is wrong."""


def locked(folder: Path = REQUIREMENTS) -> list[Package]:
    """Names and versions of every package in the lock files."""
    found = (pin for file in folder.glob("*.txt") for pin in pins(file))
    return sorted({(each.name, each.version) for each in found})


_Event = Annotated[dict[str, str], msgspec.Meta(min_length=1)]


class _Affected(msgspec.Struct):
    package: str
    versions: list[str]
    ranges: list[list[_Event]]


class _Advisory(msgspec.Struct):
    id: str
    affected: list[_Affected]


class _Document(msgspec.Struct):
    source: str
    fetched: date
    packages: frozenset[str]
    advisories: list[_Advisory]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was known on a day about some packages; others were not asked about."""

    source: str
    fetched: date
    packages: frozenset[str]
    advisories: Sequence[Mapping[str, Any]]

    @classmethod
    def read(cls, file: Path) -> Self:
        """Unreadable if it is none; FileNotFoundError if it is not there."""
        try:
            found = msgspec.json.decode(file.read_bytes(), type=_Document)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise Unreadable(f"{file.name} is no snapshot ({error})") from error
        advisories = msgspec.to_builtins(found.advisories)
        return cls(found.source, found.fetched, found.packages, advisories)

    def write(self, file: Path) -> None:
        """One line for each advisory, so that a difference can be read."""
        head = {"source": self.source, "fetched": self.fetched.isoformat()}
        head_lines = [f" {json.dumps(name)}: {json.dumps(text)}," for name, text in head.items()]
        ordered = sorted(self.advisories, key=lambda each: str(each["id"]))
        lines = [
            "{",
            *head_lines,
            f' "packages": {json.dumps(sorted(self.packages))},',
            ' "advisories": [',
            ",\n".join(f"  {json.dumps(each, sort_keys=True)}" for each in ordered),
            " ]",
            "}",
        ]
        file.write_text("\n".join(each for each in lines if each) + "\n", "utf-8")

    def hits(self, packages: Sequence[Package]) -> list[str]:
        """A line for each package with known vulnerabilities."""
        lines = []
        for name, version in packages:
            found = sorted(self._of(name, version))
            if found:
                lines.append(f"{name} {version}: {', '.join(found)}")
        return lines

    def _of(self, name: str, version: str) -> Iterator[str]:
        for each in self.advisories:
            if any(_is_meant(affected, name, version) for affected in each["affected"]):
                yield str(each["id"])


def reduced(vulnerability: Mapping[str, Any]) -> dict[str, Any] | None:
    """What is kept of one of OSV's records; None if it was withdrawn."""
    if vulnerability.get("withdrawn"):
        return None
    affected = [
        {
            "package": str(canonicalize_name(each["package"]["name"])),
            "versions": each.get("versions", []),
            "ranges": [
                found["events"]
                for found in each.get("ranges", [])
                if found.get("type") == "ECOSYSTEM"
            ],
        }
        for each in vulnerability.get("affected", [])
        if each.get("package", {}).get("ecosystem") == ECOSYSTEM
    ]
    return {"id": vulnerability["id"], "affected": affected}


def _is_meant(affected: Mapping[str, Any], name: str, version: str) -> bool:
    if affected["package"] != name:
        return False
    return version in affected["versions"] or any(
        _is_within(version, events) for events in affected["ranges"]
    )


def _is_within(version: str, events: Sequence[Mapping[str, str]]) -> bool:
    """Whether the last event before or at this version leaves it affected.

    https://ossf.github.io/osv-schema/#evaluation
    """
    ours, affected = Version(version), False
    for event in sorted(events, key=_place):
        (kind, at), *_ = event.items()
        if kind == "introduced" and (at == "0" or ours >= _version(at)):
            affected = True
        elif (kind == "fixed" and ours >= _version(at)) or (
            kind == "last_affected" and ours > _version(at)
        ):
            affected = False
    return affected


def _place(event: Mapping[str, str]) -> tuple[Version, bool]:
    (kind, at), *_ = event.items()
    return _version(at), kind != "introduced"


def _version(text: str) -> Version:
    """A version that cannot be compared is as early as can be: rather a hit too many."""
    try:
        return Version(text)
    except InvalidVersion:
        return Version("0.dev0")
