"""ISO-2022-JP and EUC-JP as mail has them: with the rows that NEC and IBM added to JIS X 0208.

Senders write the index of Windows' code page 932, which is WHATWG's jis0208
(https://encoding.spec.whatwg.org/#index-jis0208); Python's codecs know the standard's rows only.
"""

import re
from functools import lru_cache

_ESCAPE = re.compile(rb"\x1b(\$@|\$B|\$\(D|\(B|\(J|\(I)")
_OTHER_ESCAPE = re.compile(rb"\x1b(?!\$@|\$B|\$\(D|\([BJI])")
_PIECE = re.compile(
    rb"(?P<pairs>(?:[\x21-\x7e]{2})++)|(?P<half>[\x21-\x7e])|(?P<other>[^\x21-\x7e]++)"
)
_EUC = re.compile(
    rb"(?P<ascii>[\x00-\x7f]++)|(?P<pairs>(?:[\xa1-\xfe]{2})++)|\x8e(?P<kana>[\xa1-\xdf])"
    rb"|(?P<more>\x8f[\xa1-\xfe]{2})|(?P<bad>[\x80-\xff])"
)
# Where Python's codecs follow the standard and Windows does not: tilde, parallel, minus, cent, …
_AS_WINDOWS = {0x301C: 0xFF5E, 0x2016: 0x2225, 0x2212: 0xFF0D, 0xA2: 0xFFE0, 0xA3: 0xFFE1}
_AS_WINDOWS |= {0xAC: 0xFFE2}
_ROMAN = {0x5C: 0xA5, 0x7E: 0x203E}
_BAD = "\ufffd"
_LINE_ENDS = re.compile(rb"[\r\n]")


def iso_2022_jp(encoded: bytes) -> str | None:
    """The text, with U+FFFD for what is none; None if the bytes are not ISO-2022-JP at all."""
    if not encoded.isascii() or _OTHER_ESCAPE.search(encoded):
        return None
    if b"\x1b" not in encoded:
        return encoded.decode("ascii")
    try:
        text = encoded.decode("iso2022_jp")
    except UnicodeError:
        return _shifted(encoded)
    return text.translate(_AS_WINDOWS)


def _shifted(encoded: bytes) -> str:
    pieces = _ESCAPE.split(encoded)
    text = [pieces[0].decode("ascii")]
    for charset, octets in zip(pieces[1::2], pieces[2::2], strict=True):
        if charset == b"(B":
            text.append(octets.decode("ascii"))
        elif charset == b"(J":
            text.append(octets.decode("ascii").translate(_ROMAN))
        elif charset == b"(I":
            text.append(_kana(octets))
        else:
            text.append(_pairs(octets, b"\x8f" if charset == b"$(D" else b""))
    return "".join(text)


def _kana(octets: bytes) -> str:
    """Half-width katakana, up to a line's end: a new line begins in ASCII (RFC 1468)."""
    return "".join(
        chr(octet + 0xFF40) if 0x21 <= octet <= 0x5F else _BAD if octet > 0x5F else chr(octet)
        for octet in octets
    )


def _pairs(octets: bytes, prefix: bytes) -> str:
    text: list[str] = []
    line_end = _LINE_ENDS.search(octets)
    shifted = octets[: line_end.start()] if line_end else octets
    for piece in _PIECE.finditer(shifted):
        if piece["pairs"]:
            text.append(_wide(piece["pairs"], prefix))
        else:
            text.append(_BAD if piece["half"] else piece["other"].decode("ascii"))
    if line_end:
        text.append(octets[line_end.start() :].decode("ascii"))
    return "".join(text)


def _wide(pairs: bytes, prefix: bytes) -> str:
    if prefix:
        high = bytes(octet | 0x80 for octet in pairs)
        words = (b"\x8f" + high[at : at + 2] for at in range(0, len(high), 2))
        return "".join(word.decode("euc_jp", "replace") for word in words)
    table = _index()
    return "".join([table[pairs[at : at + 2]] for at in range(0, len(pairs), 2)])


@lru_cache(maxsize=1)
def _index() -> dict[bytes, str]:
    """Every pair of JIS bytes by the index of code page 932."""
    table: dict[bytes, str] = {}
    for first in range(0x21, 0x7F):
        lead = (first - 0x21 >> 1) + 0x81
        lead += 0x40 if lead > 0x9F else 0
        for second in range(0x21, 0x7F):
            odd = second + (0x1F if second < 0x60 else 0x20)
            trail = odd if first % 2 else second + 0x7E
            text = bytes((lead, trail)).decode("cp932", "replace")
            table[bytes((first, second))] = text if len(text) == 1 else _BAD
    return table


def euc_jp(encoded: bytes) -> str:
    """The text, with U+FFFD for what is none; a bad byte takes nothing else with it."""
    try:
        return encoded.decode("euc_jp").translate(_AS_WINDOWS)
    except UnicodeError:
        return "".join(map(_euc_piece, _EUC.finditer(encoded)))


_TO_JIS = bytes(octet & 0x7F for octet in range(256))


def _euc_piece(piece: re.Match[bytes]) -> str:
    if piece["ascii"]:
        return piece["ascii"].decode("ascii")
    if piece["pairs"]:
        return _wide(piece["pairs"].translate(_TO_JIS), b"")
    if piece["kana"]:
        return chr(piece["kana"][0] + 0xFEC0)
    return piece["more"].decode("euc_jp", "replace") if piece["more"] else _BAD
