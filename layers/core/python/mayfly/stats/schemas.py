"""How statistics look in JSON and as CSV."""

from collections.abc import Sequence
from typing import Annotated, Any, Self

from mayfly.kit.http.schemas import Count, View, about
from mayfly.kit.http.spreadsheet import csv_of
from mayfly.stats import models

_COUNTS: dict[str, Any] = {
    name: {"type": "integer", "minimum": 0, "description": meaning}
    for name, meaning in models.MEASURES.items()
}
Counts = Annotated[dict[str, Count], about(properties=_COUNTS, required=[*_COUNTS])]
Day = Annotated[str, about(format="date", examples=["2026-01-31"])]


class StatsLine(View):
    """What was counted of one day, domain, verdict, outcome or kind of inbox."""

    key: Annotated[
        str,
        about(
            "What the line is about: a day, a domain, SES's verdict on spam (`none` where nobody"
            " judged), an outcome (`stored`, `dropped:inbox_full`, `sent` …), or a kind"
            " (`public`, `private`, `mailbox`; `none` where there was no inbox; `sending`)"
        ),
    ]
    counts: Counts


class DailyStats(View, rename="camel"):
    """What happened, by day or by something else."""

    first_day: Day
    last_day: Day
    group_by: models.GroupBy
    lines: Annotated[list[StatsLine], about("Those with anything to count, in the order of keys")]
    totals: Counts

    @classmethod
    def of(
        cls,
        period: models.Period,
        by: models.GroupBy,
        lines: Sequence[models.Line],
        total: models.Line,
    ) -> Self:
        """The lines, and what they add up to."""
        return cls(
            first_day=period.first.isoformat(),
            last_day=period.last.isoformat(),
            group_by=by,
            lines=[StatsLine(key=each.key, counts=_counts(each)) for each in lines],
            totals=_counts(total),
        )

    def csv(self) -> bytes:
        """The lines alone, a measure a column."""
        rows = [[each.key, *map(str, each.counts.values())] for each in self.lines]
        return csv_of([self.group_by.value, *models.MEASURES], rows)


def _counts(line: models.Line) -> dict[str, int]:
    return {name: line.counts[name] for name in models.MEASURES}
