"""The values of a filter's conditions, as texts and JSON have them."""

from datetime import UTC, date, datetime, time, tzinfo

from mayfly import limits
from mayfly.errors import InvalidInput
from mayfly.filters.models import FLAGS, MOST_BYTES, SIZES, TIMES, Field
from mayfly.filters.patterns import Pattern
from mayfly.kit.clock import instant, precise_stamp, to_the_millisecond

Value = Pattern | bool | datetime | int
_FLAG: dict[object, bool] = {"true": True, "false": False, True: True, False: False}
_UNITS = {"": 1, "k": 1024, "m": 1024 * 1024}


def read_value(field: Field, name: str, given: object, zone: tzinfo = UTC) -> Value:
    """What is given for the field, a day in this zone; InvalidInput calls it by this name."""
    if field in FLAGS:
        if not isinstance(given, str | bool) or given not in _FLAG:
            raise InvalidInput(f"{name} must be true or false")
        return _FLAG[given]
    if field in TIMES:
        return _time(name, given, zone)
    if field in SIZES:
        return _size(name, given, 1 if field is Field.SMALLER else 0)
    return Pattern.read(name, given)


def written_value(value: Value) -> str | bool | int:
    """The same as JSON has it; `read_value` reads it as an equal one."""
    match value:
        case Pattern(text):
            return text
        case datetime() as when:
            return precise_stamp(when)
        case _:
            return value


def _time(name: str, text: object, zone: tzinfo) -> datetime:
    """A date, which is its first instant in the zone, or a date and time with a zone (RFC 3339)."""
    must = InvalidInput(
        f"{name} must be a date, or a date and time with a zone, as in 2026-01-31T10:15:30Z"
    )
    if not isinstance(text, str) or len(text) > limits.FILTER_CHARS:
        raise must
    try:
        if len(text) == len("2026-01-31"):
            day = datetime.combine(date.fromisoformat(text), time(), zone)
            return day.astimezone(UTC)
        when = instant(name, text)
    except (ValueError, OverflowError, InvalidInput):
        raise must from None
    assert when is not None
    return to_the_millisecond(when)


def _size(name: str, given: object, least: int) -> int:
    size = given if isinstance(given, int) and not isinstance(given, bool) else -1
    if isinstance(given, str):
        unit = given[-1:].lower() if given[-1:].lower() in _UNITS else ""
        digits = given.removesuffix(given[-1:]) if unit else given
        if digits.isascii() and digits.isdigit() and len(digits) <= 16:
            size = int(digits) * _UNITS[unit]
    if not least <= size <= MOST_BYTES:
        raise InvalidInput(
            f"{name} must be a whole number of bytes from {least}; k and m may follow"
        )
    return size
