"""Codes that a page shows in pieces, each in a box of its own, put together again."""

import re
from collections.abc import Iterator, Sequence

_BOX = re.compile(r"[0-9A-Z]")
_HALF = re.compile(r"\d{3}")
_BETWEEN = frozenset({"-", "–", "—"})
_GROUPS = re.compile(r"[0-9A-Z]{2,5}(?:-[0-9A-Z]{2,5}){1,2}")
_CHARS = range(4, 11)


def joined(lines: Sequence[str]) -> list[str]:
    """The lines without empty ones, with those joined that are one box or one half of a code each.

    Boxes of digits get blanks between them, as if they stood on one line.
    """
    whole: list[str] = []
    run: list[str] = []
    for line in [*lines, ""]:
        if len(line) == 1 and (_BOX.match(line) or (run and line in _BETWEEN)):
            run.append(line)
            continue
        whole += _of_boxes(run)
        run = []
        if line.strip():
            whole.append(line)
    return list(_of_halves(whole))


def _of_boxes(run: list[str]) -> list[str]:
    if not _BETWEEN.isdisjoint(run):
        text = "".join("-" if each in _BETWEEN else each for each in run)
        return [text] if _GROUPS.fullmatch(text) and re.search(r"\d", text) else run
    if all(map(str.isdigit, run)):
        return [" ".join(run)] if run else []
    is_mixed = any(map(str.isdigit, run)) and len(run) in _CHARS
    return ["".join(run)] if is_mixed else run


def _of_halves(lines: list[str]) -> Iterator[str]:
    """Two lines of three digits as one; more than two are a table of something."""
    at = 0
    while at < len(lines):
        pieces = 1
        if _HALF.fullmatch(lines[at]):
            while at + pieces < len(lines) and _is_piece(lines[at + pieces]):
                pieces += 1
        here = lines[at : at + pieces]
        halves = [each for each in here if each not in _BETWEEN]
        if len(halves) == 2 and len(here) == pieces and here[-1] not in _BETWEEN:
            yield (" " if len(here) == 2 else "-").join(halves)
        else:
            yield from here
        at += pieces


def _is_piece(line: str) -> bool:
    return line in _BETWEEN or bool(_HALF.fullmatch(line))
