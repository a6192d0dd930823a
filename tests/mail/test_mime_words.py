"""Encoded words of RFC 2047 and those that are none."""

import base64

import pytest

from mayfly.mail.mime.words import decode_words


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        ("=?utf-8?q?a_b=20c?=", "a b c"),
        ("=?utf-8?B?w7w=?=", "ü"),
        ("=?utf-8?B?w7w?=", "ü"),
        ("=?ISO-8859-1*en?q?=FC?=", "ü"),
        ("=?utf-8?q??=", ""),
        ("=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
        ("=?utf-8?q?a=D?= =?utf-8?q?0=9F?=", "aП"),
        ("=?utf-8?q?a=?= =?utf-8?q?D0=9F?=", "aП"),
        ("=?utf-8?q?a=?= =?utf-8?q?b?=", "a=b"),
        ("=?gb2312?B?xOO6?= =?gbk?B?ww==?=", "你好"),
        ("=?utf-8?q?=D0?= =?UTF8?q?=9F?=", "П"),
        ("=?utf-8?q?a?= =?koi8-r?q?b?=", "ab"),
        ("=?utf-8?q?a?= and =?utf-8?q?b?=", "a and b"),
        ("=?utf-8?q?a?==?utf-8?q?b?=", "ab"),
        ("=?utf-8?q?Ready?_Yes?=", "Ready? Yes"),
        ("=?utf-8?q?=C3?= =?utf-8?q?=BC?=", "ü"),
        ("=?utf-8?q?=C3=BC", "=?utf-8?q?=C3=BC"),
        ("=?x-foo?q?=C3=BC?=", "ü"),
        ("2 =? 3", "2 =? 3"),
        ("=?utf-8?q?a=00b?=", "a\ufffdb"),
        ("=?utf-8?q?a=0D=0Ab?=", "a  b"),
        ("=?utf-7?q?+2AA-?=", "+2AA-"),
    ],
)
def test_header_text_is_decoded(octets: str, text: str) -> None:
    assert decode_words(octets) == text


def test_text_beside_encoded_words_is_read_in_the_fallback_charset() -> None:
    octets = "=?utf-8?q?a?= " + "Привет".encode("koi8-r").decode("latin-1")

    assert decode_words(octets, "koi8-r") == "a Привет"


@pytest.mark.parametrize("letters", [1, 2, 3, 5, 7, 10])
def test_base64_that_is_cut_anywhere_is_one_stream(letters: int) -> None:
    encoded = base64.b64encode("Äpfel für alle, 日本 too".encode()).decode()
    pieces = [encoded[at : at + letters] for at in range(0, len(encoded), letters)]

    words = "\r\n ".join(f"=?utf-8?B?{piece}?=" for piece in pieces).replace("\r\n", "")

    assert decode_words(words) == "Äpfel für alle, 日本 too"


def test_words_that_lost_their_padding_are_each_its_own() -> None:
    assert decode_words("=?utf-8?B?YQ?= =?utf-8?B?Yg?= =?utf-8?Q?c?=") == "abc"
    assert decode_words("=?utf-8?B?YQ==?= =?utf-8?B?Yg==?=") == "ab"
