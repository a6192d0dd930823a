"""No value gets out of its place in HTML, whatever is done to it, and none is changed in text."""

import html
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mayfly.errors import InvalidInput
from mayfly.templates.engine import Renderer
from mayfly.templates.language import FILTERS

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.sampled_from(
    ["<script>", "</b><img src=x onerror=1>", "\" onclick='1", "' x=\"", "&amp;&lt;", "<!--", "]]>"]
)


class Seen(HTMLParser):
    """The elements with their attributes, and the text between them."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Any] = []
        self.text = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, attrs))

    def handle_endtag(self, tag: str) -> None:
        self.elements.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.elements.append(data)

    def handle_decl(self, decl: str) -> None:
        self.elements.append(decl)

    def unknown_decl(self, data: str) -> None:
        self.elements.append(data)

    def handle_pi(self, data: str) -> None:
        self.elements.append(data)


def made(source: str, **values: Any) -> str:
    found = Renderer("", None, source).render(values).html
    assert found is not None
    return found


@given(TEXTS)
def test_a_value_is_text_between_tags_and_in_quotes(value: str) -> None:
    written = made("<p title=\"{{ v }}\" lang='{{ v }}'>{{ v }}</p>", v=value)

    assert set("<>\"'") & set(written.replace('<p title="', "").replace("\" lang='", "")[:-4]) <= {
        *"'>"
    }
    seen = Seen(written)
    assert [each if isinstance(each, str) else each[0] for each in seen.elements] == ["p", "p"]
    plain = value.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    ((_, attributes), _) = seen.elements
    assert [html.unescape(written.split('"')[1]), len(attributes)] == [value, 2]
    assert html.unescape(written.partition("'>")[2].removesuffix("</p>")) == value
    assert seen.text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd") == plain


@given(TEXTS)
def test_in_text_and_subject_a_value_is_as_it_is(value: str) -> None:
    rendered = Renderer("x", "{{ v }}|", None).render({"v": value})

    assert rendered.text == f"{value}|"


ARGUMENTS = ["", "('<b>')", "('a', '<b>')", "(v)", "(v, v)", "(2)", "(true)", "(attribute='a')"]
CHAINS = st.lists(
    st.tuples(st.sampled_from(sorted(FILTERS)), st.sampled_from(ARGUMENTS)).map("".join),
    min_size=1,
    max_size=4,
)
SUBJECTS = ["v", "[v, v]", "v ~ v", "l", "o", "v[1:]", "v * 2", "[l, o]", "(v if v else l)"]


@given(st.sampled_from(SUBJECTS), CHAINS, TEXTS)
def test_no_chain_of_filters_lets_a_value_out(subject: str, chain: list[str], value: str) -> None:
    source = f"{{{{ ({subject})|{'|'.join(chain)} }}}}"
    try:
        written = made(source, v=value, l=[value, "<a>"], o={"a": value, value[:9]: "<"})
    except InvalidInput:
        return

    assert not set("<>\"'") & set(written)
    assert html.escape(html.unescape(written)).count("&") <= written.count("&") + 1


@given(TEXTS)
def test_no_value_adds_a_line_to_the_header(value: str) -> None:
    try:
        rendered = Renderer("Hello {{ v }}", "x", None).render({"v": value})
    except InvalidInput as error:
        assert "subject" in str(error)
        return

    assert rendered.subject == f"Hello {value}"
    assert not set("\r\n\0\x0b\x0c\x85\u2028\u2029") & set(rendered.subject)


@pytest.mark.parametrize("name", ["self", "super", "caller", "loop", "true", "range", "name", "v"])
def test_any_name_may_be_one_of_a_variable(name: str) -> None:
    rendered = Renderer("", "{{ v }}", None).render({name: "<", "v": "ok"} | {"v": "ok"})

    assert rendered.text == "ok"
