"""Encoded words: RFC 2047, as written by software that has not read it."""

import binascii
import re
from collections.abc import Iterator

from mayfly.domain.charsets import decode_octets, decode_text
from mayfly.domain.mime_transfer import base64_bytes

# The language tag after `*` is RFC 2231, section 5.
_HEAD = re.compile(r"=\?([^?\s*]{1,60})(?:\*[^?\s]{0,40})?\?([bBqQ])\?", re.ASCII)
_CONTROLS = {code: " " for code in [*range(32), 127, 0x2028, 0x2029]} | {0: "\ufffd"}


def decode_words(octets: str, fallback: str = "") -> str:
    """A header's text, on one line. Adjacent words of one charset are joined before decoding.

    Senders split words in the middle of characters, so joining comes first. `fallback` is the
    charset label for 8-bit text outside encoded words that is not UTF-8.
    """
    return one_line(decode_lines(octets, fallback))


def decode_lines(octets: str, fallback: str = "") -> str:
    """The same, with the line breaks and other control characters that were encoded in it."""
    if "=?" not in octets:
        return decode_octets(octets, fallback)
    texts: list[str] = []
    pending, pending_charset, after = [b""], "", 0
    for start, end, charset, decoded in _words(octets):
        gap = octets[after:start]
        adjacent = pending_charset and not gap.strip(" \t")
        if not adjacent or charset != pending_charset:
            texts.append(decode_text(b"".join(pending), pending_charset)[0])
            texts.append("" if adjacent else decode_octets(gap, fallback))
            pending = []
        pending.append(decoded)
        pending_charset, after = charset, end
    texts.append(decode_text(b"".join(pending), pending_charset)[0])
    texts.append(decode_octets(octets[after:], fallback))
    return "".join(texts)


def one_line(text: str) -> str:
    """The text with control characters as blanks: decoded line breaks must not forge headers."""
    return text if text.isprintable() else text.translate(_CONTROLS)


def _words(octets: str) -> Iterator[tuple[int, int, str, bytes]]:
    """Every encoded word: where it starts and ends, its charset label, its bytes."""
    head = _HEAD.search(octets)
    while head:
        end = octets.find("?=", head.end())
        if end < 0:
            return
        inner = _HEAD.search(octets, head.end(), end)
        if inner:  # the outer one was never closed
            head = inner
            continue
        encoded = octets[head.end() : end].encode("latin-1")
        decoded = base64_bytes(encoded) if head[2] in "bB" else _q_bytes(encoded)
        yield head.start(), end + 2, head[1].lower(), decoded
        head = _HEAD.search(octets, end + 2)


def _q_bytes(encoded: bytes) -> bytes:
    # A blank is not allowed in here, but senders leave it; a2b_qp drops it at the end.
    return binascii.a2b_qp(encoded.replace(b" ", b"_"), header=True)
