"""Dates of RFC 5322, section 3.3 and 4.3, and the forms that real mail has beside them."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_ZONES: dict[str, float] = {
    "EST": -5,
    "EDT": -4,
    "CST": -6,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
}
_ZONES |= {"CET": 1, "MET": 1, "CEST": 2, "MEST": 2, "MESZ": 2, "MEZ": 1, "BST": 1, "WET": 0}
_ZONES |= {"WEST": 1, "EET": 2, "EEST": 3, "MSK": 3, "JST": 9, "KST": 9, "AKST": -9, "AKDT": -8}
_ZONES |= {"HST": -10, "AEST": 10, "AEDT": 11, "ACST": 9.5, "AWST": 8, "NZST": 12, "NZDT": 13}
_ZONES |= {"SGT": 8, "HKT": 8, "SAST": 2, "BRT": -3, "ART": -3}
_ZONES |= dict.fromkeys(("UTC", "UT", "GMT", "Z"), 0)
_USUAL = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(\d\d?) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) ([+-]\d{4})"
    r"(?:\Z| ?\()",
    re.ASCII,
)
_COMMENT = re.compile(r"\([^()]*\)?")
# The zone of `09:15:00 (GMT+2)`, which names it nowhere else.
_ZONE_COMMENT = re.compile(
    r"\(\s{0,9}((?:(?:GMT|UTC?)\s?)?[+-]\d{1,2}(?::?\d{2})?|[A-Za-z]{1,5})\s{0,9}\)"
)
_SPACED = re.compile(r"(?<=\d)\s{0,20}:\s{0,20}(?=\d)")  # RFC 5322, section 4.3
_NESTED = 8
_MINUTES_OF_A_DAY = 24 * 60
# One word of a date, by what it can be; tried in this order. Compiled when a message needs it: few
# do, and a cold start should not pay for them.
_WORD = (
    r"(?P<iso>(?P<year>\d{4})[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})(?:T(?=\d)|(?!\d)))"
    r"|(?P<time>(?P<hour>\d{1,2})[:.](?P<minute>\d{2}|\d(?=:\d))(?:[:.](?P<second>\d{2})|:(?P<short>\d))?(?!\d)(?:[.,]\d{1,9})?"
    r"(?:\s?(?P<half>[AaPp])\.?[Mm]\b\.?)?)"
    r"|(?P<zone>(?:(?:GMT|UTC?)\s?)?[+-]\d{1,2}(?::?\d{2})?(?!\d))"
    r"|(?P<number>\d{1,5})"
    r"|(?P<name>[^\W\d_]{1,12})"
    r"|(?P<other>.)"
)
_MAX_CHARS = 200


class Dated(NamedTuple):
    """The moment that a date header names, in UTC, and what was wrong with it ("" if nothing)."""

    moment: datetime | None
    defect: str = ""


def dated(value: str) -> Dated:
    """The moment a date header names, in UTC.

    The defect is `bad-date` for no date and `unknown-zone` for UTC by guess.
    """
    usual = _USUAL.match(value)
    if usual:
        day, month, year, hour, minute, second, zone = usual.groups()
        return _moment(year, month, day, (hour, minute, second), zone)
    if not value:
        return Dated(None, "bad-date")
    text = value[:_MAX_CHARS]
    comment = _ZONE_COMMENT.search(text)
    for _ in range(_NESTED):
        if "(" not in text:
            break
        text = _COMMENT.sub(" ", text)
    text = _SPACED.sub(":", text)
    try:
        return _read(text, comment[1] if comment else "")
    except KeyError:
        return Dated(None, "bad-date")


def _read(text: str, zone: str) -> Dated:
    """By the kinds of its words, in whatever order; KeyError without a day, a month or a year.

    `zone` is the one to take where there is no other.
    """
    found: dict[str, str] = {}
    for kind, word in _words(text):
        if kind == "zone" and "hour" not in found:  # the hyphens of 21-Nov-26
            kind, word = "number", word.lstrip("+-")
        if kind == "number":
            is_day = len(word) <= 2 or (len(word) == 3 and word[0] == "0")
            kind = "day" if "day" not in found and is_day else "year"
        if kind == "name":
            is_month = word[:3].lower() in _MONTHS and "month" not in found and word.isascii()
            kind = "month" if is_month else "zone" if "hour" in found else ""
            if kind == "zone" and word.upper() in ("AM", "PM"):
                continue
        if kind in found and kind == "zone":
            continue
        if kind in found and kind in ("year", "hour"):
            raise KeyError(kind)
        if kind:
            found[kind] = word
    half = found.get("half", "")
    hour = found.get("hour", "0")
    if half:
        hour = str(int(hour) % 12 + (12 if half in "pP" else 0))
    time = (hour, found.get("minute") or "0", found.get("second") or "0")
    return _moment(found["year"], found["month"][:3], found["day"], time, found.get("zone", zone))


def _words(text: str) -> Iterator[tuple[str, str]]:
    for match in re.finditer(_WORD, text, re.ASCII | re.IGNORECASE):
        kind = match.lastgroup or ""
        if match["iso"]:
            yield from (("year", match["year"]), ("month", match["month"]), ("day", match["day"]))
        elif match["time"]:
            for part in ("hour", "minute", "second", "short", "half"):
                if match[part]:
                    yield "second" if part == "short" else part, match[part]
        elif kind in ("zone", "number", "name"):
            yield kind, match[0]


def _moment(year: str, month: str, day: str, time: tuple[str, str, str], zone: str) -> Dated:
    hour, minute, second = map(int, time)
    try:
        number = int(month) if month.isdecimal() else _MONTHS[month.lower()]
        local = datetime(_year(year), number, int(day), hour, minute, min(second, 59), tzinfo=UTC)
        offset = _offset(zone)
        if offset is None:  # none is said, or one that nobody knows
            return Dated(local, "unknown-zone")
        return Dated(local - offset if offset else local)
    except (KeyError, ValueError, OverflowError):
        return Dated(None, "bad-date")


def _year(digits: str) -> int:
    """RFC 5322, section 4.3: two digits below 50 are this century."""
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (2000 if year < 50 and len(digits) == 2 else 1900)


@lru_cache(maxsize=64)
def _offset(zone: str) -> timedelta | None:
    """How far before UTC the zone's clocks are set; None for one that nobody knows."""
    digits = zone
    if zone[:1] not in ("+", "-"):
        zone = zone.upper()
        digits = zone.removeprefix("GMT").removeprefix("UTC").removeprefix("UT").strip()
        if digits[:1] not in ("+", "-"):
            hours = _ZONES.get(zone)
            return None if hours is None else timedelta(hours=hours)
    hours_and_minutes = digits[1:].replace(":", "")
    number = int(hours_and_minutes)
    minutes = number * 60 if len(hours_and_minutes) < 3 else number // 100 * 60 + number % 100
    if minutes >= _MINUTES_OF_A_DAY:
        return None
    return timedelta(minutes=-minutes if digits[0] == "-" else minutes)
