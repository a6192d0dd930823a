"""Encoded words of RFC 2047 and those that are none."""

import pytest

from mayfly.domain.mime_words import decode_words


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        ("=?utf-8?q?a_b=20c?=", "a b c"),
        ("=?utf-8?B?w7w=?=", "ü"),
        ("=?utf-8?B?w7w?=", "ü"),
        ("=?ISO-8859-1*en?q?=FC?=", "ü"),
        ("=?utf-8?q??=", ""),
        ("=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
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
