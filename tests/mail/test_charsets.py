"""Charset labels of real mail, and bytes that do not fit their label."""

import codecs
import encodings.aliases

import pytest

from mayfly.mail.mime.charsets import codec_name, decode_octets, decode_text


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("UTF-8", "utf_8"),
        (' "utf8" ', "utf_8"),
        ("ISO-8859-1", "cp1252"),
        ("iso8859_1", "cp1252"),
        ("GB2312", "gb18030"),
        ("ks_c_5601-1987", "cp949"),
        ("Windows-1251", "cp1251"),
        ("win-1252", "cp1252"),
        ("cp-850", "cp850"),
        ("x-cp1250", "cp1250"),
        ("KOI8-R", "koi8_r"),
        ("iso-8859-15", "iso8859_15"),
        ("us-ascii", ""),
        ("unknown-8bit", ""),
    ],
)
def test_label_means_what_senders_mean_by_it(label: str, codec: str) -> None:
    assert codec_name(label) == codec


@pytest.mark.parametrize(
    "label",
    ["x-foo", "zip", "rot13", "hex", "base64", "punycode", "idna", "unicode_escape", "mbcs"],
)
def test_label_of_no_charset_is_unknown(label: str) -> None:
    assert codec_name(label) is None


def test_every_codec_that_a_label_can_name_exists_and_gives_text() -> None:
    labels = {*encodings.aliases.aliases, *encodings.aliases.aliases.values()}

    for codec in {codec_name(label) for label in labels} - {"", None}:
        assert isinstance(b"a".decode(codec, "replace"), str)  # type: ignore[arg-type]


def test_labels_do_not_grow_the_table_of_codecs() -> None:
    known = len(encodings._cache)

    for number in range(100):
        decode_text(b"caf\xe9", f"x-sender-{number}")

    assert len(encodings._cache) == known


@pytest.mark.parametrize(
    ("encoded", "label", "text", "defect"),
    [
        (b"caf\xc3\xa9", "utf-8", "café", ""),
        (b"caf\xe9", "utf-8", "café", "wrong-charset:utf-8"),
        (b"caf\xc3\xa9 \xe9", "utf-8", "café \ufffd", "wrong-charset:utf-8"),
        (b"caf\xc3\xa9", "", "café", ""),
        (b"caf\xe9", "", "café", ""),
        (b"\x80 \x81", "", "€ \ufffd", ""),
        (b"caf\xc3\xa9", "x-foo", "café", "unknown-charset:x-foo"),
        (b"caf\xc3\xa9", "gb2312", "caf茅", ""),
        (b"plain", "utf-16", "plain", "wrong-charset:utf-16"),
        ("mit".encode("utf-16-le"), "utf-16le", "mit", ""),
        ("漢字".encode("iso2022_jp"), "", "漢字", ""),
        ("汉字".encode("hz"), "hz-gb-2312", "汉字", ""),
        ("한국".encode("iso2022_kr"), "iso-2022-kr", "한국", ""),
        (b"+2AA-", "utf-7", "+2AA-", "wrong-charset:utf-7"),
        (b"a\0b", "utf-8", "a\ufffdb", ""),
        (b"a\0b", "", "a\ufffdb", ""),
    ],
)
def test_bytes_become_text(encoded: bytes, label: str, text: str, defect: str) -> None:
    assert decode_text(encoded, label) == (text, defect)


def test_bytes_without_a_label_are_read_by_the_fallback_if_they_are_not_utf8() -> None:
    russian = "Привет".encode("koi8-r")

    assert decode_text(russian, "", "koi8-r")[0] == "Привет"
    assert decode_text("Привет".encode(), "", "koi8-r")[0] == "Привет"


def test_no_codec_lets_lone_surrogates_through() -> None:
    pairs = [bytes((first, second)) for first in range(256) for second in range(256)]
    everything = b"".join(pairs) + b"".join(b"\x82\x30" + pair + b"+2AA-" for pair in pairs[::7])

    for name in sorted(set(encodings.aliases.aliases.values())):
        text, _ = decode_text(everything, name)
        codecs.encode(text, "utf-8")
        assert "\0" not in text


def test_header_octets_are_ascii_utf8_or_shifted_japanese() -> None:
    assert decode_octets("plain") == "plain"
    assert decode_octets("café".encode().decode("latin-1")) == "café"
    assert decode_octets("caf\xe9") == "café"
    assert decode_octets("\x1b$B4A;z\x1b(B") == "漢字"


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("koi8r", "koi8_r"),
        ("cp20866", "koi8_r"),
        ("gb_2312", "gb18030"),
        ("x-gb18030", "gb18030"),
        ("cp51932", "euc_jp"),
        ("csUTF8", "utf_8"),
        ("csISO2022JP", "iso2022_jp"),
        ("iso-ir-100", "cp1252"),
        ("windows-65001", "utf_8"),
        ("X-MAC-UKRAINIAN", "mac_cyrillic"),
        ("unknown-8bit", ""),
        ("no-such-thing", None),
    ],
)
def test_labels_that_browsers_know_have_a_codec(label: str, codec: str | None) -> None:
    assert codec_name(label) == codec
