"""A message as the lines of a POP3 answer (RFC 1939 section 3)."""

import re

_DOT = re.compile(rb"(?:\A|(?<=\n))\.")
_LINE = re.compile(rb"[^\n]*\n|[^\n]+\Z")
_EMPTY = re.compile(rb"^\r?\n", re.MULTILINE)


def stuffed(raw: bytes) -> bytes:
    """The bytes with a dot before each line that begins with one, and the end behind them.

    Behind a bare line feed as well: there are clients that take it for a line's end, and they
    would take what follows for our next answer.
    """
    ending = b".\r\n" if raw.endswith(b"\r\n") or not raw else b"\r\n.\r\n"
    return _DOT.sub(b"..", raw) + ending


def top(raw: bytes, lines: int) -> bytes:
    """The header, the empty line, and so many lines of the body."""
    found = _EMPTY.search(raw)
    if found is None:
        return raw
    at = found.end()
    for _ in range(lines):
        line = _LINE.match(raw, at)
        if line is None:
            break
        at = line.end()
    return raw[:at]
