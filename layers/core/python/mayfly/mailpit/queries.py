"""What Mailpit's clients ask with: search words and their time zone, and which messages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from mayfly.errors import InvalidInput
from mayfly.filters.models import EVERYTHING, Filter
from mayfly.filters.words import conditions_of
from mayfly.kit.http.query import Query

_MOST_ZONE_CHARS = 64


def read_search(query: Query) -> Filter:
    """The filter of `query` and `tz`; InvalidInput without search words, as Mailpit has it."""
    words = query.get("query", "").strip()
    if not words:
        raise InvalidInput("no search query")
    return search_of(words, query)


def read_latest(query: Query) -> Filter:
    """The same for `latest`, where there need be none."""
    return read_search(query) if query.get("query", "").strip() else EVERYTHING


def search_of(words: str, query: Query, name: str = "query") -> Filter:
    """The filter of these words; what has no meaning here is InvalidInput, which says where."""
    return Filter.of(conditions_of(words, name, _zone(query.get("tz", ""))))


def _zone(name: str) -> tzinfo:
    """The time zone that days are meant in."""
    if not name:
        return UTC
    try:
        if len(name) > _MOST_ZONE_CHARS:
            raise ValueError(name)
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise InvalidInput("tz is no time zone that is known here; leave it out for UTC") from error


@dataclass(frozen=True, slots=True)
class Selection:
    """Which messages to change: those with these ids, else those that are meant."""

    ids: tuple[str, ...]
    search: str

    @classmethod
    def read(cls, sent: Mapping[str, Any]) -> "Selection":
        """What a body says with `IDs` and `Search`; InvalidInput for both, or for other things."""
        ids, search = sent.get("IDs"), sent.get("Search")
        if ids is None:
            ids = []
        if not isinstance(ids, list) or not all(isinstance(each, str) for each in ids):
            raise InvalidInput("IDs must be a list of strings")
        if search is not None and not isinstance(search, str):
            raise InvalidInput("Search must be a string")
        if ids and search:
            raise InvalidInput("You may specify either IDs or a search query, not both")
        return cls(tuple(dict.fromkeys(ids)), (search or "").strip())
