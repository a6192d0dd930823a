"""Rollups on DynamoDB: one row for each day, domain and shard, and one for each account besides.

Lambda repeats what it hands over of a stream. So each rollup keeps, in the same write as its
numbers, up to which serial number it has counted each counter row, and what it has counted it
refuses. That is one write for each rollup that a batch is about, and no transaction.
"""

import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from mayfly import limits
from mayfly.kit.dynamodb.keys import (
    PARTITION_KEY,
    SORT_KEY,
    TTL_ATTRIBUTE,
    Key,
    rollup_key,
    rollups_partition,
)
from mayfly.kit.dynamodb.notation import Row
from mayfly.kit.dynamodb.table import Table
from mayfly.stats.errors import TooManyRollups
from mayfly.stats.models import Cell, Entry, Rollup
from mayfly.stats.rows import cell_name, kept_until, mark_name, rollup_from

_LAST = "\U0010ffff"
_SOURCES = 20


@dataclass(frozen=True, slots=True)
class DynamoRollups:
    """See `mayfly.stats.ports.Rollups`."""

    table: Table

    def add(self, entries: Sequence[Entry]) -> None:
        """One write for each rollup; a second one where some were counted before."""
        by_row: defaultdict[tuple[str, str], list[Entry]] = defaultdict(list)
        for entry in entries:
            for key in _keys(entry):
                by_row[key[PARTITION_KEY], key[SORT_KEY]].append(entry)
        for (partition, sort), of_row in by_row.items():
            for together in _few_sources(of_row):
                self._add({PARTITION_KEY: partition, SORT_KEY: sort}, together)

    def read(self, owner: str, first: date, last: date, most: int) -> Sequence[Rollup]:
        """One query, for the deployment one for each shard; one more for each 1 MB."""
        found: list[Rollup] = []
        for row in self._rows(owner, first, last):
            if len(found) == most:
                raise TooManyRollups(most)
            found.append(rollup_from(row))
        return found

    def _rows(self, owner: str, first: date, last: date) -> Iterator[Row]:
        shards = range(1 if owner else limits.ROLLUP_SHARDS)
        for shard in shards:
            between = (f"{first.isoformat()}#", f"{last.isoformat()}#{_LAST}")
            yield from self.table.query(rollups_partition(owner, shard), between=between)

    def _add(self, key: Key, entries: list[Entry]) -> None:
        while entries:
            there = self.table.change(key, **_addition(entries))
            if there is None:
                return
            entries = [
                each for each in entries if each.serial > there.get(mark_name(each.source), 0)
            ]


def _keys(entry: Entry) -> list[Key]:
    """The rollups that it belongs to."""
    occasion = entry.occasion
    shard = zlib.crc32(entry.source.encode()) % limits.ROLLUP_SHARDS
    found = [rollup_key("", shard, occasion.day, occasion.domain)]
    if occasion.owner:
        found.append(rollup_key(occasion.owner, 0, occasion.day, occasion.domain))
    return found


def _few_sources(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """The entries in their order, of few sources at a time: an expression has 4 KB at most.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
    """
    sources = list(dict.fromkeys(each.source for each in entries))
    for start in range(0, len(sources), _SOURCES):
        together = set(sources[start : start + _SOURCES])
        yield [each for each in entries if each.source in together]


def _addition(entries: list[Entry]) -> dict[str, Any]:
    """An update that counts all of them, if none of them is counted."""
    cells: Counter[str] = Counter()
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    for entry in entries:
        occasion = entry.occasion
        for outcome in occasion.outcomes:
            cells[cell_name(Cell(occasion.kind.value, outcome, occasion.verdict))] += 1
        first.setdefault(entry.source, entry.serial)
        last[entry.source] = entry.serial
    names = {"#ttl": TTL_ATTRIBUTE}
    values: dict[str, Any] = {":ttl": kept_until(entries[0].occasion.day)[TTL_ATTRIBUTE]}
    marks, unseen = ["#ttl = :ttl"], []
    for at, source in enumerate(first):
        names[f"#m{at}"] = mark_name(source)
        values |= {f":first{at}": first[source], f":last{at}": last[source]}
        marks.append(f"#m{at} = :last{at}")
        unseen.append(f"(attribute_not_exists(#m{at}) OR #m{at} < :first{at})")
    added = []
    for at, (name, number) in enumerate(cells.items()):
        names[f"#n{at}"] = name
        values[f":n{at}"] = number
        added.append(f"#n{at} :n{at}")
    return {
        "UpdateExpression": f"SET {', '.join(marks)} ADD {', '.join(added)}",
        "ConditionExpression": " AND ".join(unseen),
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
    }
