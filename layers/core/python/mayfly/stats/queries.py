"""The parameters of statistics, read and described."""

from datetime import date, timedelta

from mayfly import limits
from mayfly.errors import InvalidInput
from mayfly.kit.http.query import Query, choice, parameter
from mayfly.stats.models import GroupBy, Period

_FORMATS = ("json", "csv")
_OLDEST, _BEYOND = date(2000, 1, 1), date(9999, 1, 1)  # so that there are days around
_DAY: dict[str, object] = {"type": "string", "format": "date"}


def read_period(query: Query, usual: Period) -> Period:
    """The days from `from` to `to`; InvalidInput names the one that cannot be."""
    last = _day(query, "to", usual.last)
    first = _day(query, "from", last - (usual.last - usual.first))
    if not timedelta(0) <= last - first < timedelta(days=limits.STATS_MOST_DAYS):
        raise InvalidInput(
            f"from must be a day before to, or the same, and {limits.STATS_MOST_DAYS} days at most"
            " are answered"
        )
    return Period(first, last)


def read_group(query: Query) -> GroupBy:
    """What the lines are about; by day where nothing is said."""
    return GroupBy(choice("groupBy", query.get("groupBy", GroupBy.DAY.value), [*GroupBy]))


def wants_csv(query: Query) -> bool:
    """Whether the answer is to be CSV."""
    return choice("format", query.get("format", "json"), _FORMATS) == "csv"


def _day(query: Query, name: str, usual: date) -> date:
    text = query.get(name)
    if text is None:
        return usual
    try:
        day = date.fromisoformat(text) if len(text) == len("2026-01-31") else date.min
    except ValueError:
        day = date.min
    if _OLDEST <= day < _BEYOND:
        return day
    raise InvalidInput(f"{name} must be a day, as in 2026-01-31")


STATS_PARAMETERS = [
    parameter("from", _DAY, "The first day, UTC; without it 30 days are answered."),
    parameter("to", _DAY, "The last day, UTC; without it today."),
    parameter(
        "groupBy",
        {"type": "string", "enum": [*GroupBy], "default": GroupBy.DAY.value},
        "What a line is about. `verdict` is SES's on spam; `outcome` names why mail was dropped.",
    ),
    parameter("format", {"type": "string", "enum": [*_FORMATS], "default": "json"}, "The format."),
]
