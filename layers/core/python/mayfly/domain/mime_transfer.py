"""Content-Transfer-Encoding (RFC 2045, section 6): bytes of a part, and how many they are.

Sizes are counted over the same windows that decoding reads, so both always agree, and counting
never holds more than one window of a large attachment.
"""

import binascii
import re
from collections.abc import Iterator

_WINDOW_BYTES = 1 << 18
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_TAIL_BYTES = (0, 0, 1, 2)
_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} [^\n]*\n", re.MULTILINE)
_UU_LINE = re.compile(rb"[^\r\n]+")
_UU_FULL_LINE = 60
_MAX_SHORT_LINES = 1000
_ENCODINGS = dict.fromkeys(("", "7bit", "7-bit", "8bit", "8-bit", "binary", "none"), "binary")
_ENCODINGS |= dict.fromkeys(("base64", "b64"), "base64")
_ENCODINGS |= dict.fromkeys(("quoted-printable", "quoted_printable", "quopri"), "quoted-printable")
_ENCODINGS |= dict.fromkeys(("uuencode", "x-uuencode", "uue", "x-uue"), "uuencode")
_TOKEN = re.compile(r"[^a-z0-9_-]*([a-z0-9_-]*)")


def encoding_name(octets: str) -> str:
    """What a Content-Transfer-Encoding header means; "" if it is not known."""
    known = _ENCODINGS.get(octets.lower())
    if known is None:
        token = _TOKEN.match(octets.lower())
        known = _ENCODINGS.get(token[1]) if token else None
    return known or ""


def part_bytes(encoded: bytes, encoding: str) -> bytes:
    """The bytes of a part from its slice of the raw mail. Damaged input gives what it holds."""
    if encoding == "base64":
        return base64_bytes(encoded)
    if encoding == "quoted-printable":
        return b"".join(map(binascii.a2b_qp, _line_windows(encoded, 0, len(encoded))))
    if encoding == "uuencode":
        return b"".join(_uu_lines(encoded, 0, len(encoded)))
    return bytes(encoded)


def decoded_size(raw: bytes, start: int, end: int, encoding: str) -> tuple[int, bool]:
    """Exact length of `part_bytes(raw[start:end], encoding)`, and whether the input was sound."""
    if encoding == "base64":
        return _base64_size(raw, start, end)
    if encoding == "quoted-printable":
        return sum(len(binascii.a2b_qp(lines)) for lines in _line_windows(raw, start, end)), True
    if encoding == "uuencode":
        sound = _UU_BEGIN.search(raw, start, end) is not None
        return sum(map(len, _uu_lines(raw, start, end))), sound
    return end - start, True


def base64_bytes(encoded: bytes) -> bytes:
    """Base64 up to its first padding, foreign characters skipped, a lost ending made good."""
    decoded = []
    carried = b""
    for letters, _ in _base64_windows(encoded, 0, len(encoded)):
        letters = carried + letters
        whole = len(letters) & ~3
        decoded.append(binascii.a2b_base64(letters[:whole]))
        carried = letters[whole:]
    if len(carried) > 1:
        decoded.append(binascii.a2b_base64(carried + b"==="[: 4 - len(carried)]))
    return b"".join(decoded)


def _base64_size(raw: bytes, start: int, end: int) -> tuple[int, bool]:
    count, sound = 0, True
    for letters, foreign in _base64_windows(raw, start, end):
        count += len(letters)
        sound = sound and not foreign
    return count // 4 * 3 + _TAIL_BYTES[count % 4], sound and count % 4 != 1


def _base64_windows(raw: bytes, start: int, end: int) -> Iterator[tuple[bytes, bool]]:
    """The base64 letters, window by window, and whether others than white space were among them.

    What follows padding is not read: it is a mailing list's footer more often than data.
    """
    for at in range(start, end, _WINDOW_BYTES):
        letters = raw[at : min(at + _WINDOW_BYTES, end)].translate(None, b"\r\n \t")
        padding = letters.find(b"=")
        if padding >= 0:
            letters = letters[:padding]
        foreign = letters.translate(None, _BASE64)
        yield (letters.translate(None, foreign) if foreign else letters), bool(foreign)
        if padding >= 0:
            return


def _line_windows(raw: bytes, start: int, end: int) -> Iterator[bytes]:
    """Quoted-printable in pieces that end with a line, or at least never within an =XX."""
    while start < end:
        cut = min(start + _WINDOW_BYTES, end)
        if cut < end:
            line_end = raw.rfind(b"\n", start, cut) + 1
            escape = raw.rfind(b"=", cut - 2, cut)
            cut = line_end or (escape if escape > start else cut)
        yield raw[start:cut]
        start = cut


def _uu_lines(raw: bytes, start: int, end: int) -> Iterator[bytes]:
    """The decoded lines between `begin` and the end of data; what is not uuencoded as it is."""
    begin = _UU_BEGIN.search(raw, start, end)
    if begin is None:
        yield raw[start:end]
        return
    short_lines = 0
    for match in _UU_LINE.finditer(raw, begin.end(), end):
        line = match[0]
        # Writers fill every line but the last; a body of short lines is meant to cost time.
        short_lines += len(line) < _UU_FULL_LINE
        if line == b"end" or line[0] in b" `" or short_lines > _MAX_SHORT_LINES:
            return
        yield _uu_line(line)


def _uu_line(line: bytes) -> bytes:
    """One line; letters that writers added or white space that transport cut do not matter."""
    letters = ((line[0] - 32 & 63) * 4 + 2) // 3
    try:
        return binascii.a2b_uu(line[: 1 + (letters + 3) // 4 * 4])
    except binascii.Error:
        return b""
