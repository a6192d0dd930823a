"""MJML, compiled when a template is saved."""

import re

import pytest

from mayfly import limits
from mayfly.templates.markup import ELEMENTS, compiled
from mayfly.templates.models import BrokenTemplate


def body(*lines: str) -> str:
    return "\n".join(("<mjml><mj-body>", *lines, "</mj-body></mjml>"))


def column(*lines: str) -> str:
    return body("<mj-section><mj-column>", *lines, "</mj-column></mj-section>")


def refusal(source: str) -> str:
    with pytest.raises(BrokenTemplate) as refused:
        compiled(source)
    return str(refused.value)


def test_variables_and_blocks_come_through() -> None:
    html = compiled(
        column(
            "{% if a > 1 %}",
            "<mj-button href='{{ url }}'>{{ \"x\" }}</mj-button>",
            "{% endif %}",
            "<mj-raw>{% for x in y %}</mj-raw><mj-text>{{ x }}</mj-text>",
            "<mj-raw>{% endfor %}</mj-raw>",
        )
    )

    places = [html.index(each) for each in ("{% if a > 1 %}", '"{{ url }}"', '{{ "x" }}')]
    places += [html.index(each) for each in ("{% endif %}", "{% for x in y %}", "{{ x }}")]
    places.append(html.index("{% endfor %}"))
    assert places == sorted(places)


def test_nothing_is_fetched_by_a_reader_that_the_author_has_not_named() -> None:
    html = compiled(column("<mj-text font-family='Roboto'>Hello</mj-text>"))

    assert re.findall(r"(?:src|href|url\()[^ >]*", html) == []


HEAD = "<mjml><mj-head>{}</mj-head><mj-body/></mjml>"
EXAMPLES = (
    HEAD.format(
        "<mj-attributes><mj-all padding='1px'/><mj-class name='a' color='red'/></mj-attributes>"
        "<mj-breakpoint width='320px'/><mj-font name='a' href='https://a.example/'/>"
        "<mj-preview>p</mj-preview><mj-style>a {}</mj-style><mj-title>t</mj-title>"
    ),
    body(
        "<mj-wrapper><mj-section><mj-group><mj-column>",
        "<mj-text/><mj-image src='a'/><mj-button/><mj-divider/><mj-spacer/><mj-table></mj-table>",
        "<mj-social><mj-social-element name='x' href='a'/></mj-social>",
        "<mj-navbar><mj-navbar-link href='a'/></mj-navbar>",
        "<mj-accordion><mj-accordion-element><mj-accordion-title>a</mj-accordion-title>",
        "<mj-accordion-text>b</mj-accordion-text></mj-accordion-element></mj-accordion>",
        "<mj-carousel><mj-carousel-image src='a'/></mj-carousel><mj-raw>r</mj-raw>",
        "</mj-column></mj-group></mj-section></mj-wrapper><mj-hero></mj-hero>",
    ),
)


def test_every_element_is_taken_by_the_compiler() -> None:
    assert all(map(compiled, EXAMPLES))
    assert set(re.findall(r"<(mj[a-z-]*)", "".join(EXAMPLES))) == ELEMENTS


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("", "mjml"),
        ("Hello", "mjml"),
        ("<mj-body></mj-body>", "mjml"),
        (body("", "<mj-include path='/etc/passwd'/>"), "mjml, line 3: mj-include is not possible"),
        (body("<MJ-INCLUDE path='x'/>"), "mjml, line 2: no such element: 'MJ-INCLUDE'"),
        (body("<mj-foo/>"), "mjml, line 2: no such element: 'mj-foo'"),
        (column("<mj-text>", "Hello", "</mj-table>"), "mjml, line 5: </mj-table> closes nothing"),
        (column("<mj-text>"), "mjml, line 4: </mj-column> closes nothing"),
        ("<mjml>\n<mj-body>", "mjml, line 2: <mj-body> is not closed"),
        (column("<mj-text>", "a < b", "</mj-text>"), "mjml, line 4"),
        (column("<mj-text>", "", "<b></mj-text>"), "mjml, line"),
        (column("<mj-text color=red>a</mj-text>"), "mjml, line 3"),
        ("<!DOCTYPE x [<!ENTITY a 'b'>]>" + column(), "mjml, line 1"),
        (column("<mj-text></mj-text>" * 300), "300 elements"),
        (column("<mj-text>" + "<b>" * 1000 + "</b>" * 1000 + "</mj-text>"), "2000 tags"),
    ],
)
def test_mistakes_are_told_by_their_line(source: str, said: str) -> None:
    assert said in refusal(source)


def test_a_comment_hides_nothing_from_the_count_of_lines() -> None:
    assert "line 5: no such" in refusal(body("<!-- <mj-foo>", "", "-->", "<mj-foo/>"))
    assert compiled(body("<!-- <mj-foo> -->"))


def test_entities_are_not_expanded() -> None:
    html = compiled(column("<mj-text>&nbsp;&lol; &lt;</mj-text>"))

    assert "&nbsp;&lol; &lt;" in html


def test_defaults_that_every_element_would_repeat_are_short() -> None:
    long = "x" * limits.TEMPLATE_DEFAULTS_CHARS
    head = f"<mj-head><mj-attributes><mj-all css-class='{long}'/></mj-attributes></mj-head>"

    assert "mj-attributes may have" in refusal(f"<mjml>{head}<mj-body></mj-body></mjml>")


def test_what_becomes_too_much_html_is_refused() -> None:
    images = "<mj-carousel-image src='a'/>" * 200

    assert "as HTML it may have" in refusal(column(f"<mj-carousel>{images}</mj-carousel>"))
