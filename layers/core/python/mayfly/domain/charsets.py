"""Text from bytes, under the charset labels that real mail carries."""

import re
from encodings.aliases import aliases
from functools import lru_cache

# Labels as browsers read them (WHATWG Encoding): each stands for its common superset, because
# that is what the senders' software really writes. An empty codec means: guess.
_CODECS = {
    "": "",
    "8bit": "",
    "ansi": "cp1252",
    "ansi_x3.4-1968": "",
    "ascii": "",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "binary": "",
    "cn-big5": "big5hkscs",
    "cn-gb": "gb18030",
    "cp50220": "iso2022_jp_ext",
    "cp932": "cp932",
    "cp936": "gb18030",
    "default": "",
    "euc-jp": "euc_jp",
    "euc-kr": "cp949",
    "gb_2312-80": "gb18030",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "hz-gb-2312": "hz",
    "iso-2022-jp": "iso2022_jp_ext",
    "iso-2022-jp-ms": "iso2022_jp_ext",
    "_iso-2022-jp": "iso2022_jp_ext",
    "iso-2022-kr": "iso2022_kr",
    "iso-8859-1": "cp1252",
    "iso-8859-11": "cp874",
    "iso-8859-6-i": "iso8859_6",
    "iso-8859-8-i": "iso8859_8",
    "iso-8859-9": "cp1254",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "koi8": "koi8_r",
    "koi8-ru": "koi8_u",
    "korean": "cp949",
    "ks_c_5601": "cp949",
    "ks_c_5601-1987": "cp949",
    "ksc5601": "cp949",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "macintosh": "mac_roman",
    "ms_kanji": "cp932",
    "none": "",
    "shift-jis": "cp932",
    "shift_jis": "cp932",
    "sjis": "cp932",
    "tis-620": "cp874",
    "unicode": "utf_8",
    "unicode-1-1-utf-7": "utf_7",
    "unicode-1-1-utf-8": "utf_8",
    "unknown": "",
    "unknown-8bit": "",
    "us-ascii": "",
    "utf-8": "utf_8",
    "utf8": "utf_8",
    "utf-8mb4": "utf_8",
    "utf8mb4": "utf_8",
    "windows-31j": "cp932",
    "windows-874": "cp874",
    "x-big5": "big5hkscs",
    "x-euc-jp": "euc_jp",
    "x-gbk": "gb18030",
    "x-mac-cyrillic": "mac_cyrillic",
    "x-mac-roman": "mac_roman",
    "x-sjis": "cp932",
    "x-unknown": "",
    "x-user-defined": "cp1252",
    "x-x-big5": "big5hkscs",
}
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
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@lru_cache(maxsize=256)
def codec_name(label: str) -> str | None:
    """Python's codec for a charset label; empty if the label says nothing, None if unknown."""
    lowered = label.strip(" \t\r\n\"'").lower()
    known = _CODECS.get(lowered)
    if known is not None:
        return known
    name = re.sub(r"[-: .]+", "_", lowered)
    name = aliases.get(name, name)
    if name not in _PYTHON_NAMES:
        page = _CODE_PAGE.fullmatch(lowered)
        name = f"cp{page[1]}" if page else ""
    if name in ("latin_1", "iso8859_1"):
        return "cp1252"
    return name if name in _PYTHON_NAMES else None


def decode_text(encoded: bytes, label: str = "", fallback: str = "") -> tuple[str, str]:
    """The text, and what was wrong with its label ("" if nothing). Never raises.

    `fallback` is the label to try when there is none and the bytes are not UTF-8.
    """
    codec = codec_name(label)
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
    try:
        text = encoded.decode(codec)
    except UnicodeError:
        return None
    # UTF-7 is the codec that can spell out lone surrogates: then it is not UTF-7.
    return None if codec == "utf_7" and _LONE_SURROGATE.search(text) else _without_nul(text)


def _guessed(encoded: bytes, codec: str) -> str:
    """By the bytes' own evidence first, then by the codec with U+FFFD for what it cannot read."""
    japanese = b"\x1b$" in encoded and encoded.isascii()
    text = _strictly(encoded, "iso2022_jp_ext" if japanese else "utf_8")
    if text is not None:
        return text
    text = encoded.decode(codec, "replace")
    if codec == "utf_8" and text.replace("\ufffd", "").isascii():
        # Not one character of it was UTF-8, so the label is wrong rather than the text broken.
        text = encoded.decode("cp1252", "replace")
    return _without_nul(_LONE_SURROGATE.sub("\ufffd", text))


def _without_nul(text: str) -> str:
    return text.replace("\0", "\ufffd") if "\0" in text else text
