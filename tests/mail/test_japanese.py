"""Japanese mail: the rows of NEC and IBM, and bytes that are not what their label says."""

import pytest

from mayfly.mail.mime.charsets import decode_text
from mayfly.mail.mime.japanese import euc_jp, iso_2022_jp

WORDS = "①番の㈱果樹園、Ⅲ期"


def jis(text: str) -> bytes:
    """Text in ISO-2022-JP, by way of code page 932, which has all the rows."""
    octets = bytearray()
    for lead, trail in zip(*[iter(text.encode("cp932"))] * 2, strict=True):
        row = (lead - (0x71 if lead < 0xA0 else 0xB1)) * 2 + (1 if trail < 0x9F else 2)
        cell = trail - (0x7E if trail >= 0x9F else 0x20 if trail > 0x7F else 0x1F)
        octets += bytes((row, cell))
    return bytes(octets)


def shifted(text: str) -> bytes:
    return b"\x1b$B" + jis(text) + b"\x1b(B"


@pytest.mark.parametrize(
    "words", [WORDS, "髙橋﨑", "\uff5e\u2225\uff0d\uffe0\uffe1\uffe2", "漢字かな"]
)
@pytest.mark.parametrize("label", ["iso-2022-jp", "csISO2022JP", "cp50221", "euc-jp", "x-euc-jp"])
def test_words_beyond_the_standard_are_read(words: str, label: str) -> None:
    is_euc = "euc" in label
    octets = bytes(octet | 0x80 for octet in jis(words)) if is_euc else shifted(words)

    assert decode_text(b"< " + octets + b" >", label) == (f"< {words} >", "")


def test_a_bad_lead_byte_shifts_nothing_that_follows() -> None:
    good = "日本".encode("euc_jp")

    assert euc_jp(b"\xa4z" + good + b"\xff" + good) == "\ufffdz日本\ufffd日本"
    assert iso_2022_jp(b"\x1b$B" + jis("日") + b"F\n" + shifted("本")) == "日\ufffd\n本"
    assert iso_2022_jp(b"\x1b$B" + b"\x7e\x7e" + jis("日本") + b"\x1b(B.") == "\ufffd日本."


def test_other_sets_of_the_standard_are_read() -> None:
    assert iso_2022_jp(b"\x1b(I12\x1b(B") == "ｱｲ"
    assert iso_2022_jp(b"\x1b(J\\~\x1b(B\\~") == "¥‾\\~"
    assert iso_2022_jp(b"\x1b$(D\x22\x2f\x1b(B" + shifted("①")) == "˘①"
    assert euc_jp(b"\x8e\xb1\x8f\xa2\xaf" + bytes(o | 0x80 for o in jis("①"))) == "ｱ˘①"


@pytest.mark.parametrize("codec", ["cp932", "euc_jp", "utf_8"])
def test_bytes_of_eight_bits_are_not_those_of_a_label_of_seven(codec: str) -> None:
    text, defect = decode_text("果樹園の請求書です".encode(codec), "iso-2022-jp")

    assert (text, defect) == ("果樹園の請求書です", "wrong-charset:iso-2022-jp")


def test_one_stray_byte_is_none_of_them() -> None:
    assert decode_text(b"Dij\x8aat", "iso-2022-jp")[0] == "Dij\ufffdat"
