"""How counter rows tell of what they counted last, and how rollups look.

A counter row is written in the transaction that settles what it counts. In the same write it keeps
what that was, and a serial number: so the changes of a counter row, as the table's stream has them,
are a list without a gap of all that was counted there. Whoever reads it knows by the number what
it has read already.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from mayfly import limits
from mayfly.kit.dynamodb.keys import PARTITION_KEY, SORT_KEY, TTL_ATTRIBUTE
from mayfly.kit.dynamodb.notation import Row, encode_row, epoch
from mayfly.stats.models import Cell, Entry, Kind, Occasion, Rollup

LAST = "last"
SERIAL = "serial"
_MARK = "m:"
_CELL = "n:"


def noted(update: dict[str, Any], occasion: Occasion) -> dict[str, Any]:
    """The update of a counter row, whose expression begins with ADD, that also tells of this."""
    kept = [
        occasion.day.isoformat(),
        occasion.domain,
        occasion.kind.value,
        occasion.verdict,
        occasion.owner,
        *occasion.outcomes,
    ]
    return update | {
        "UpdateExpression": f"{update['UpdateExpression']}, #serial :once SET #last = :last",
        "ExpressionAttributeNames": {
            **update["ExpressionAttributeNames"],
            "#serial": SERIAL,
            "#last": LAST,
        },
        "ExpressionAttributeValues": {
            **update["ExpressionAttributeValues"],
            **encode_row({":once": 1, ":last": kept}),
        },
    }


def entry_from(old: Row, new: Row) -> Entry | None:
    """What a change of a counter row tells of; None if it was another change of it."""
    if LAST not in new or old.get(SERIAL) == new[SERIAL]:
        return None
    day, domain, kind, verdict, owner, *outcomes = new[LAST]
    shard = new[PARTITION_KEY].partition("#")[2]
    occasion = Occasion(
        date.fromisoformat(day), domain, Kind(kind), tuple(outcomes), verdict, owner
    )
    return Entry(f"{new[SORT_KEY][:1]}{shard}", new[SERIAL], occasion)


def mark_name(source: str) -> str:
    """The attribute of a rollup that says up to which serial number it has counted a source."""
    return _MARK + source


def cell_name(cell: Cell) -> str:
    """The attribute of a rollup that has this number."""
    return f"{_CELL}{cell.kind}:{cell.verdict}:{cell.outcome}"


def rollup_from(row: Row) -> Rollup:
    """The rollup of a row."""
    day, _, domain = row[SORT_KEY].partition("#")
    cells = {_cell(name): number for name, number in row.items() if name.startswith(_CELL)}
    return Rollup(date.fromisoformat(day), domain, cells)


def kept_until(day: date) -> Mapping[str, int]:
    """When DynamoDB may remove the rollups of a day."""
    return {TTL_ATTRIBUTE: epoch(datetime.combine(day, time(), UTC) + limits.STATS_KEPT)}


def _cell(name: str) -> Cell:
    kind, verdict, outcome = name.removeprefix(_CELL).split(":", 2)
    return Cell(kind, outcome, verdict)
