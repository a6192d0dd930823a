"""Content-Transfer-Encoding (RFC 2045, section 6): bytes of a part, and how many they are.

Sizes are counted over the same windows that decoding reads, so both always agree, and counting
never holds more than one window of a large attachment.
"""

import binascii
import re
from collections.abc import Iterator

_WINDOW_BYTES = 1 << 18
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_BASE64 = bytes(octet for octet in range(256) if octet not in _BASE64)
_BLANKS = b"\r\n \t"
_TAIL_BYTES = (0, 0, 1, 2)
_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} [^\n]*\n", re.MULTILINE)
_UU_LINE = re.compile(rb"[^\r\n]+")
_UU_FULL_LINE = 60
_MAX_SHORT_LINES = 1000
_ENCODINGS = dict.fromkeys(("", "7bit", "7-bit", "8bit", "8-bit", "binary", "none"), "binary")
_ENCODINGS |= dict.fromkeys(("base64", "b64"), "base64")
_ENCODINGS |= dict.fromkeys(("quoted-printable", "quoted_printable", "quopri"), "quoted-printable")
_ENCODINGS |= dict.fromkeys(("uuencode", "x-uuencode", "uue", "x-uue"), "uuencode")
_PADDED_LINE = re.compile(
    rb"(?:(?:[A-Za-z0-9+/]{4})++(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"
    rb"|[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)++"
)
_PADDED = re.compile(rb"[^=]++={0,2}")
_MAX_PADDED_PIECES = 50_000
_TOKEN = re.compile(r"[^a-z0-9_-]*([a-z0-9_-]*)")


def encoding_name(octets: str) -> str:
    """What a Content-Transfer-Encoding header means; "" if it is not known."""
    known = _ENCODINGS.get(octets.lower())
    if known is None:
        token = _TOKEN.match(octets.lower())
        known = _ENCODINGS.get(token[1]) if token else None
    return known or ""


def part_bytes(encoded: bytes, encoding: str) -> bytes:
    """The bytes of a part from its slice of the raw message. Damaged input gives what it holds."""
    if encoding == "base64":
        return base64_bytes(encoded)
    if encoding == "quoted-printable":
        if len(encoded) <= _WINDOW_BYTES:
            return binascii.a2b_qp(_unpadded(encoded.rstrip(b" \t")))
        return b"".join(_quoted_printable(encoded, 0, len(encoded)))
    if encoding == "uuencode":
        return b"".join(_uu_lines(encoded, 0, len(encoded)))
    return bytes(encoded)


def decoded_size(raw: bytes, start: int, end: int, encoding: str) -> tuple[int, bool]:
    """Exact length of `part_bytes(raw[start:end], encoding)`, and whether the input was sound."""
    if encoding == "base64":
        return _base64_size(raw, start, end)
    if encoding == "quoted-printable":
        return sum(map(len, _quoted_printable(raw, start, end))), True
    if encoding == "uuencode":
        sound = _UU_BEGIN.search(raw, start, end) is not None
        return sum(map(len, _uu_lines(raw, start, end))), sound
    return end - start, True


def base64_bytes(encoded: bytes) -> bytes:
    """Base64 with foreign characters skipped and a lost ending made good.

    What follows padding is read on as far as it is whole lines of quartets: some writers pad each
    piece. Else it is a mailing list's footer; `decoded_size` says that something was left.
    """
    if len(encoded) <= _WINDOW_BYTES:
        piece, _, more = encoded.partition(b"=")
        if not more.strip(b"=\r\n \t"):
            others = piece.translate(None, _BASE64)
            if (len(piece) - len(others)) % 4 == 0:
                return binascii.a2b_base64(piece)  # which passes over all others
            letters = piece.translate(None, others)
            whole = len(letters) & ~3
            return binascii.a2b_base64(letters[:whole]) + _last_letters(letters[whole:])
    decoded = []
    carried = b""
    for piece, _, _, ends in _base64_windows(encoded, 0, len(encoded)):
        letters = carried + piece.translate(None, _NOT_BASE64)
        whole = len(letters) & ~3
        decoded.append(binascii.a2b_base64(letters[:whole]))
        carried = letters[whole:]
        if ends:
            decoded.append(_last_letters(carried))
            carried = b""
    decoded.append(_last_letters(carried))
    return b"".join(decoded)


def _last_letters(letters: bytes) -> bytes:
    return binascii.a2b_base64(letters + b"==="[: 4 - len(letters)]) if len(letters) > 1 else b""


def _base64_size(raw: bytes, start: int, end: int) -> tuple[int, bool]:
    size, count, sound = 0, 0, True
    for _, letters, foreign, ends in _base64_windows(raw, start, end):
        count += letters
        sound = sound and not foreign
        if ends:
            size += count // 4 * 3 + _TAIL_BYTES[count % 4]
            sound = sound and count % 4 != 1
            count = 0
    return size + count // 4 * 3 + _TAIL_BYTES[count % 4], sound and count % 4 != 1


_Window = tuple[bytes, int, bool, bool]
"""Of a piece: itself, how many letters it has, if it has what is foreign, if padding follows."""


def _base64_windows(raw: bytes, start: int, end: int) -> Iterator[_Window]:
    """The pieces of base64, window by window."""
    for at in range(start, end, _WINDOW_BYTES):
        stop = min(at + _WINDOW_BYTES, end)
        padding = raw.find(b"=", at, stop)
        piece = raw[at : padding if padding >= 0 else stop]
        others = piece.translate(None, _BASE64)
        yield piece, len(piece) - len(others), bool(others.strip(_BLANKS)), padding >= 0
        if padding >= 0:
            yield from _after_padding(raw, padding, end)
            return


def _after_padding(raw: bytes, at: int, end: int) -> Iterator[_Window]:
    """The pieces that follow the first padding; foreign is what cannot be one of them."""
    while at < end and raw[at] in b"= \t\r\n":
        at += 1
    pieces_left = _MAX_PADDED_PIECES
    for match in _UU_LINE.finditer(raw, at, end):
        line = match[0].strip(b" \t")
        if not line:
            continue
        pieces_left -= 1 + line.count(b"=")
        if pieces_left < 0 or not _PADDED_LINE.fullmatch(line):
            yield b"", 0, True, True
            return
        for piece in _PADDED.finditer(line):
            letters = piece[0].rstrip(b"=")
            yield letters, len(letters), False, len(letters) < len(piece[0])


def _quoted_printable(raw: bytes, start: int, end: int) -> Iterator[bytes]:
    """The decoded bytes, window by window."""
    for lines in _line_windows(raw, start, end):
        start += len(lines)
        if start == end:
            lines = lines.rstrip(b" \t")
        yield binascii.a2b_qp(_unpadded(lines))


def _unpadded(lines: bytes) -> bytes:
    """Without the blanks that transport has put before line ends: RFC 2045, section 6.7 (3)."""
    has_tabs = b"\t" in lines
    for line_end in (b"\r\n", b"\n"):
        if b" " + line_end in lines or (has_tabs and b"\t" + line_end in lines):
            lines = line_end.join([line.rstrip(b" \t") for line in lines.split(line_end)])
    return lines


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
