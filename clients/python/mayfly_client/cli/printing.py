"""What is printed: tables, fields and JSON, from which nothing can steer the terminal."""

import dataclasses
import json
import shutil
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

_KEPT = "\n\t"
_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_WIDE = ("W", "F")
_NARROWEST = 8
_GAP = "  "
_NO_TERMINAL = 100_000  # columns where nobody looks: nothing is cut


def plain(text: str, *, lines: bool = False) -> str:
    """A text of strangers that can be printed: what a terminal would act on is spelt out.

    That is every control and format character, also those that turn the direction of writing.
    Line ends and tabs stay with `lines`.
    """
    if lines:
        text = text.replace("\r\n", "\n")
    return "".join(each if _is_harmless(each, lines) else _spelt(each) for each in text)


def _is_harmless(each: str, lines: bool) -> bool:
    return (lines and each in _KEPT) or unicodedata.category(each) not in _HIDDEN


def _spelt(each: str) -> str:
    return each.encode("unicode_escape").decode("ascii")


def width(text: str) -> int:
    """The columns that a text takes."""
    return sum(
        0 if unicodedata.combining(each) else 1 + (unicodedata.east_asian_width(each) in _WIDE)
        for each in text
    )


def cut(text: str, columns: int) -> str:
    """As much of a text as fits, with dots where more was."""
    if width(text) <= columns:
        return text
    kept = ""
    for each in text:
        if width(kept + each) > columns - 1:
            break
        kept += each
    return f"{kept}…"


def table(titles: Sequence[str], rows: Sequence[Sequence[str]], columns: int | None = None) -> str:
    """Rows under their titles. The last column takes what is left of the terminal."""
    if columns is None:
        columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else _NO_TERMINAL
    cells = [list(titles), *([plain(each) for each in row] for row in rows)]
    widths = [max(width(row[at]) for row in cells) for at in range(len(titles))]
    taken = sum(widths[:-1]) + len(_GAP) * (len(widths) - 1)
    widths[-1] = max(_NARROWEST, min(widths[-1], columns - taken))
    return "\n".join(
        _GAP.join(
            _padded(cut(each, widths[at]), widths[at]) for at, each in enumerate(row)
        ).rstrip()
        for row in cells
    )


def _padded(text: str, columns: int) -> str:
    return text + " " * (columns - width(text))


def fields(named: Mapping[str, str]) -> str:
    """One line for each, with its name before it."""
    longest = max(map(len, named), default=0)
    return "\n".join(f"{name:<{longest}}  {plain(each)}" for name, each in named.items())


def as_json(value: Any) -> str:
    """One line of ASCII, as programs read it."""
    return json.dumps(_document(value))


def _document(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [each.name for each in dataclasses.fields(value) if each.name != "answered"]
        return {name: _document(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return {str(name): _document(each) for name, each in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [_document(each) for each in value]
    return value.isoformat() if isinstance(value, datetime) else value
