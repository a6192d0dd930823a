"""Filters: which messages they let through, what they read for it, and how they look in JSON."""

from datetime import timedelta

import pytest

from mayfly import limits
from mayfly.errors import InvalidInput
from mayfly.filters.fields import fields_of, filter_of
from mayfly.filters.models import Words
from mayfly.filters.queries import FILTER_PARAMETERS, read_filter
from mayfly.limits import MIME
from mayfly.mail.mime.parser import parse
from tests.filters.candidates import NOON, candidate


def never_read() -> Words:
    raise AssertionError("the mail was read")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("from", "shop@EXAMPLE"),
        ("from", "example shop"),
        ("from", "Example Shop <shop@example.com>"),
        ("from", "~*@example.com"),
        ("from", "~sh?p@*"),
        ("subject", "CODE"),
        ("subject", "your  code"),
        ("subject", "~your*"),
        ("to", "me@mail"),
        ("text", "482913"),
        ("text", "~*code is ??????."),
        ("hasAttachment", "false"),
        ("isRead", "false"),
        ("since", "2026-01-31T12:00:00Z"),
        ("since", "2026-01-31"),
        ("before", "2026-02-01"),
        ("larger", "999"),
        ("smaller", "1k"),
    ],
)
def test_a_message_with_what_is_asked_for_is_meant(field: str, value: str) -> None:
    assert read_filter({field: value}).matches(candidate())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("from", "shop@example.org"),
        ("from", "~example.com"),
        ("from", "~*@example"),
        ("subject", "~code"),
        ("to", "you@mail"),
        ("text", "482914"),
        ("hasAttachment", "true"),
        ("isRead", "true"),
        ("since", "2026-01-31T12:00:00.001Z"),
        ("before", "2026-01-31T12:00:00Z"),
        ("larger", "1000"),
        ("smaller", "1000"),
    ],
)
def test_a_message_without_it_is_not(field: str, value: str) -> None:
    assert not read_filter({field: value}).matches(candidate())


def test_all_conditions_have_to_hold() -> None:
    both = read_filter({"from": "shop", "subject": "code"})

    assert both.matches(candidate())
    assert not both.matches(candidate(subject="Sale"))
    assert not both.matches(candidate(from_address="a@b.example", from_name=""))


def test_no_condition_leaves_nothing_out() -> None:
    assert not read_filter({"limit": "5", "after": "0"})
    assert read_filter({}).matches(candidate(words=never_read))


