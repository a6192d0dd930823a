"""Filters beside a model that is plain and slow, and written down and read back."""

from datetime import timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from mayfly.errors import InvalidInput
from mayfly.filters.fields import fields_of, filter_of
from mayfly.filters.models import FLAGS, SIZES, TIMES, Candidate, Condition, Field, Filter
from mayfly.filters.patterns import Pattern
from tests.filters.candidates import NOON, candidate, model_matches

LETTERS = 'abAßé\u0301\ufb01\uff21 :"-!\\*?~@<>\n'
texts = st.text(LETTERS, max_size=12)
times = st.integers(-3, 3).map(lambda hours: NOON + timedelta(hours=hours))
sizes = st.integers(1, 6)


def is_a_pattern(text: str) -> bool:
    """Whether it can be one, by the rules."""
    glob = text.startswith("~") and text.replace("\\\\", "")[-1] != "\\"
    return glob or (not text.startswith("~") and text.strip() != "")


patterns = st.one_of(
    texts.filter(lambda text: text != "" and is_a_pattern(text)),
    st.text("ab*?", max_size=8).map(lambda text: f"~{text}"),
).map(Pattern)


def conditions_on(field: Field) -> st.SearchStrategy[Condition]:
    if field in FLAGS:
        return st.booleans().map(lambda value: Condition(field, value))
    if field in TIMES:
        return times.map(lambda value: Condition(field, value))
    if field in SIZES:
        return sizes.map(lambda value: Condition(field, value))
    return st.tuples(patterns, st.booleans()).map(lambda both: Condition(field, *both))


filters = st.lists(st.sampled_from(Field).flatmap(conditions_on), max_size=5).map(Filter.of)
candidates = st.builds(
    candidate,
    from_name=texts,
    from_address=st.sampled_from(["a@b.example", "ab@a.example", ""]),
    subject=st.one_of(texts, st.text("ab", max_size=8)),
    received_at=times,
    size_bytes=sizes,
    has_attachment=st.booleans(),
    is_read=st.booleans(),
    to=st.lists(st.tuples(texts, st.just("a@b.example")), max_size=2).map(tuple),
    text=texts,
)


@settings(max_examples=600)
@given(filters, candidates)
def test_a_filter_answers_as_the_model_does(wanted: Filter, message: Candidate) -> None:
    assert wanted.matches(message) is model_matches(wanted, message)


@settings(max_examples=600)
@given(st.text("ab*?", max_size=10), st.text("ab", max_size=12))
@example("a*a*b", "aab")
@example("*ab", "abab")
def test_a_glob_finds_what_the_model_finds(glob: str, subject: str) -> None:
    wanted, message = filter_of({"subject": f"~{glob}"}), candidate(subject=subject)

    assert wanted.matches(message) is model_matches(wanted, message)


@settings(max_examples=600)
@given(filters)
def test_a_filter_that_is_written_down_is_read_back_as_itself(wanted: Filter) -> None:
    assert filter_of(fields_of(wanted)) == wanted


@given(st.text(max_size=60))
def test_any_words_are_a_filter_or_a_clear_refusal(words: str) -> None:
    try:
        wanted = filter_of({"q": words})
    except InvalidInput as error:
        assert str(error).startswith("q")
        return
    assert filter_of(fields_of(wanted)) == wanted
