"""Codes that a page shows in pieces, each in a box of its own, put together again."""

import re
from collections.abc import Iterator, Sequence

_BOX = re.compile(r"[0-9A-Za-z]")
_PIECE = re.compile(r"\d{2,4}|(?=[A-Z]*\d)(?=\d*[A-Z])[A-Z\d]{3,4}")
_PIECES = {2: (3, 4), 3: (2,), 4: (2,)}
"""How many pieces of a length make a code; more or fewer are a table of something."""
_GROUPS = re.compile(r"[0-9A-Z]{2,5}(?:-[0-9A-Z]{2,5}){1,2}")
_BETWEEN = frozenset({"-", "–", "—"})
_CHARS = range(4, 11)


def joined(lines: Sequence[str]) -> list[str]:
    """The lines without empty ones, with those joined that are one box or one piece of a code each.

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
    return list(_of_pieces(whole))


def _of_boxes(run: list[str]) -> list[str]:
    if not _BETWEEN.isdisjoint(run):
        text = "".join("-" if each in _BETWEEN else each for each in run)
        return [text] if _GROUPS.fullmatch(text) and re.search(r"\d", text) else run
    if all(map(str.isdigit, run)):
        return [" ".join(run)] if run else []
    # Letters in the order of the alphabet lead to the pages of an index.
    is_code = any(map(str.isdigit, run)) or run != sorted(run)
    return ["".join(run)] if is_code and len(run) in _CHARS else run


def _of_pieces(lines: list[str]) -> Iterator[str]:
    at = 0
    while at < len(lines):
        length = len(lines[at]) if _PIECE.fullmatch(lines[at]) else 0
        end = at + 1
        while length and end < len(lines) and _is_piece(lines[end], length):
            end += 1
        pieces = [each for each in lines[at:end] if each not in _BETWEEN]
        is_code = length and lines[end - 1] not in _BETWEEN and len(pieces) in _PIECES[length]
        if is_code:
            yield (" " if len(pieces) == end - at else "-").join(pieces)
        else:
            yield from lines[at:end]
        at = end


def _is_piece(line: str, length: int) -> bool:
    return line in _BETWEEN or (len(line) == length and bool(_PIECE.fullmatch(line)))
