"""What templates may say, and what is found in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mayfly import limits
from mayfly.errors import InvalidInput
from mayfly.templates.engine import FUNCTIONS, OTHER_FILTERS, Renderer, bare_engine
from mayfly.templates.language import FILTERS, Shape, check_part, note_variables
from mayfly.templates.models import BrokenTemplate


def shape_of(*sources: str) -> Shape:
    shape = Shape()
    for source in sources:
        note_variables(check_part("text", source), shape)
    return shape


def refusal(source: str) -> str:
    with pytest.raises(BrokenTemplate) as refused:
        check_part("text", source)
    return str(refused.value)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("Hello", []),
        ("{{ name }} {{- name -}}\n{{name|upper}}", ["name"]),
        ("{{ a.b.c }}{{ a.d }}", ["a.b.c", "a.d"]),
        ("{{ 'name.x' ~ \"other\" }}", []),
        ("{% if a and not b == c.d %}{{ e }}{% elif f in g %}{% else %}{{ h }}{% endif %}", None),
        ("{% for x in a.list %}{{ x.y }}{{ loop.index }}{{ z }}{% endfor %}{{ x }}", None),
        ("{% for x in a %}{% for y in x.b %}{{ y }}{% endfor %}{% endfor %}", ["a[].b[]"]),
        ("{% for key, value in a|items %}{{ key }}{{ value }}{% endfor %}", ["a.key"]),
        ("{# {{ no }} {% include 'x' %} #}{{ a|default(b)|join(', ') }}", ["a", "b"]),
        ("{{ a[0] }}{{ a is defined }}{{ b is not divisibleby(3) }}", ["a", "b"]),
        ("{{ a|join }}{{ b|join('" + "*" * 20 + "') }}", ["a", "b"]),
        ("a { b } c }} %} #} { { {", []),
    ],
)
def test_variables_are_found(source: str, names: list[str] | None) -> None:
    found = list(shape_of(source).names())

    if names is not None:
        assert found == names
    elif "list" in source:
        assert found == ["a.list[].y", "z", "x"]
    else:
        assert found == ["a", "b", "c.d", "e", "f", "g", "h"]


def test_samples_have_the_shape_that_all_parts_ask_for() -> None:
    shape = shape_of("{{ a.b }}", "{% for x in a.c %}{{ x.d }}{{ e }}{% endfor %}")

    assert shape.sample() == {
        "a": {"b": "a.b", "c": [{"d": "a.c.d"}, {"d": "a.c.d"}]},
        "e": "e",
    }


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("{% set a = 1 %}", "no such block: 'set'"),
        ("{% macro f() %}{% endmacro %}", "no such block: 'macro'"),
        ("{%- include 'a' %}", "no such block: 'include'"),
        ("{%+import 'a' as b %}", "no such block: 'import'"),
        ("{% extends 'a' %}", "no such block: 'extends'"),
        ("{% block a %}{% endblock %}", "no such block: 'block'"),
        ("{% raw %}{% endraw %}", "no such block: 'raw'"),
        ("{% autoescape false %}", "no such block: 'autoescape'"),
        ("{% filter upper %}", "no such block: 'filter'"),
        ("{% with a = 1 %}", "no such block: 'with'"),
        ("{% do a %}", "no such block: 'do'"),
        ("{% call a() %}", "no such block: 'call'"),
        ("{% 'a' %}", "no such block: ''"),
        ("{% for a in b recursive %}{% endfor %}", "cannot be recursive"),
        ("{{ loop(a) }}", None),
        ("{{ a|safe }}", "no such filter: 'safe'"),
        ("{{ a | tojson }}", "no such filter: 'tojson'"),
        ("{{ a|escape|upper }}", "no such filter: 'escape'"),
        ("{{ a(1) }}", "nothing to call: 'a'"),
        ("{{ a.b (1) }}", "nothing to call: 'a.b'"),
        ("{{ a[0](1) }}", "nothing to call: ']'"),
        ("{{ namespace() }}", "nothing to call: 'namespace'"),
        ("{{ a * 2 }}", "no multiplication"),
        ("{{ a ** 2 }}", "no multiplication"),
        ("{{ a|join(b) }}", "join takes one text"),
        ("{{ a|join('" + "x" * 21 + "') }}", "join takes one text"),
        ("{{ a|join('x' ~ b) }}", "join takes one text"),
        ("{{ a|join (b, 'x') }}", "join takes one text"),
        ("{{ a|join(attribute='x') }}", "join takes one text"),
        ("{{ {'a': 1} }}", "has no '}}'"),
        ("{{ '}}' }}", "has no '}}'"),
        ("{{ 'a }} b' }}", "has no '}}'"),
        ("{{ a %}", "has no '}}'"),
        ("{% if a }}", "has no '%}'"),
        ("{{ a", "has no '}}'"),
        ("\n\n{{ 'a", "line 3"),
        ("{# a", "a comment has no end"),
        ("{% endif %}", "'endif' closes nothing"),
        ("{% else %}", "'else' closes nothing"),
        ("{% if a %}{% endfor %}", "'endfor' closes nothing"),
        ("{% for a in b %}{% if c %}\n{% endif %}", "'for' has no 'endfor'"),
        ("{{ " + "a" * limits.TEMPLATE_TAG_CHARS + " }}", "within 500 characters"),
        ("{{ a }}" * (limits.TEMPLATE_TAGS + 1), "1000 tags"),
        ("{% if a %}" * 11 + "{% endif %}" * 11, "10 blocks"),
    ],
)
def test_nothing_else_is_possible(source: str, why: str | None) -> None:
    if why is None:
        with pytest.raises(InvalidInput, match=r"render|loop|call|undefined"):
            Renderer("", source, None).render({"a": 1})
        return
    assert why in refusal(source)


def test_the_engine_has_nothing_that_the_language_has_not() -> None:
    import minijinja

    whole = minijinja.Environment(pycompat=False).render_str("{{ debug() }}")
    functions, rest = whole.split("globals: {")[1].split("tests: [")
    filters = rest.split("filters: [")[1].split("]")[0]

    # A new version of the engine may have more: each is either ours or taken away.
    assert {each.split('"')[1] for each in functions.splitlines() if '"' in each} == set(FUNCTIONS)
    assert {each.split('"')[1] for each in filters.splitlines() if '"' in each} == (
        FILTERS | set(OTHER_FILTERS)
    )


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_of_the_engine_are_gone(name: str) -> None:
    with pytest.raises(InvalidInput, match=r"unknown|undefined"):
        Renderer("", f"{{{{ {name}() }}}}", None).render({})


@pytest.mark.parametrize("name", OTHER_FILTERS)
def test_filters_of_the_engine_that_are_not_ours_are_gone(name: str) -> None:
    with pytest.raises(InvalidInput, match="unknown"):
        Renderer("", f"{{{{ 'a'|{name} }}}}", None).render({})


@pytest.mark.parametrize("kind", ["include", "import", "extends", "from"])
@pytest.mark.parametrize("name", ["/etc/passwd", "body.html", "../x", ""])
def test_even_without_the_check_there_is_no_other_template_to_name(kind: str, name: str) -> None:
    written = {
        "include": f"{{% include '{name}' %}}",
        "import": f"{{% import '{name}' as a %}}{{{{ a.b }}}}",
        "extends": f"{{% extends '{name}' %}}",
        "from": f"{{% from '{name}' import a %}}{{{{ a }}}}",
    }

    with pytest.raises(InvalidInput):
        Renderer("", "x", written[kind]).render({})


PIECES = st.sampled_from(
    [
        *("{{", "}}", "{%", "%}", "{#", "#}", "-", "+", " ", "\n", '"', "'", "\\", "{", "}", "%"),
        *("if", "for", "in", "else", "endif", "endfor", "a", ".b", "|upper", "(", ")", "[", "]"),
        *("{{ a }}", "{{ 'b' }}", "{% if a %}", "{% endif %}", "include", "macro", "raw", "set"),
        *("endraw", "recursive", "loop", ",", "=", "~", "1", "é", "\u2028", "#", "\0"),
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_where_a_tag_ends_is_the_same_here_and_for_the_engine(source: str) -> None:
    """What the check takes for plain text is printed as it is; what it refuses is not looked at."""
    try:
        tags = list(check_part("text", source))
    except BrokenTemplate:
        return
    engine = bare_engine()
    try:
        engine.add_template("text.txt", source)
    except Exception:
        return
    seen = engine.undeclared_variables_in_template("text.txt")
    shape = Shape()
    note_variables(iter(tags), shape)
    assert seen - {"loop"} <= set(shape.parts) | {"loop"}
    if not tags and "{#" not in source:
        engine.keep_trailing_newline = True
        engine.add_template("plain.txt", source)
        assert engine.render_template("plain.txt") == source
