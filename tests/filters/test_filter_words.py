"""Search words: what they mean, and where the mistake in them is."""

import pytest

from mayfly.errors import InvalidInput
from mayfly.filters.fields import fields_of
from mayfly.filters.queries import read_filter
from tests.filters.candidates import candidate


@pytest.mark.parametrize(
    ("words", "fields"),
    [
        ("", {}),
        ("from:shop", {"from": "shop"}),
        ("FROM:Shop", {"from": "Shop"}),
        ('from:"Example Shop" to:me', {"from": "Example Shop", "to": "me"}),
        ("subject:code:4", {"subject": "code:4"}),
        ('text:"say \\"hello\\" \\\\ now"', {"text": 'say "hello" \\ now'}),
        ("from:~*@example.com", {"from": "~*@example.com"}),
        ("has:attachment", {"hasAttachment": True}),
        ("-has:attachments", {"hasAttachment": False}),
        ("is:unread", {"isRead": False}),
        ("!is:unread", {"isRead": True}),
        ("after:2026-01-31", {"since": "2026-01-31T00:00:00.000Z"}),
        ("!after:2026-01-31", {"before": "2026-01-31T00:00:00.000Z"}),
        ("larger:20K", {"larger": 20480}),
        ("-larger:20", {"smaller": 21}),
        ("-smaller:20 smaller:1m", {"larger": 19, "smaller": 1048576}),
        ("-from:a !subject:b", {"q": "-from:a -subject:b"}),
        ("from:b from:a", {"from": "a", "q": "from:b"}),
        ("hello", {"q": "hello"}),
        ("12:30 http://a.example", {"q": '"12:30" "http://a.example"'}),
        ('"from:shop"', {"q": '"from:shop"'}),
        ("- a-b", {"q": '"-" a-b'}),
        ('!"a b"', {"q": '-"a b"'}),
    ],
)
def test_words_mean_what_mailpit_says(words: str, fields: dict[str, object]) -> None:
    assert fields_of(read_filter({"q": words})) == fields


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("from:", "q, character 1: from: must have 1 to 256 characters"),
        ("hello subject:", "q, character 7: subject: must have"),
        ('hello "wor', "q, character 7: this quote has no end"),
        ('""', "q, character 1: a word must have 1 to 256 characters"),
        ("is:starred", "q, character 1: there are has:attachment, is:read and is:unread"),
        ("a has:x", "q, character 3: there are"),
        ("cc:me", "q, character 1: cc: is not known here; use to: for To and Cc"),
        ("x before:soon", "q, character 3: before: must be a date, or a date and time"),
        ("larger:big", "q, character 1: larger: must be a whole number"),
        ("x from:~a\\", r"q, character 3: from: ends in \\ \(character 3\)"),
    ],
)
def test_a_mistake_is_named_with_its_place(words: str, says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        read_filter({"q": words})


def test_a_word_without_a_key_is_looked_for_everywhere() -> None:
    message = candidate(to=(("Pat", "pat@mail.example"),), text="in the text")

    for word in ("shop@example.com", "example", "code", "pat", '"in the"'):
        assert read_filter({"q": word}).matches(message)
        assert not read_filter({"q": f"-{word}"}).matches(message)
    assert not read_filter({"q": "nowhere"}).matches(message)
    assert read_filter({"q": "-nowhere"}).matches(message)
