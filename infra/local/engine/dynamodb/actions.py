"""What update expressions do to the values of a row."""

from typing import Any

from infra.local.engine.dynamodb.numbers import Invalid, added
from infra.local.engine.dynamodb.paths import Route
from infra.local.engine.dynamodb.values import Value

WRONG_TYPE = "An operand in the update expression has an incorrect data type"
_WRONG_PATH = "The document path provided in the update expression is invalid for update"


def more(before: Value | None, operand: Value) -> Value:
    """ADD: the sum of numbers, the union of sets."""
    if before is None:
        return operand
    ((kind, inner),) = operand.items()
    if kind not in before:
        raise Invalid(WRONG_TYPE)
    if kind == "N":
        return {"N": added(before["N"], inner)}
    had = set(before[kind])
    return {kind: [*before[kind], *(each for each in inner if each not in had)]}


def less(before: Value | None, operand: Value) -> Value | None:
    """DELETE: the set without these; None if nothing is left."""
    if before is None:
        return None
    ((kind, inner),) = operand.items()
    if kind not in before:
        raise Invalid(WRONG_TYPE)
    left = [each for each in before[kind] if each not in set(inner)]
    return {kind: left} if left else None


def change_within(holder: Value, route: Route, value: Value | None) -> None:
    """Change what is at a path; what holds it is copied on the way."""
    step, *rest = route
    kind = "L" if isinstance(step, int) else "M"
    if kind not in holder:
        raise Invalid(_WRONG_PATH)
    inner: Any = holder[kind]
    if rest:
        if step not in (range(len(inner)) if kind == "L" else inner):
            raise Invalid(_WRONG_PATH)
        ((deeper, content),) = inner[step].items()
        copied = {deeper: content.copy() if isinstance(content, list | dict) else content}
        inner[step] = copied
        change_within(copied, tuple(rest), value)
    elif isinstance(step, str):
        inner.pop(step, None) if value is None else inner.__setitem__(step, value)
    elif value is None:
        del inner[step : step + 1]
    else:
        inner[step : step + 1] = [value]
