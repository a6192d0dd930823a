"""DynamoDB's numbers: text that is exact to 38 digits, each number in one spelling.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
"""

import re
from decimal import Context, Decimal, InvalidOperation
from typing import Any

from botocore.exceptions import ParamValidationError

_DIGITS = 38
_LARGEST, _SMALLEST = 125, -130  # exponents
_EXACT = Context(prec=400)  # more than the sum of two numbers can have
is_usual = re.compile(r"(?:0|-?[1-9][0-9]{0,37})\Z").match
"""Whether a number is a whole one in its one spelling."""


class Invalid(Exception):
    """What DynamoDB answers with a ValidationException; the message is DynamoDB's."""


def of_the_wrong_type(value: Any) -> ParamValidationError:
    """What boto3 raises before it asks DynamoDB."""
    return ParamValidationError(report=f"no attribute value: {type(value).__name__}")


def number(text: Any) -> str:
    """The one spelling of a number."""
    if not isinstance(text, str):
        raise of_the_wrong_type(text)
    if is_usual(text):
        return text
    try:
        exact = Decimal(text)
    except InvalidOperation:
        exact = Decimal("NaN")
    if not exact.is_finite() or "_" in text:
        raise Invalid(f"The parameter cannot be converted to a numeric value: {text}")
    return _spelled(exact)


def added(left: str, right: str, sign: int = 1) -> str:
    """The exact sum, or difference, of two numbers."""
    try:
        whole = str(int(left) + sign * int(right))
    except ValueError:
        return _spelled(_EXACT.add(Decimal(left), sign * Decimal(right)))
    return whole if len(whole) <= _DIGITS else _spelled(Decimal(whole))


def comparable(text: str) -> int | Decimal:
    """What the number is compared by with others."""
    try:
        return int(text)
    except ValueError:
        return Decimal(text)


def _spelled(exact: Decimal) -> str:
    digits = "".join(map(str, exact.as_tuple().digits)).strip("0")
    if not digits:
        return "0"
    if len(digits) > _DIGITS:
        raise Invalid("Attempting to store more than 38 significant digits in a Number")
    if exact.adjusted() > _LARGEST:
        raise Invalid(
            "Number overflow. Attempting to store a number with magnitude larger than supported"
            " range"
        )
    if exact.adjusted() < _SMALLEST:
        raise Invalid(
            "Number underflow. Attempting to store a number with magnitude smaller than supported"
            " range"
        )
    return format(exact.normalize(_EXACT), "f")
