"""What a look at one thing has found: well, worth knowing, wrong, or not to be seen."""

import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from infra.deploying.account import CANNOT, reason

_WIDTH = 110


class State(StrEnum):
    """How it is."""

    OK = "ok"
    NOTE = "note"
    WRONG = "wrong"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it is, and what to do."""

    name: str
    state: State
    text: str
    todo: str = ""

    def __str__(self) -> str:
        """As people read it: one line, and one more for what to do."""
        line = f"  {self.state:<8}{self.name:<14}{self.text}"
        indent = " " * 24
        wrapped = textwrap.fill(
            f"-> {self.todo}",
            _WIDTH,
            initial_indent=indent,
            subsequent_indent=indent + "   ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        return f"{line}\n{wrapped}" if self.todo else line


def ok(name: str, text: str) -> Finding:
    """It is well."""
    return Finding(name, State.OK, text)


def note(name: str, text: str, todo: str = "") -> Finding:
    """Nothing is wrong, and somebody should know it."""
    return Finding(name, State.NOTE, text, todo)


def wrong(name: str, text: str, todo: str) -> Finding:
    """It must be mended."""
    return Finding(name, State.WRONG, text, todo)


def unknown(name: str, text: str, todo: str = "") -> Finding:
    """Nobody can tell from here."""
    return Finding(name, State.UNKNOWN, text, todo)


Check = Callable[[Any], Iterable[Finding]]


def looked(checks: Sequence[tuple[str, Check]], at: Any) -> Iterator[Finding]:
    """What each check finds. One that AWS does not let look says so, and the others go on."""
    for name, check in checks:
        try:
            yield from check(at)
        except CANNOT as error:
            yield unknown(name, f"cannot be looked at: {reason(error)}")
