"""Lambda's event filters: which records of a stream a function is given.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html#filtering-syntax
"""

from collections.abc import Mapping, Sequence
from typing import Any

Pattern = Mapping[str, Any]
_ABSENT = object()


def matches(pattern: Pattern, record: Any) -> bool:
    """Whether the record has, for each field of a filter's pattern, one of the values it names.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html#filtering-syntax
    ValueError for a condition that this reading of the rules does not know: a filter that silently
    let everything through would differ from the cloud's.
    """
    for name, conditions in pattern.items():
        found = record.get(name, _ABSENT) if isinstance(record, Mapping) else _ABSENT
        if isinstance(conditions, Mapping):
            if not matches(conditions, {} if found is _ABSENT else found):
                return False
        elif not any(_fits(condition, found) for condition in conditions):
            return False
    return True


def matches_any(patterns: Sequence[Pattern], record: Any) -> bool:
    """Whether one of the filters lets the record through."""
    return any(matches(pattern, record) for pattern in patterns)


def _fits(condition: Any, found: Any) -> bool:
    if not isinstance(condition, Mapping):
        return bool(found is not _ABSENT and found == condition)
    ((operator, value),) = condition.items()
    match operator:
        case "exists":  # of leaves only, as Lambda has it
            return value is (found is not _ABSENT and not isinstance(found, Mapping))
        case "prefix":
            return isinstance(found, str) and found.startswith(value)
        case "suffix":
            return isinstance(found, str) and found.endswith(value)
        case "anything-but":
            return found is not _ABSENT and found not in value
    raise ValueError(f"an unknown filter condition: {operator}")
