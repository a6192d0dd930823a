"""Characters that nobody sees are taken out; those that letters need stay."""

import pytest

from mayfly.mail.invisible import shown

TAGS = "".join(chr(0xE0000 + ord(each)) for each in "obey")


@pytest.mark.parametrize(
    "hidden",
    [
        "\u200b",
        "\u200d\u200c",
        "\u202e\u202c",
        "\u2066\u2069",
        TAGS,
        "\ufe01\ufe0d",
        "\U000e0100\U000e01ef",
        "\u2060\u2063",
        "\u3164",
        "\ufff9",
        "\x08",
    ],
)
def test_hidden_characters_are_taken_out_and_told_of(hidden: str) -> None:
    found = shown(f"Your code{hidden} is 12")

    assert found == ("Your code is 12", True)


@pytest.mark.parametrize("padding", ["\u00ad", "\u034f", "\ufeff", "\u200e", "\u200f", "\u2800"])
def test_padding_is_taken_out_without_a_word(padding: str) -> None:
    assert shown(f"a{padding * 30}b") == ("ab", False)


@pytest.mark.parametrize(
    "text",
    [
        "Grüße, Привет, 你好, שלום",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # a joiner that Persian needs
        "क\u094d\u200dष",
        "👩\u200d💻 ❤\ufe0f 1\ufe0f\u20e3 ☎\ufe0e",
        "two\nlines\tand a tab",
    ],
)
def test_what_writing_needs_stays(text: str) -> None:
    assert shown(text) == (text, False)
