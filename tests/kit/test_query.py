"""Query parameters."""

from datetime import timedelta

import pytest

from mayfly.errors import InvalidInput
from mayfly.kit.http.query import Html, ListQuery, list_query, read_html, wants_diagnostics


def test_without_parameters_it_is_the_first_page_of_twenty() -> None:
    assert list_query({}) == ListQuery(20, None, None, timedelta(0))


def test_all_parameters_are_read() -> None:
    assert list_query({"limit": "100", "after": "0", "wait": "25"}) == ListQuery(
        100, None, 0, timedelta(seconds=25)
    )
    assert list_query({"limit": "1", "cursor": "abc"}).cursor == "abc"


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"limit": "0"}, "limit must be a whole number from 1 to 100"),
        ({"limit": "101"}, "limit"),
        ({"limit": "ten"}, "limit"),
        ({"limit": ""}, "limit"),
        ({"limit": "٣"}, "limit"),
        ({"limit": "1e1"}, "limit"),
        ({"after": "-1"}, "after"),
        ({"after": "1.5"}, "after"),
        ({"after": "9" * 5000}, "after"),
        ({"after": "0", "wait": "26"}, "wait must be a whole number from 0 to 25"),
        ({"wait": "5"}, "wait needs after"),
        ({"after": "0", "cursor": "abc"}, "not both"),
    ],
)
def test_a_parameter_that_cannot_be_is_named(query: dict[str, str], says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        list_query(query)


def test_choices_are_what_they_say() -> None:
    assert read_html({"html": "safe"}) is Html.SAFE
    assert read_html({"html": "safe", "images": "blocked"}) is Html.SAFE
    assert read_html({"html": "raw", "images": "blocked"}) is Html.RAW  # as generated clients ask
    assert read_html({"html": "safe", "images": "remote"}) is Html.WITH_IMAGES
    assert read_html({"html": "raw"}) is read_html({}) is Html.RAW
    assert wants_diagnostics({"diagnostics": "true"})
    with pytest.raises(InvalidInput, match="html must be one of: raw, safe"):
        read_html({"html": "SAFE"})
    with pytest.raises(InvalidInput, match="images must be one of: blocked, remote"):
        read_html({"html": "safe", "images": "all"})
    with pytest.raises(InvalidInput, match="images=remote needs html=safe"):
        read_html({"images": "remote"})
    with pytest.raises(InvalidInput, match="diagnostics"):
        wants_diagnostics({"diagnostics": "yes"})
