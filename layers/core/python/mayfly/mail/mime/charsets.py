"""Text from bytes, under the charset labels that real mail carries."""

import re
from collections.abc import Callable, Mapping
from encodings.aliases import aliases
from functools import cache, lru_cache
from pathlib import Path

from mayfly.mail.mime import japanese

# Python's own names, minus the codecs that are not about text. `codecs.lookup` is never asked
# about a sender's label: it searches the disk for, and remembers, every name it does not know.
_PYTHON_NAMES = frozenset(aliases.values()) - {
    "base64_codec",
    "bz2_codec",
    "hex_codec",
    "mbcs",
    "quopri_codec",
    "rot_13",
    "uu_codec",
    "zlib_codec",
}
_CODE_PAGE = re.compile(r"(?:x-)?(?:windows|win|cp|ibm|dos|ms)[-_ ]?(\d{3,5})")
_WIDE = frozenset({"utf_16", "utf_16_be", "utf_16_le", "utf_32", "utf_32_be", "utf_32_le"})
# Where bytes of ASCII are ASCII, as they are in most mail: no table is needed for them.
_ASCII_BASED = frozenset(
    {"", "utf_8", "gb18030", "big5hkscs", "cp949", "cp1250", "cp1251", "cp1252"}
)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


_DROPPED = re.compile(r"[^a-z0-9]+")
_OWN: Mapping[str, Callable[[bytes], str | None]] = {
    "euc_jp": japanese.euc_jp,
    "iso2022_jp": japanese.iso_2022_jp,
}


@cache
def _labels() -> Mapping[str, str]:
    """The codec for each squeezed label of charsets.txt; empty for those that say nothing."""
    text = Path(__file__).with_name("charsets.txt").read_text("utf-8")
    lines = (each.partition(":") for each in text.splitlines() if not each.startswith("#"))
    return {
        label: codec.removeprefix("guess") for codec, _, labels in lines for label in labels.split()
    }


@lru_cache(maxsize=256)
def codec_name(label: str) -> str | None:
    """Python's codec for a charset label; empty if the label says nothing, None if unknown."""
    if not label:
        return ""
    squeezed = _DROPPED.sub("", label.lower())
    for name in (squeezed, squeezed.removeprefix("x"), squeezed.removeprefix("cs")):
        known = _labels().get(name.removeprefix("x"))
        if known is not None:
            return known
    lowered = label.strip(" \t\r\n\"'").lower()
    name = re.sub(r"[-: .]+", "_", lowered)
    name = aliases.get(name, name)
    if name not in _PYTHON_NAMES:
        page = _CODE_PAGE.fullmatch(lowered)
        name = f"cp{page[1]}" if page else ""
        name = _labels().get(name, name)
    if name in ("latin_1", "iso8859_1"):
        return "cp1252"
    return name if name in _PYTHON_NAMES else None


def decode_text(encoded: bytes, label: str = "", fallback: str = "") -> tuple[str, str]:
    """The text, and what was wrong with its label ("" if nothing). Never raises.

    `fallback` is the label to try when there is none and the bytes are not UTF-8.
    """
    codec = codec_name(label)
    if codec in _ASCII_BASED and encoded.isascii() and b"\x1b" not in encoded:
        return _without_nul(encoded.decode("ascii")), ""
    defect = f"unknown-charset:{label}" if codec is None else ""
    if codec in _WIDE and encoded.isascii() and b"\0" not in encoded:
        codec = ""  # wide characters of western or mixed text always hold a NUL byte
        defect = f"wrong-charset:{label}"
    if codec:
        text = _strictly(encoded, codec)
        if text is not None:
            return text, ""
        defect = f"wrong-charset:{label}"
    return _guessed(encoded, codec or codec_name(fallback) or "cp1252"), defect


def decode_octets(octets: str, fallback: str = "") -> str:
    """Header text outside encoded words: ASCII, UTF-8 (RFC 6532), or what it most likely is.

    In octets every character stands for one byte.
    """
    if octets.isascii() and "\x1b$" not in octets:
        return _without_nul(octets)
    return decode_text(octets.encode("latin-1"), "", fallback)[0]


def _strictly(encoded: bytes, codec: str) -> str | None:
    if codec in _OWN:
        own = _OWN[codec](encoded)
        return None if own is None or "\ufffd" in own else _without_nul(own)
    try:
        text = encoded.decode(codec)
    except UnicodeError:
        return None
    # UTF-7 is the codec that can spell out lone surrogates: then it is not UTF-7.
    return None if codec == "utf_7" and _LONE_SURROGATE.search(text) else _without_nul(text)


def _guessed(encoded: bytes, codec: str) -> str:
    """By the bytes' own evidence first, then by the codec with U+FFFD for what it cannot read."""
    is_shifted = b"\x1b$" in encoded and encoded.isascii()
    text = _strictly(encoded, "iso2022_jp" if is_shifted else "utf_8")
    if text is not None:
        return text
    if codec in _OWN:
        return _guessed_japanese(encoded, codec)
    text = encoded.decode(codec, "replace")
    if codec == "utf_8" and text.replace("\ufffd", "").isascii():
        # Not one character of it was UTF-8, so the label is wrong rather than the text broken.
        text = encoded.decode("cp1252", "replace")
    return _without_nul(_LONE_SURROGATE.sub("\ufffd", text))


def _guessed_japanese(encoded: bytes, codec: str) -> str:
    text = _OWN[codec](encoded)
    if text is not None:
        return _without_nul(text)
    # 8-bit bytes, or escapes to other sets, under a label of seven bits.
    for other in ("iso2022_jp_2", "euc_jp", "cp932"):
        text = _strictly(encoded, other)
        if text is not None and len(text.encode("ascii", "ignore")) < len(text) - 1:
            return text
    return _without_nul(encoded.decode("ascii", "replace"))


def _without_nul(text: str) -> str:
    return text.replace("\0", "\ufffd") if "\0" in text else text
