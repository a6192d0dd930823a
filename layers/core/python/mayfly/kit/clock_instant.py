"""Instants, as exact as they are kept."""

from datetime import datetime


def to_the_millisecond(now: datetime) -> datetime:
    """The instant in whole milliseconds, as rows have it: what is written is what is read."""
    return now.replace(microsecond=now.microsecond // 1000 * 1000)
