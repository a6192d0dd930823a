"""Which release it is: a tag, the program and CHANGELOG.md have to say the same."""

import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.release.changelog import UNRELEASED, sections
from mayfly import __version__

ROOT = Path(__file__).parents[2]
_TAG = re.compile(r"v\d+\.\d+\.\d+")


class Refused(Exception):
    """There is no release to be made of this; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Release:
    """What is released: of which commit, and the time (epoch seconds) that its files have."""

    version: str
    commit: str
    epoch: int
    notes: str
    is_snapshot: bool = False


@dataclass(frozen=True, slots=True)
class Checkout:
    """What git says of HEAD; `changed` are files that are not as they were committed."""

    commit: str
    epoch: int
    tags: Sequence[str]
    changed: Sequence[str]


def checkout(folder: Path = ROOT) -> Checkout:
    """Ask git. Refused if this is no clone."""
    commit, epoch = _git(folder, "log", "-1", "--format=%H %ct").split()
    return Checkout(
        commit,
        int(epoch),
        _git(folder, "tag", "--points-at", "HEAD").split(),
        _git(folder, "status", "--porcelain").splitlines(),
    )


def release(found: Checkout, changelog: str, program: str = __version__) -> Release:
    """The release that HEAD is tagged as; Refused if it is none, or not ready."""
    if found.changed:
        raise Refused(f"{len(found.changed)} files are not as committed: commit or stash them")
    tags = [each for each in found.tags if _TAG.fullmatch(each)]
    if len(tags) != 1:
        there = f"has the tags {', '.join(tags)}" if tags else "has no tag"
        raise Refused(f"HEAD {there}: git tag v{program}, or ARGS=--snapshot to try")
    if tags[0] != f"v{program}":
        raise Refused(f"The tag is {tags[0]}, mayfly.__version__ is {program}: they must agree")
    parts = sections(changelog)
    newest = next((name for name in parts if name != UNRELEASED), None)
    if newest != program:
        raise Refused(f"The newest heading of CHANGELOG.md is {newest}, the version is {program}")
    if parts.get(UNRELEASED):
        raise Refused(f"CHANGELOG.md has changes under Unreleased: move them to {program}")
    return Release(program, found.commit, found.epoch, parts[program])


def snapshot(found: Checkout, changelog: str, program: str = __version__) -> Release:
    """HEAD as it is, for trials: no tag is asked for, and its notes are what is unreleased."""
    notes = sections(changelog).get(UNRELEASED, "")
    return Release(program, found.commit, found.epoch, notes, is_snapshot=True)


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Refused(f"git {arguments[0]}: {done.stderr.strip()}")
    return done.stdout
