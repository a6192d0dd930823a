"""Times and spans as every document shows them."""

from datetime import UTC, datetime, timedelta

from mayfly.errors import InvalidInput


def stamp(when: datetime) -> str:
    """ISO 8601 in UTC, whole seconds, with Z: `2026-01-31T10:15:30Z`."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def precise_stamp(when: datetime) -> str:
    """ISO 8601 in UTC with milliseconds, as document 003 has it: `2026-01-31T10:15:30.000Z`."""
    rounded = datetime.fromtimestamp(round(when.timestamp() * 1000) / 1000, UTC)
    return rounded.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def stamp_or_none(when: datetime | None) -> str | None:
    """The same, null for never."""
    return stamp(when) if when else None


def instant(name: str, text: str | None) -> datetime | None:
    """The instant that the text of this field says, None without it.

    InvalidInput for what is no date and time with a zone (RFC 3339): a time of day without one is
    another instant in each country.
    """
    if text is None:
        return None
    try:
        when = datetime.fromisoformat(text)
        if when.tzinfo is not None:
            return when.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise InvalidInput(f"{name} must be a date and time with a zone, as in 2026-01-31T10:15:30Z")


def span(length: timedelta) -> str:
    """Hours and minutes, as in `12h 34m`; hours go on counting after a day."""
    minutes = max(0, int(length.total_seconds())) // 60
    return f"{minutes // 60}h {minutes % 60}m"
