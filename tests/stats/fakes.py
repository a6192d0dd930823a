"""Rollups in memory."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date

from mayfly.stats.errors import TooManyRollups
from mayfly.stats.models import Cell, Entry, Rollup


class FakeRollups:
    """Counters in a dict, and what each source has told."""

    def __init__(self) -> None:
        self.cells: defaultdict[tuple[str, date, str], Counter[Cell]] = defaultdict(Counter)
        self.counted: set[tuple[str, int]] = set()

    def add(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            if (entry.source, entry.serial) in self.counted:
                continue
            self.counted.add((entry.source, entry.serial))
            occasion = entry.occasion
            for owner in {"", occasion.owner}:
                cells = self.cells[owner, occasion.day, occasion.domain]
                for outcome in occasion.outcomes:
                    cells[Cell(occasion.kind.value, outcome, occasion.verdict)] += 1

    def read(self, owner: str, first: date, last: date, most: int) -> Sequence[Rollup]:
        found = [
            Rollup(day, domain, dict(cells))
            for (whose, day, domain), cells in self.cells.items()
            if whose == owner and first <= day <= last
        ]
        if len(found) > most:
            raise TooManyRollups(most)
        return found
