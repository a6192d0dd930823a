"""`mayfly.toml`: the context values of one deployment, kept by whoever runs it.

`MAYFLY_CONFIG` names another file; empty, it says that there is none.
"""

import io
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.cloud import context
from infra.cloud.deployment import Deployment, context_values

NAME = "mayfly.toml"
VARIABLE = "MAYFLY_CONFIG"
_ROOT = Path(__file__).parents[2]
_FORM = 'each line is as name = "value", name = 5, name = true or name = ["a", "b"]'


class InvalidFile(context.InvalidContext):
    """What the file says cannot be used; the message has the file, the line and what would do."""

    def __init__(self, file: Path, line: int | None, message: str) -> None:
        super().__init__(f"{file.name}{f':{line}' if line else ''}: {message}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One `name = value`, and on which lines it stands: from `first` to `last`, counted from 1."""

    name: str
    value: object
    first: int
    last: int


def file_of(environment: Mapping[str, str]) -> Path | None:
    """Which file counts, whether it is there or not."""
    named = environment.get(VARIABLE, str(_ROOT / NAME))
    return Path(named) if named else None


def read(file: Path) -> dict[str, object]:
    """The values, checked as those of the command line are; InvalidFile says where one is wrong."""
    return checked(file, text_of(file))


def text_of(file: Path) -> str:
    """What is in the file; InvalidFile if nobody can read it."""
    try:
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise InvalidFile(file, line, "this is not text in UTF-8") from error
    except OSError as error:
        raise InvalidFile(file, None, f"cannot be read: {error.strerror}") from error


def checked(file: Path, text: str) -> dict[str, object]:
    """The values of a file that has, or will have, this text."""
    known = context_values()
    found = entries(file, text)
    for each in found:
        try:
            context.check_name(each.name, known)
        except context.InvalidContext as error:
            raise InvalidFile(file, each.first, str(error)) from error
    values = {each.name: each.value for each in found}
    try:
        Deployment.from_context(values)
    except context.InvalidContext as error:
        raise InvalidFile(file, _line_of(str(error), found), str(error)) from error
    return values


def entries(file: Path, text: str) -> list[Entry]:
    """What the file sets, in its order; InvalidFile if it is not TOML."""
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = re.sub(r" \(at [^()]*\)$", "", str(error))
        raise InvalidFile(file, _line_in(str(error), text), f"{message} ({_FORM})") from error
    return list(_entries(file, text))


def lines_of(text: str) -> list[str]:
    """The lines with their ends, where TOML ends one: at `LF` or `CR LF`, and nowhere else."""
    return list(io.StringIO(text, newline="\n"))


def _entries(file: Path, text: str) -> Iterator[Entry]:
    """Statement by statement: one is complete once it can be read."""
    pending, first, in_table = "", 1, False
    for number, line in enumerate(lines_of(text), start=1):
        pending += line
        try:
            found = tomllib.loads(pending)
        except tomllib.TOMLDecodeError:
            continue
        is_header = pending.lstrip().startswith("[")
        if is_header or not in_table:
            for name, value in found.items():
                yield Entry(name, value, first, number)
        in_table = in_table or is_header
        pending, first = "", number + 1
    if pending:
        raise InvalidFile(file, first, f"what begins here cannot be read ({_FORM})")


def _line_in(message: str, text: str) -> int:
    found = re.search(r"at line (\d+)", message)
    return int(found[1]) if found else max(1, len(lines_of(text)))


def _line_of(message: str, found: list[Entry]) -> int | None:
    """The line of the first value that the message names."""
    lines = {each.name: each.first for each in found}
    return next((lines[name] for name in re.findall(r"\w+", message) if name in lines), None)