@pytest.mark.parametrize(
    ("written", "sought"),
    [
        ("Ihre Straße", "STRASSE"),
        ("Cafe\u0301 am Markt", "caf\u00e9"),
        ("\uff43\uff4f\uff44\uff45 1234", "code"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("İstanbul", "i\u0307stanbul"),
        ("Ihr\u00a0Code", "ihr code"),
    ],
)
def test_case_and_ways_of_writing_make_no_difference(written: str, sought: str) -> None:
    assert read_filter({"subject": sought}).matches(candidate(subject=written))
    assert read_filter({"subject": f"~*{sought}*"}).matches(candidate(subject=written))


def test_a_wide_star_is_no_wild_one() -> None:
    assert not read_filter({"subject": "~a\uff0a"}).matches(candidate(subject="abc"))
    assert read_filter({"subject": "~a\uff0a"}).matches(candidate(subject="a*"))
    assert read_filter({"subject": r"~\~a\*"}).matches(candidate(subject="~a*"))


def test_the_mail_is_read_once_and_only_if_the_row_does_not_decide() -> None:
    reads = []

    def read() -> Words:
        reads.append(1)
        return Words((("Me", "me@mail.example"),), "a text")

    wanted = read_filter({"from": "shop", "text": "a text", "to": "me@mail"})

    assert wanted.reads_mail
    assert not wanted.matches(candidate(from_address="x@y.example", from_name="", words=never_read))
    assert wanted.matches(candidate(words=read))
    assert reads == [1]
    assert read_filter({"q": "shop"}).matches(candidate(words=never_read))
    assert not read_filter({"subject": "x", "larger": "1"}).reads_mail


def test_the_words_of_a_mail_are_its_text_and_what_its_html_shows() -> None:
    raw = (
        b"To: Me <me@mail.example>\nCc: you@mail.example\nContent-Type: text/html\n\n"
        b"<style>hidden</style><p>Your <b>code</b>:</p><p>482913</p>"
    )

    words = Words.of(parse(raw, MIME))

    assert words.recipients == (("Me", "me@mail.example"), ("", "you@mail.example"))
    assert "Your code:\n482913" in words.text
    assert "hidden" not in words.text


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"from": ""}, "from must have 1 to 256 characters"),
        ({"from": "x" * 257}, "from must have 1 to 256 characters"),
        ({"subject": "  "}, "subject must have more than blanks"),
        ({"subject": "~a\\"}, r"subject ends in \\ \(character 3\): nothing follows"),
        ({"text": "\ud800"}, "text must be Unicode text"),
        ({"hasAttachment": "yes"}, "hasAttachment must be true or false"),
        ({"isRead": ""}, "isRead must be true or false"),
        ({"since": "yesterday"}, "since must be a date, or a date and time with a zone, as in"),
        ({"since": "2026-01-31T10:15:30"}, "since must be a date, or a date and time with a zone"),
        ({"since": "2026-02-31"}, "since must be a date, or a date and time with a zone"),
        ({"before": "2026-13-01"}, "before must be a date, or a date and time with a zone"),
        ({"before": "2" * 5000}, "before must be a date"),
        ({"larger": "-1"}, "larger must be a whole number of bytes from 0"),
        ({"larger": "9" * 5000}, "larger must be"),
        ({"smaller": "0"}, "smaller must be a whole number of bytes from 1"),
        ({"smaller": "k"}, "smaller must be"),
        ({"q": "x " * 21}, "q, character 41: a filter has up to 20 conditions"),
        ({"q": "x" * 3001}, "q must have up to 3000 characters"),
        (dict.fromkeys(("from", "to", "subject", "text"), "x" * 251), "up to 1000 characters"),
    ],
)
def test_a_parameter_that_cannot_be_is_named(query: dict[str, str], says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        read_filter(query)


@pytest.mark.parametrize(
    "fields",
    [
        {"sender": "x"},
        {"from": 1},
        {"from": None},
        {"hasAttachment": 1},
        {"since": 1},
        {"larger": True},
        {"larger": 1.5},
        {"q": ["x"]},
    ],
)
def test_json_of_other_types_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(InvalidInput, match=next(iter(fields))):
        filter_of(fields)


def test_json_has_the_fields_that_queries_have() -> None:
    fields = {
        "from": "~*@example.com",
        "to": "me",
        "subject": "code",
        "text": "x",
        "hasAttachment": True,
        "isRead": False,
        "since": "2026-01-31T10:15:30.123Z",
        "before": "2026-02-28T00:00:00.000Z",
        "larger": 10,
        "smaller": 20,
        "q": '-from:b "a phrase"',
    }
    query = {
        name: str(value).lower() if isinstance(value, bool | int) else str(value)
        for name, value in fields.items()
    }

    assert fields_of(filter_of(fields)) == fields
    assert read_filter(query) == filter_of(fields)
    assert [each["name"] for each in FILTER_PARAMETERS] == list(fields)


def test_two_that_ask_the_same_are_equal_however_they_are_written() -> None:
    by_words = read_filter(
        {"q": "subject:code from:shop -is:read has:attachment -before:2026-01-31"}
    )
    by_fields = read_filter(
        {
            "from": "shop",
            "subject": "code",
            "isRead": "false",
            "hasAttachment": "true",
            "since": "2026-01-31T00:00:00Z",
        }
    )

    assert by_words == by_fields
    assert hash(by_words) == hash(by_fields)


def test_a_filter_looks_at_the_beginning_of_long_texts() -> None:
    long = "x" * limits.FILTER_TEXT_CHARS
    mail = parse(f"Subject: a\n\n{long}needle".encode(), MIME)

    assert not read_filter({"text": "needle"}).matches(candidate(words=lambda: Words.of(mail)))


def test_the_time_is_the_one_of_receiving() -> None:
    wanted = read_filter({"since": "2026-01-31T12:00:00Z", "before": "2026-01-31T13:00:00+00:00"})

    assert wanted.matches(candidate(received_at=NOON))
    assert not wanted.matches(candidate(received_at=NOON + timedelta(hours=1)))
