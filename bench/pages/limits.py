"""docs/limits.md, written from `mayfly.limits`: its values, and the comments that say why.

A comment behind an empty line begins a section, and its first sentence is the title. Any other
comment is the reason of the limit that it stands above or behind; fields of a group have theirs
in its class.
"""

import ast
import inspect
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

from bench.pages.table import table
from mayfly import limits
from mayfly.limits import KIB, MIB

WORDS = Path(__file__).with_suffix(".md")
_UNITS = {"KIB", "MIB"}
_SENTENCE = re.compile(r"\.(?: |$)")
_COUNTED = {"chars": "characters", "share": "percent"}
_SPANS = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))
_BYTES = ((MIB, "MiB"), (1000 * 1000, "MB"), (KIB, "KiB"))


@dataclass
class Section:
    """What belongs together: a title, a sentence or two, and rows of name, value and reason."""

    title: str
    why: str
    rows: list[tuple[str, str, str]] = field(default_factory=list)


def page() -> str:
    """The whole page."""
    return WORDS.read_text().format(sections="\n\n".join(map(_written, sections_of(limits))))


def _written(section: Section) -> str:
    why = f"{section.why}\n\n" if section.why else ""
    return f"## {section.title}\n\n{why}{table(('limit', 'value', 'why'), section.rows)}"


def sections_of(module: ModuleType) -> list[Section]:
    """The limits of a module in the order in which they stand there."""
    source = inspect.getsource(module)
    lines, comments = source.splitlines(), _comments(source)
    sections: list[Section] = []
    for name, begin, end in _assignments(source):
        first = begin
        while lines[first - 2].startswith("#"):
            first -= 1
        above = [comments[at] for at in range(first, begin)]
        if above and not lines[first - 2]:
            title, why = _SENTENCE.split(" ".join(above), maxsplit=1)
            sections.append(Section(title, why))
            above = []
        value = getattr(module, name)
        reasons = [*above, *(comments[at] for at in range(begin, end + 1) if at in comments)]
        sections[-1].rows.extend(_rows(name, value, " ".join(reasons)))
    return sections


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {
        each.start[0]: each.string.lstrip("# ") for each in tokens if each.type == tokenize.COMMENT
    }


def _assignments(source: str) -> Iterator[tuple[str, int, int]]:
    """Name, first and last line of each limit."""
    for each in ast.parse(source).body:
        if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name):
            name = each.targets[0].id
            if name not in _UNITS:
                yield name, each.lineno, each.end_lineno or each.lineno


def _rows(name: str, value: Any, reason: str) -> Iterator[tuple[str, str, str]]:
    if not is_dataclass(value):
        yield f"`{name}`", cell(name, value), _sentence(reason)
        return
    reasons = _reasons_of_fields(type(value))
    for each in fields(value):
        own = getattr(value, each.name)
        yield f"`{name}.{each.name}`", cell(each.name, own), _sentence(reasons.get(each.name, ""))


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}".removesuffix(".")


def _reasons_of_fields(group: type) -> dict[str, str]:
    """The text below each field of a class."""
    (found,) = ast.parse(inspect.getsource(group)).body
    assert isinstance(found, ast.ClassDef)
    return {
        each.target.id: text.value.value
        for each, text in zip(found.body, found.body[1:], strict=False)
        if isinstance(each, ast.AnnAssign)
        and isinstance(each.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }


def cell(name: str, value: object) -> str:
    """A value with its unit, which the name ends with or says: SECONDS, chars, KEYS_PER_ACCOUNT."""
    words = name.lower().split("_")
    if isinstance(value, timedelta):
        return _span(int(value.total_seconds()))
    if isinstance(value, tuple):
        return f"{', '.join(map(str, value))} {words[-1]}"
    if not isinstance(value, int) or words[-1] == "seconds":
        return f"{value} seconds"
    if words[-1] == "bytes":
        return next(
            (f"{value // size:,} {unit}" for size, unit in _BYTES if value % size == 0),
            f"{value:,} bytes",
        )
    return f"{value:,} {_counted(words)}".rstrip()


def _span(seconds: int) -> str:
    size, unit = next((size, unit) for size, unit in _SPANS if seconds % size == 0)
    return f"{seconds // size:,} {unit}{'s' if seconds != size else ''}"


def _counted(words: list[str]) -> str:
    """What is counted, as the name has it; nothing where the name does not say."""
    if "per" in words:
        return " ".join(words[max(words.index("per") - 1, 0) :])
    if words[-1] in _COUNTED:
        return _COUNTED[words[-1]]
    return words[-1] if words[-1].endswith("s") else ""
