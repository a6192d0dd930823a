"""Reads the mail that follows DATA: in blocks, where aiosmtpd reads line by line.

Only CRLF.CRLF ends a message, and only CRLF ends a line (RFC 5321 section 4.1.1.4): a lone CR or LF
is data, so that nobody can hide a second mail behind one that another server sees as one.
"""

import asyncio
from enum import Enum

_LINE_END = b"\r\n"
_DOT_LINE = b"\r\n."
_MAIL_END = b"\r\n.\r\n"
_SLACK = 8  # the first CRLF, and an end that has not come in whole
_EVERYTHING = 1 << 30


class Fault(Enum):
    """Why a message that was read to its end cannot be taken."""

    TOO_LARGE = "too large"
    LINE_TOO_LONG = "a line is too long"


async def read_mail(
    reader: asyncio.StreamReader, max_bytes: int, max_line_bytes: int
) -> bytes | Fault:
    """The mail without its dot-stuffing; what follows it stays in the reader.

    A mail that is too large is read to its end too, without keeping it. ConnectionResetError if the
    client leaves before the end.
    """
    wire = bytearray(_LINE_END)  # the one that ended the DATA command
    dots, too_large = 0, False
    while True:
        block = await reader.read(_EVERYTHING)
        if not block:
            raise ConnectionResetError("the client left within DATA")
        before = len(wire)
        wire += block
        end = wire.find(_MAIL_END, max(0, before - len(_MAIL_END) + 1))
        if end >= 0:
            break
        dots += wire.count(_DOT_LINE, max(0, before - len(_DOT_LINE) + 1))
        if len(wire) - dots > max_bytes + _SLACK:
            too_large = True
            del wire[: -len(_MAIL_END)]
    if end + len(_MAIL_END) < len(wire):
        # The reader is empty: all it had was taken at once.
        rest = bytes(memoryview(wire)[end + len(_MAIL_END) :])
        if reader.at_eof():  # it takes no more from outside, and still gives what it has
            reader._buffer.extend(rest)  # type: ignore[attr-defined]
        else:
            reader.feed_data(rest)
    if too_large:
        return Fault.TOO_LARGE
    del wire[end + len(_LINE_END) :]
    if _has_line_over(wire, max_line_bytes):
        return Fault.LINE_TOO_LONG
    mail = bytes(memoryview(wire.replace(_DOT_LINE, _LINE_END))[len(_LINE_END) :])
    return mail if len(mail) <= max_bytes else Fault.TOO_LARGE


def _has_line_over(wire: bytearray, max_line_bytes: int) -> bool:
    """Whether a line is longer, its CRLF and a stuffed dot included; found in few steps."""
    start = len(_LINE_END)
    while len(wire) - start > max_line_bytes:
        last = wire.rfind(_LINE_END, start, start + max_line_bytes)
        if last < 0:
            return True
        start = last + 2
    return False
