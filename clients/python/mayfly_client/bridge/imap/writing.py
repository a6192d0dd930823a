"""How values are written in IMAP's answers (RFC 3501 section 4)."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

NIL = b"NIL"
_QUOTABLE = re.compile(rb"[\x20-\x7e\t]*")
_LONGEST = 1000
_MONTHS = b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def string(value: bytes) -> bytes:
    """A quoted string, or a literal for what cannot be quoted."""
    if len(value) <= _LONGEST and _QUOTABLE.fullmatch(value):
        return b'"%b"' % value.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    return literal(value)


def nstring(value: bytes | None) -> bytes:
    """The same, or NIL for what is not there."""
    return NIL if value is None else string(value)


def literal(value: bytes) -> bytes:
    """The bytes as they are."""
    return b"{%d}\r\n%b" % (len(value), value)


def group(values: Iterable[bytes]) -> bytes:
    """A list in parentheses."""
    return b"(%b)" % b" ".join(values)


def date_time(moment: datetime) -> bytes:
    """As INTERNALDATE has it."""
    at = moment.astimezone(UTC)
    return b'"%02d-%b-%04d %02d:%02d:%02d +0000"' % (
        at.day, _MONTHS[at.month - 1], at.year, at.hour, at.minute, at.second,
    )  # fmt: skip


def number_set(numbers: Iterable[int]) -> bytes:
    """A set of numbers, as short as it can be: 1:3,7."""
    spans: list[list[int]] = []
    for each in sorted(numbers):
        if spans and spans[-1][1] == each - 1:
            spans[-1][1] = each
        else:
            spans.append([each, each])
    return b",".join(b"%d" % a if a == b else b"%d:%d" % (a, b) for a, b in spans)
