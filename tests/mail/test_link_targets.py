"""Links that say one place and lead to another, in every way of hiding it that we know."""

import html
import re
import sys
from typing import Any

import pytest

from mayfly.mail.html.link_targets import TARGET, marked
from mayfly.mail.html.sanitize import sanitise

EVIL = "https://evil.example/x"


def targets(markup: str) -> list[str]:
    """What the links of safe HTML are marked with; empty for one that is not."""
    links = re.findall(r"<a [^>]*>", sanitise(markup, {}).html)
    found = [re.search(rf' {TARGET}="([^"]*)"', each) for each in links]
    return [html.unescape(each[1]) if each else "" for each in found]


@pytest.mark.parametrize(
    "words",
    [
        "https://bank.example/login",
        "http://bank.example",
        "HTTPS://BANK.EXAMPLE",
        "www.bank.example",
        "bank.com",
        "bank.com/login?x=1",
        "Visit bank.com now",
        "(https://bank.example)",
        "请访问https://bank.example/",
        "<b>bank</b>.com",
        "b<i></i>ank.<span>com</span>",
        "bank&#46;com",
        "bank.&#8203;com",
        "bank\u00ad.com",
        "https://bank.example&#8288;/login",
        "bank.com<span style='display:none'>x</span>",
        "<img alt='bank.com' src=cid:x>",
        "<table><tr><td>Log in at</td><td>bank.com</td></tr></table>",
        "https:\\\\bank.example\\login",
        "https://bank.example:443/",
        "https://evil.example.bank.example/",
        "https://notevil.example/",
        "https://vil.example/",
        "банк.рф",
        "https://evil.example/ or https://bank.example/",
        "&#x202e;moc.knab",
        "<bdo dir=rtl>moc.knab</bdo>",
    ],
)
def test_words_that_name_another_place_are_marked_with_the_real_one(words: str) -> None:
    assert targets(f"<a href='{EVIL}'>{words}</a>")[0] == "evil.example"


def test_so_is_a_link_within_reversed_text_and_one_by_its_title() -> None:
    assert targets(f"<bdo dir=rtl><a href='{EVIL}'>moc.knab</a></bdo>") == ["evil.example"]
    assert targets(f"<a href='{EVIL}' title='https://bank.example'>Log in</a>") == ["evil.example"]


@pytest.mark.parametrize(
    ("href", "host"),
    [
        ("https://bank.com@evil.example/", "evil.example"),
        ("https://bank.com%2f@evil.example/", "evil.example"),
        ("https://bank.com:x@evil.example/", "evil.example"),
        ("https://\\evil.example\\bank.com", "evil.example"),
        ("https://evil.example\\@bank.com/", "evil.example"),
        ("https:///evil.example/", "evil.example"),
        ("https://ev&#9;il.exa&#10;mple/", "evil.example"),
        ("https://%65vil.example/", "evil.example"),
        ("https://&#xff45;vil.example/", "evil.example"),
        ("https://evil。example/", "evil.example"),
        ("https://EVIL.example./", "evil.example"),
        ("https://evil.example:8443/", "evil.example"),
        ("https://evil.example#bank.com", "evil.example"),
        ("https://evil.example?bank.com", "evil.example"),
        (" https://evil.example/", "evil.example"),
        ("https://b&#x430;nk.com/", "xn--bnk-6cd.com"),
        ("https://xn--bnk-6cd.com/", "xn--bnk-6cd.com"),
    ],
)
def test_no_spelling_of_an_address_hides_its_host(href: str, host: str) -> None:
    assert targets(f'<a href="{href}">bank.com</a>') == [host]


@pytest.mark.parametrize(
    ("href", "words"),
    [
        ("https://shop.example/a?b=1", "Open"),
        ("https://shop.example/", "https://shop.example"),
        ("https://www.shop.example/", "shop.example"),
        ("https://shop.example/", "www.shop.example/sale."),
        ("https://click.shop.example/x", "shop.example"),
        ("https://shop.example/", "login.shop.example"),
        ("https://files.example/1", "report.pdf"),
        ("https://docs.example/1", "Node.js"),
        ("https://shop.example/", "e.g. 3.50 a.m. v2.1"),
        ("https://shop.example/", "Write to ann@elsewhere.com"),
        ("https://shop.example/a/b", "https://shop.exa…"),
        ("https://shop.example:8443/", "https://shop.example/"),
        ("mailto:ann@shop.example", "ann@shop.example"),
        ("tel:+4915212345678", "bank.com"),
        ("https://shop.example/", "Read more...Now"),
    ],
)
def test_honest_links_are_left_alone(href: str, words: str) -> None:
    assert targets(f'<a href="{href}">{words}</a>') == [""]


def test_a_host_that_is_not_in_ascii_is_shown_as_it_is_asked_for() -> None:
    assert targets('<a href="https://bücher.example/">Books</a>') == ["xn--bcher-kva.example"]


def test_no_mail_brings_the_mark_itself() -> None:
    forged = f'<a {TARGET}="bank.com" href="{EVIL}">bank.com</a><p {TARGET}=x>y</p>'

    assert targets(forged) == ["evil.example"]
    assert sanitise(forged, {}).html.count(TARGET) == 1


def test_the_mark_cannot_be_broken_out_of() -> None:
    url = "https://a&quot; onclick=1 x=&quot;&lt;b&gt;.example"

    html_of = marked(f'<a href="{url}">bank.com</a>')

    assert html_of.startswith(f'<a {TARGET}="a&quot; onclick=1 x=&quot;&lt;b&gt;.example" href=')


def test_nothing_but_the_mark_is_added() -> None:
    clean = '<p title="a>b">1 &lt; 2</p><a href="https://evil.example/">bank.com</a><br>'

    again = marked(clean)

    assert again.replace(f'{TARGET}="evil.example" ', "") == clean


@pytest.mark.parametrize("url", ["mailto:a@evil.example", "x", ""])
def test_a_link_of_another_scheme_has_no_host_to_differ(url: str) -> None:
    link = f'<a href="{url}">bank.com</a>'

    assert marked(link) == link


@pytest.mark.parametrize(
    "piece",
    [
        '<a href="https://x.example/">bank.com</a>',
        '<a href="https://x.example/">',
        "bank.com ",
        "www.",
        "http:",
        "a.",
        "@",
        "<bdo>",
        "<b>",
        "<",
    ],
)
def test_html_twice_as_long_costs_no_more_than_twice(piece: str) -> None:
    def steps(times: int) -> int:
        calls = 0

        def count(frame: object, event: str, argument: Any) -> None:
            nonlocal calls
            calls += event in ("call", "c_call")

        before = sys.getprofile()
        sys.setprofile(count)
        try:
            marked(f'<a href="https://y.example/">{piece * times}</a>')
        finally:
            sys.setprofile(before)
        return calls

    assert steps(4_000) <= 2.2 * steps(2_000)
