"""Balanced HTML: closed in order, nested within bounds, whatever came in."""

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mayfly.mail.html.balance import MAX_DEPTH, VOID, balanced

KEPT = frozenset({"href", "style", "title"})
PIECES = ["<p>", "</p>", "<a href=x>", "</a>", "<table>", "<tr>", "<td>", "</td>", "</table>", "x"]
MORE_PIECES = ["<li>", "<ul>", "</ul>", "<b>", "</b>", "<div>", "</div>", "<br>", "<h1>", "<", "&"]

FEW_PIECES = ["<div>", "<a href=x>", "<p>", "<svg>", '<a x="', "<", "</", "<!--", "<a ", "=", "&"]


class Nesting(HTMLParser):
    """Fails on what is not closed in order; knows how deep it went."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in VOID:
            self.open.append(tag)
            self.depth = max(self.depth, len(self.open))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def nesting(html: str) -> Nesting:
    parser = Nesting()
    parser.feed(html)
    parser.close()
    return parser


@pytest.mark.parametrize(
    ("came", "becomes"),
    [
        ("<p>one<p>two", "<p>one</p><p>two</p>"),
        ("<ul><li>a<li>b</ul>c", "<ul><li>a</li><li>b</li></ul>c"),
        ("<b><i>x</b>y</i>", "<b><i>x</i></b>y"),
        ("<p><b>x<div>y</div>", "<p><b>x</b></p><div>y</div>"),
        (
            "<table><tr><td>a<td>b<tr><td>c</table>d",
            "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>d",
        ),
        ("<table>x<b>y</b><tr><td>z", "<table>xy<tr><td>z</td></tr></table>"),
        ("<td>no table</td>", "no table"),
        ("<a href=1>x<a href=2>y", '<a href="1">x</a><a href="2">y</a>'),
        ("<script>alert('<p>')</script>kept", "kept"),
        ("<style>p{}</STYLE >kept<svg><p>x</svg>", "kept"),
        ("<!-- <p> -->a<![if !mso]>b<![endif]><?xml?>c</ x>", "abc"),
        ("a < b <3 & c &amp; &lt;p&gt; &#65;", "a &lt; b &lt;3 &amp; c &amp; &lt;p&gt; &#65;"),
        ("<P Title=it's ONCLICK=x>y</P>", '<p title="it\'s">y</p>'),
        ("<p title='a\"b' title=c>", '<p title="a&quot;b"></p>'),
        ('<p title="1>2">x', '<p title="1>2">x</p>'),
        ("x</br>y<br/>", "x<br>y<br>"),
        ("text <p", "text "),
    ],
)
def test_tags_are_closed_where_a_browser_would_close_them(came: str, becomes: str) -> None:
    assert balanced(came, KEPT) == becomes


@given(st.lists(st.sampled_from(PIECES + MORE_PIECES), max_size=400))
def test_any_mixture_of_tags_comes_out_nested_in_order_and_not_too_deep(pieces: list[str]) -> None:
    nested = nesting(balanced("".join(pieces), KEPT))

    assert nested.open == []
    assert nested.depth <= MAX_DEPTH


@given(st.text(alphabet="<>/!-a \"'=&;p\n", max_size=200))
def test_any_text_is_read_to_its_end(html: str) -> None:
    nested = nesting(balanced(html, KEPT))

    assert nested.open == []


def test_the_text_of_deeply_nested_html_is_kept() -> None:
    html = balanced("<div>" * 5000 + "deep" + "</div>" * 5000, KEPT)

    assert html.count("<div>") == MAX_DEPTH
    assert re.sub("<[^>]*>", "", html) == "deep"


@pytest.mark.parametrize(
    "unit", [*FEW_PIECES, "<table><tr><td>", "<ul><li>", "<title>", "<td", "<font><p>x</p>"]
)
def test_no_repeated_piece_costs_more_than_its_length(unit: str) -> None:
    html = (unit * 100_000)[:100_000]
    began = time.process_time()

    balanced(html, KEPT)

    assert time.process_time() - began < 1.0  # quadratic shapes take minutes
