"""Lambda's event filters, compiled: which changes the stream's function is to see.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html#filtering-syntax
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from infra.local.engine.errors import Unsupported

Pattern = Mapping[str, Any]
Test = Callable[[Any], bool]
_ABSENT = object()


def compiled(patterns: Sequence[Pattern]) -> Test:
    """Whether one of the filters lets a record through; Unsupported for an unknown condition."""
    tests = [_all_of(pattern) for pattern in patterns]

    def wanted(record: Any) -> bool:
        return any(test(record) for test in tests)

    return wanted


def _all_of(pattern: Pattern) -> Test:
    tests = [
        (name, _all_of(inner) if isinstance(inner, Mapping) else _one_of(inner))
        for name, inner in pattern.items()
    ]

    def matches(found: Any) -> bool:
        inner = found if isinstance(found, dict) else {}
        return all(test(inner.get(name, _ABSENT)) for name, test in tests)

    return matches


def _one_of(conditions: Sequence[Any]) -> Test:
    if not any(isinstance(each, Mapping) for each in conditions):
        plain = tuple(conditions)
        return lambda found: found in plain
    tests = [_test(condition) for condition in conditions]
    return tests[0] if len(tests) == 1 else lambda found: any(test(found) for test in tests)


def _test(condition: Any) -> Test:
    if not isinstance(condition, Mapping):
        return lambda found: bool(found == condition)
    ((operator, value),) = condition.items()
    match operator:
        case "exists":  # of leaves only, as Lambda has it
            return lambda found: value is (found is not _ABSENT and not isinstance(found, dict))
        case "prefix":
            return lambda found: isinstance(found, str) and found.startswith(value)
        case "suffix":
            return lambda found: isinstance(found, str) and found.endswith(value)
        case "anything-but":
            return lambda found: found is not _ABSENT and found not in value
    raise Unsupported(f"the filter condition {operator}")
