"""Lambda's event filters, compiled: which changes the stream's function is to see.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html#filtering-syntax
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from infra.local.engine.errors import Unsupported
from mayfly.kit.dynamodb.keys import SORT_KEY

Pattern = Mapping[str, Any]
Test = Callable[[Any], bool]
_ABSENT = object()


class Filters:
    """Some filters; Unsupported for an unknown condition. Most changes go by their sort keys."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        """Compile them."""
        self._tests = [(_of_sort_key(pattern), all_of(pattern)) for pattern in patterns]

    def about(self, sort_key: str) -> list[Test]:
        """Those that may let a record through whose row has this sort key."""
        return [test for fits, test in self._tests if fits(sort_key)]


def _of_sort_key(pattern: Pattern) -> Test:
    found: Any = pattern
    for name in ("dynamodb", "Keys", SORT_KEY, "S"):
        found = found.get(name, {})
    return _one_of(found) if found else _anything


def all_of(pattern: Pattern) -> Test:
    """Whether a record has, for each field of the pattern, one of the values it names."""
    fits: Test = _anything
    for name, inner in pattern.items():
        if name == "$or":
            fits = _both(fits, _any_of([all_of(each) for each in inner]))
            continue
        test = all_of(inner) if isinstance(inner, Mapping) else _one_of(inner)
        fits = _and(fits, name, test)
    return lambda found: fits(found if isinstance(found, dict) else {})


def _any_of(tests: Sequence[Test]) -> Test:
    return lambda found: any(test(found) for test in tests)


def _both(one: Test, other: Test) -> Test:
    return lambda found: one(found) and other(found)


def _anything(found: Any) -> bool:
    return True


def _and(fits: Test, name: str, test: Test) -> Test:
    return lambda found: fits(found) and test(found.get(name, _ABSENT))


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
