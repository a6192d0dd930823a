"""Checks: what they look at before and after a deployment, and what they find."""

import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from infra.cloud.deployment import Deployment
from infra.deploying.account import CANNOT, Account, reason
from infra.deploying.assembly import Assembly
from infra.deploying.stack import Stack

_WIDTH = 110


@dataclass(frozen=True)
class Before:
    """The account, what is deployed, and what is configured."""

    account: Account
    region: str
    deployment: Deployment
    stack: Stack | None
    assembly: Assembly
    attached: frozenset[str] = frozenset()
    """The names of what an earlier stack has left, if it shall be this one's."""
    may_shorten: bool = False
    """Whether mail that is there may end before its time."""

    def has(self, kind: str, **properties: str) -> bool:
        """Whether the deployed stack has such a resource."""
        return self.stack is not None and any(
            each["Type"] == kind and properties.items() <= dict(each.get("Properties", {})).items()
            for each in self.stack.declared.values()
        )


@dataclass(frozen=True)
class After:
    """A deployed stack, and when somebody looks."""

    account: Account
    deployment: Deployment
    stack: Stack
    now: datetime


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


def run_checks(checks: Sequence[tuple[str, Check]], at: Any) -> Iterator[Finding]:
    """What each check finds. One that AWS does not let look says so, and the others go on."""
    for name, check in checks:
        try:
            yield from check(at)
        except CANNOT as error:
            yield unknown(name, f"cannot be looked at: {reason(error)}")
