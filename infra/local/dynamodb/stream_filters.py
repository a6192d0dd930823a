"""Whether one record passes Lambda's event filters, for those that ask for a few records only."""

from collections.abc import Sequence
from typing import Any

from infra.local.engine.dynamodb.filters import Pattern, all_of
from infra.local.engine.errors import Unsupported


def matches(pattern: Pattern, record: Any) -> bool:
    """Whether the record has, for each field of a filter's pattern, one of the values it names.

    ValueError for a condition that this reading of the rules does not know: a filter that silently
    let everything through would differ from the cloud's.
    """
    try:
        return all_of(pattern)(record)
    except Unsupported as unknown:
        raise ValueError(f"an unknown filter condition: {unknown}") from unknown


def matches_any(patterns: Sequence[Pattern], record: Any) -> bool:
    """Whether one of the filters lets the record through."""
    return any(matches(pattern, record) for pattern in patterns)
