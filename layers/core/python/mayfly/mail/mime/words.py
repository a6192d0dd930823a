"""Encoded words: RFC 2047, as written by software that has not read it."""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from mayfly.mail.mime.charsets import codec_name, decode_octets, decode_text
from mayfly.mail.mime.transfer import base64_bytes

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
    pending: list[_Word] = []
    after = 0
    for word in _words(octets):
        gap = octets[after : word.start]
        adjacent = bool(pending) and not gap.strip(" \t")
        if not adjacent or word.codec != pending[-1].codec:
            texts.append(_joined(pending))
            texts.append("" if adjacent else decode_octets(gap, fallback))
            pending = []
        pending.append(word)
        after = word.end
    texts.append(_joined(pending))
    texts.append(decode_octets(octets[after:], fallback))
    return "".join(texts)


def one_line(text: str) -> str:
    """The text with control characters as blanks: decoded line breaks must not forge headers."""
    return text if text.isprintable() else text.translate(_CONTROLS)


@dataclass(slots=True)
class _Word:
    """One encoded word: where it starts and ends, its charset label, and its encoded bytes."""

    start: int
    end: int
    charset: str
    is_base64: bool
    encoded: bytes

    @property
    def codec(self) -> str:
        """What its label means: several labels mean one codec."""
        codec = codec_name(self.charset)
        return self.charset if codec is None else codec

    @property
    def is_cut(self) -> bool:
        """Whether it ends within an encoded byte."""
        return bool(len(self.encoded) % 4) if self.is_base64 else b"=" in self.encoded[-2:]


def _words(octets: str) -> Iterator[_Word]:
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
        yield _Word(head.start(), end + 2, head[1].lower(), head[2] in "bB", encoded)
        head = _HEAD.search(octets, end + 2)


def _joined(words: list[_Word]) -> str:
    """The text of neighbours of one charset."""
    if not words:
        return ""
    label = words[0].charset
    apart = b"".join(
        base64_bytes(each.encoded) if each.is_base64 else _q_bytes(each.encoded) for each in words
    )
    text = decode_text(apart, label)[0]
    if len(words) > 1 and any(each.is_cut for each in words):
        # A sender cut what was encoded, not the text: it is one stream, if that can be read.
        runs = groupby(words, key=lambda each: each.is_base64)
        whole = b"".join(
            (base64_bytes if is_base64 else _q_bytes)(b"".join(each.encoded for each in run))
            for is_base64, run in runs
        )
        streamed, defect = decode_text(whole, label)
        if not defect and "\ufffd" not in streamed and streamed.isprintable():
            return streamed
    return text


def _q_bytes(encoded: bytes) -> bytes:
    # A blank is not allowed in here, but senders leave it; a2b_qp drops it at the end.
    return binascii.a2b_qp(encoded.replace(b" ", b"_"), header=True)
