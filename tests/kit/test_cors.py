"""Whose pages may read what is answered."""

import pytest

from mayfly.errors import InvalidInput
from mayfly.kit.http.cors import allowed_origin, cors_headers, origins

SOME = ("https://a.example", "http://localhost:3000", "http://[::1]:8080")


def test_origins_are_spelled_as_browsers_do_and_each_is_there_once() -> None:
    assert origins(["HTTPS://A.example", " http://localhost:3000", "https://a.example"]) == (
        "https://a.example",
        "http://localhost:3000",
    )
    assert origins(["*"]) == ("*",)
    assert origins([]) == ()


@pytest.mark.parametrize(
    "text",
    [
        *("https://a.example/", "a.example", "null", "", "'", '"https://a.example"', "//a.example"),
        *("https://a.example:443", "http://a.example:80", "https://a.example:0", "https://"),
        *("https://a.example:65536", "https://a.example:", "https://*.example", "ftp://a.example"),
        *("https://me@a.example", "https://a.example?x", "https://a.example\r\nX: y", "file://"),
        *("https://a..example", "https://bücher.example", "https://a.example b.example"),
    ],
)
def test_what_no_browser_sends_is_refused_by_name(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"^must be "):
        origins(["https://fine.example", text])


def test_an_asterisk_stands_alone() -> None:
    with pytest.raises(InvalidInput, match=r"^must be "):
        origins(["*", "https://a.example"])


@pytest.mark.parametrize("sent", SOME)
def test_each_of_several_origins_is_named_to_its_own_pages(sent: str) -> None:
    headers = cors_headers(SOME, sent, "Allow")

    assert headers == {
        "Vary": "Origin",
        "Access-Control-Allow-Origin": sent,
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Expose-Headers": "Allow",
    }


@pytest.mark.parametrize(
    "sent",
    ["", "null", "https://b.example", "https://a.example.b.example", "https://a.example, x", "*"],
)
def test_none_of_several_is_named_to_others_and_caches_are_told_why(sent: str) -> None:
    assert cors_headers(SOME, sent, "Allow") == {"Vary": "Origin"}


@pytest.mark.parametrize("sent", ["", "null", "https://b.example", None])
def test_one_is_named_whoever_asks(sent: str | None) -> None:
    assert allowed_origin(SOME[:1], sent) == SOME[0]
    assert cors_headers(("*",), sent, "Allow") == {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "Allow",
    }
    assert cors_headers((), sent, "Allow") == {}


def test_where_nobody_knows_who_will_ask_it_is_the_first() -> None:
    assert allowed_origin(SOME, None) == SOME[0]
