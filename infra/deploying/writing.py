"""Writes `mayfly.toml`: every value there is, with what it means; those not chosen are comments."""

import json
import os
import re
import tempfile
import textwrap
from collections.abc import Iterable, Mapping
from pathlib import Path

from infra.cloud import config_file
from infra.cloud.deployment import context_values

ASKED = (
    *("domains", "region", "alarmMail", "hostedZoneId", "hostedZoneName"),
    *("dailyBudgetUsd", "concurrency"),
)
"""What `make configure` asks for, in its order."""
_WIDTH = 98
_HEAD = """\
# One deployment of Mayfly. `make configure` asks for the first values, and keeps what you write.
# Change what you like, then `make deploy`. A line with `#` before its name shows the default.
"""


def new_text() -> str:
    """A file that chooses nothing yet."""
    names = [*ASKED, *(each for each in context_values() if each not in ASKED)]
    return _HEAD + "".join(f"\n{_meaning(name)}{_line(name, None)}" for name in names)


def changed_text(file: Path, text: str, changes: Mapping[str, object | None]) -> str:
    """The text with these values; None is the default. All else stays as it was written."""
    lines = config_file.lines_of(text)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    there = {each.name: (each.first - 1, each.last) for each in config_file.entries(file, text)}
    added = []
    for name, value in changes.items():
        place = there.get(name) or _comment(name, lines)
        if place is None:
            added.append(f"\n{_meaning(name)}{_line(name, value)}")
            continue
        # Lines are counted still: what stood on several becomes one, and empty ones go at the end.
        lines[place[0] : place[1]] = [_line(name, value), *[""] * (place[1] - place[0] - 1)]
    return "".join([*lines, *added])


def write(file: Path, text: str) -> None:
    """Put the text into the file, all of it or nothing."""
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as written:
            written.write(text)
        Path(name).chmod(file.stat().st_mode & 0o777 if file.exists() else 0o644)
        Path(name).replace(file)
    finally:
        Path(name).unlink(missing_ok=True)


def in_toml(value: object) -> str:
    """The value as TOML has it."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(in_toml, value))}]"
    # JSON may have this one character as it is, TOML may not.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _line(name: str, value: object | None) -> str:
    if value is not None:
        return f"{name} = {in_toml(value)}\n"
    default = context_values()[name].default
    return f"#{name} = {in_toml(() if name == 'domains' else default)}\n"


def _meaning(name: str) -> str:
    meaning: str = context_values()[name].metadata["help"]
    return textwrap.fill(meaning, _WIDTH, initial_indent="# ", subsequent_indent="# ") + "\n"


def _comment(name: str, lines: Iterable[str]) -> tuple[int, int] | None:
    """Where the default stands as a comment."""
    for number, line in enumerate(lines):
        if re.match(rf"#\s*{name}\s*=", line):
            return number, number + 1
    return None
