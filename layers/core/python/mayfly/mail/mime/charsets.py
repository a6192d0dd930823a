"""Text from bytes, under the charset labels that real mail carries."""

import re
from collections.abc import Callable, Mapping
from encodings.aliases import aliases
from functools import lru_cache

from mayfly.mail.mime import japanese

# Labels as browsers read them (https://encoding.spec.whatwg.org/#names-and-labels), and others that
# mail has: each stands for its common superset, because that is what the senders' software really
# writes. They are compared squeezed (`_squeezed`). No codec means: guess.
_LABELS = {
    "": "7bit 8bit ansix341968 ascii binary default none unknown unknown8bit usascii cp20127"
    " iso646us l0",
    "big5hkscs": "big5 big5hkscs cnbig5 xbig5 cp950 windows950",
    "cp1250": "xcp1250",
    "cp1251": "xcp1251",
    "cp1252": "ansi cp819 ibm819 isolatin1 iso88591 isoir100 iso885911987 l1 latin1 userdefined"
    " cp28591 westerneuropeiso",
    "cp1254": "isolatin5 iso88599 isoir148 iso885991989 l5 latin5 cp28599",
    "cp874": "dos874 iso885911 tis620 windows874 tis620253",
    "cp866": "866 ibm866",
    "cp932": "cp943 cp943c ms932 mskanji shiftjis sjis windows31j windows932 shiftjisms",
    "cp949": "euckr isoir149 korean ksc5601 ksc56011987 ksc56011989 windows949 cp51949 uhc",
    "euc_jp": "eucjp eucjpms eucjpwin euckdfmtjapanese eucpkdfmtjapanese cp51932 ujis",
    "gb18030": "chinese cngb gb18030 gb2312 gb231280 gb23121980 gbk cp936 iso58gb231280 isoir58"
    " euccn cp54936 cp51936 windows936 gb180302000 gb180302005 hzgb",
    "hz": "hzgb2312 hz cp52936",
    "iso2022_jp": "iso2022jp iso2022jpms iso2022jpext iso2022jp1 cp50220 cp50221 cp50222 jis",
    "iso2022_kr": "iso2022kr cp50225",
    "iso8859_2": "isolatin2 iso88592 isoir101 iso885921987 l2 latin2 cp28592",
    "iso8859_3": "isolatin3 iso88593 isoir109 iso885931988 l3 latin3 cp28593",
    "iso8859_4": "isolatin4 iso88594 isoir110 iso885941988 l4 latin4 cp28594",
    "iso8859_5": "isolatincyrillic cyrillic iso88595 isoir144 iso885951988 cp28595",
    "iso8859_6": "arabic asmo708 iso88596 iso88596e iso88596i isolatinarabic ecma114 isoir127"
    " iso885961987 cp28596",
    "iso8859_7": "isolatingreek ecma118 elot928 greek greek8 iso88597 isoir126 iso885971987"
    " suneugreek cp28597",
    "iso8859_8": "hebrew iso88598 iso88598e iso88598i isolatinhebrew isoir138 iso885981988 visual"
    " logical cp28598 cp38598",
    "iso8859_10": "isolatin6 iso885910 isoir157 l6 latin6",
    "iso8859_13": "iso885913 cp28603",
    "iso8859_14": "iso885914",
    "iso8859_15": "isolatin9 iso885915 l9 latin9 cp28605",
    "iso8859_16": "iso885916",
    "koi8_r": "koi koi8 koi8r cp20866",
    "koi8_u": "koi8ru koi8u cp21866",
    "mac_cyrillic": "maccyrillic macukrainian cp10007",
    "mac_roman": "mac macintosh macroman cp10000",
    "utf_16": "ucs2 iso10646ucs2 unicodefeff utf16",
    "utf_16_be": "unicodefffe utf16be",
    "utf_16_le": "utf16le cp1200",
    "utf_7": "utf7 unicode11utf7 unicode20utf7",
    "utf_8": "unicode unicode11utf8 unicode20utf8 utf8 utf8mb4 cp65001",
}
_SQUEEZED = {label: codec for codec, labels in _LABELS.items() for label in labels.split()}
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


@lru_cache(maxsize=256)
def codec_name(label: str) -> str | None:
    """Python's codec for a charset label; empty if the label says nothing, None if unknown."""
    if not label:
        return ""
    squeezed = _DROPPED.sub("", label.lower())
    for name in (squeezed, squeezed.removeprefix("x"), squeezed.removeprefix("cs")):
        known = _SQUEEZED.get(name.removeprefix("x"))
        if known is not None:
            return known
    lowered = label.strip(" \t\r\n\"'").lower()
    name = re.sub(r"[-: .]+", "_", lowered)
    name = aliases.get(name, name)
    if name not in _PYTHON_NAMES:
        page = _CODE_PAGE.fullmatch(lowered)
        name = f"cp{page[1]}" if page else ""
        name = _SQUEEZED.get(name, name)
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
