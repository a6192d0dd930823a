"""docs/decisions/README.md: an index of the records, written from what they say of themselves.

A record's first line is its number and title. Below it a line for each other record that took its
place or whose place it takes: `Superseded in part by [0041](…): what`, `Supersedes part of …`.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from bench.corpus import ROOT
from bench.pages.table import table

RECORDS = ROOT / "docs" / "decisions"
WORDS = Path(__file__).with_suffix(".md")
STANDS = "stands"
_TITLE = re.compile(r"# (\d+)[.:] (.+)\n")
_STATUS = re.compile(r"^(Superseded(?: in part)? by|Supersedes(?: part of)?) \[(\d{4})\]", re.M)


@dataclass(frozen=True)
class Record:
    """One decision; `superseded` and `supersedes` are numbers of others, with the words before."""

    path: Path
    number: str
    title: str
    superseded: tuple[tuple[str, str], ...]
    supersedes: tuple[str, ...]


def records() -> list[Record]:
    """All of them, by number."""
    return [_read(path) for path in sorted(RECORDS.glob("[0-9]*.md"))]


def page() -> str:
    """The whole index."""
    all_records = records()
    paths = {each.number: each.path.name for each in all_records}
    rows = [
        (f"[{each.number}]({each.path.name})", each.title, _status(each, paths))
        for each in all_records
    ]
    return WORDS.read_text().format(records=table(("record", "title", "status"), rows))


def _read(path: Path) -> Record:
    text, number = path.read_text(), path.name[:4]
    title = _TITLE.match(text)
    if not title or title[1].zfill(4) != number:
        raise ValueError(f"{path.name}: the first line must be '# {number}: …'")
    statements = _STATUS.findall(text)
    return Record(
        path,
        number,
        title[2],
        tuple(each for each in statements if each[0].startswith("Superseded")),
        tuple(record for words, record in statements if words.startswith("Supersedes")),
    )


def _status(record: Record, paths: dict[str, str]) -> str:
    by_words: dict[str, list[str]] = {}
    for words, number in record.superseded:
        by_words.setdefault(words.lower(), []).append(f"[{number}]({paths[number]})")
    statements = (f"{words} {', '.join(links)}" for words, links in by_words.items())
    return "; ".join(statements) or STANDS
