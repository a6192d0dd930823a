"""The words that a list shows of a mail."""

import pytest

from mayfly.mail.mime.parser import preview


def words(text: str = "", html: str = "") -> str:
    return preview(text, html, 20, 10_000)


def test_text_is_folded_and_cut() -> None:
    assert words("one\n\n  two\tthree four five six") == "one two three four f"


def test_text_after_a_page_of_blanks_is_found() -> None:
    assert words(" \n" * 3000 + "there") == "there"


def test_html_is_used_only_if_the_text_says_nothing() -> None:
    assert words("text", "<p>html</p>") == "text"
    assert words(" \u200b\n", "<p>html</p>") == "html"


def test_invisible_filler_is_left_out() -> None:
    assert words("a\u034f\u200c\u00ad b\u2060\ufeff") == "a b"


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<p>a</p><p>b</p>", "a b"),
        ("w<b>or</b>d", "word"),
        ("a<br>b", "a b"),
        ("<style>p{}</style>a", "a"),
        ("<STYLE>p{}</Style >a", "a"),
        ("<script>if (a<b) c()</script>a", "a"),
        ("<title>t</title>a", "a"),
        ("<!-- c -->a", "a"),
        ("<!--[if mso]><td><![endif]-->a", "a"),
        ("a &lt; b &amp;amp; c&nbsp;d", "a < b &amp; c d"),
        ("1 < 2", "1 < 2"),
        ("a<style>never closed", "a"),
        ("a<!-- never closed", "a"),
        ("a <b never closed", "a <b never closed"),
        ("<img alt='x' src='y'>a", "a"),
        ("&#" + "1" * 9000 + ";", "\ufffd"),
    ],
)
def test_html_shows_its_visible_text(html: str, shown: str) -> None:
    assert words(html=html) == shown
