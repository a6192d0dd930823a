"""Dates of RFC 5322, section 3.3 and 4.3, and the forms that real mail has beside them."""

import re
from datetime import UTC, datetime, timedelta

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_ZONES = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}
_ZONES |= {"CET": 1, "MET": 1, "CEST": 2, "MEST": 2, "BST": 1, "EET": 2, "EEST": 3, "MSK": 3}
_ZONES |= {"JST": 9, "KST": 9}
_TIME = r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2}))?(?:[.,]\d{1,9})?"
_NOON = r"(?:\s?(?P<half>[AaPp])\.?[Mm]\b\.?)?"
_ZONE = r"(?:\s*\(?(?P<zone>[+-]\d{1,2}:?\d{2}|[A-Za-z]{1,5}))?"
_WEEKDAY = r"(?:[^\W\d]{2,12}\.?\s*,?\s*)?"
# Compiled when a mail needs them: few do, and a cold start should not pay for those.
_UNUSUAL = (
    _WEEKDAY
    + r"(?P<day>\d{1,2})(?:\s+|-)(?P<month>[A-Za-z]{3})[a-z]{0,6}\.?,?(?:\s+|-)"
    + rf"(?P<year>\d{{2,4}})(?:[\s,]+{_TIME}{_NOON}{_ZONE})?",
    rf"{_WEEKDAY}(?P<month>[A-Za-z]{{3}})[a-z]{{0,6}}\s+(?P<day>\d{{1,2}}),?\s+{_TIME}"
    rf"{_NOON}(?:\s+(?P<zone>[A-Z]{{3,4}}))?\s+(?P<year>\d{{4}})",
    rf"(?P<year>\d{{4}})-(?P<month>\d{{2}})-(?P<day>\d{{2}})(?:(?:T|\s+){_TIME}{_ZONE})?",
)
_USUAL = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(\d\d?) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) ([+-]\d{4})",
    re.ASCII,
)
_MAX_CHARS = 120


def mail_date(value: str) -> datetime | None:
    """The moment a date header names, in UTC; None if it names none. No zone means UTC."""
    usual = _USUAL.match(value)
    if usual:
        day, month, year, hour, minute, second, zone = usual.groups()
        return _moment(year, month, day, (hour, minute, second), zone)
    text = value[:_MAX_CHARS].strip()
    for form in _UNUSUAL:
        match = re.match(form, text, re.ASCII)
        if match:
            found = match.groupdict("")
            hour = found["hour"] or "0"
            if found.get("half"):
                hour = str(int(hour) % 12 + (12 if found["half"] in "pP" else 0))
            time = (hour, found["minute"] or "0", found["second"] or "0")
            zone = found.get("zone", "")
            return _moment(found["year"], found["month"], found["day"], time, zone)
    return None


def _moment(
    year: str, month: str, day: str, time: tuple[str, str, str], zone: str
) -> datetime | None:
    hour, minute, second = map(int, time)
    try:
        number = int(month) if month.isdecimal() else _MONTHS[month.lower()]
        local = datetime(_year(year), number, int(day), hour, minute, min(second, 59), tzinfo=UTC)
        return local - _offset(zone)
    except (KeyError, ValueError, OverflowError):
        return None


def _year(digits: str) -> int:
    """RFC 5322, section 4.3: two digits below 50 are this century."""
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (2000 if year < 50 and len(digits) == 2 else 1900)


def _offset(zone: str) -> timedelta:
    if zone[:1] not in ("+", "-"):
        return timedelta(hours=_ZONES.get(zone.upper(), 0))
    digits = int(zone[1:].replace(":", ""))
    minutes = digits // 100 * 60 + digits % 100
    return timedelta(minutes=-minutes if zone[0] == "-" else minutes)
