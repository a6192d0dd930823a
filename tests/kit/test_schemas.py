"""Bodies that are not as described: the error names the field, and says what must be there."""

from enum import StrEnum
from typing import Annotated, Literal

import pytest

from mayfly.errors import InvalidInput
from mayfly.kit.http.schemas import Body, Count, about, read


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Part(Body):
    url: Annotated[str, about(must="an https address")]
    size: Count = 0
    octets: bytes = b""


class Wanted(Body, rename="camel"):
    full_name: Annotated[str, about("Of a person", min_length=1, max_length=5)]
    colours: list[Colour] = []
    port: Annotated[int, about(ge=1, le=9)] = 1
    is_new: bool = False
    kind: Literal["a", "b"] = "a"
    part: Part | None = None
    parts: Annotated[list[Part], about(must="a list of up to 2 parts", max_length=2)] = []
    words: dict[str, str] | None = None
    files: Annotated[list[Annotated[Part, about(must="a file")]], about(must="some")] = []


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({}, "fullName is needed: a string of 1 to 5 characters"),
        ({"fullName": None}, "fullName must be a string of 1 to 5 characters"),
        ({"fullName": ""}, "fullName must be a string of 1 to 5 characters"),
        ({"fullName": "x" * 6}, "fullName must be a string of 1 to 5 characters"),
        ({"fullName": "x", "colours": "red"}, "colours must be a list"),
        ({"fullName": "x", "colours": ["green"]}, "colours[0] must be one of: red, blue"),
        ({"fullName": "x", "port": 10}, "port must be a whole number from 1 to 9"),
        ({"fullName": "x", "port": True}, "port must be a whole number from 1 to 9"),
        ({"fullName": "x", "port": 1.5}, "port must be a whole number from 1 to 9"),
        ({"fullName": "x", "isNew": "yes"}, "isNew must be true or false"),
        ({"fullName": "x", "kind": "c"}, "kind must be one of: a, b"),
        ({"fullName": "x", "part": 3}, "part must be an object"),
        ({"fullName": "x", "part": {}}, "part.url is needed: an https address"),
        ({"fullName": "x", "part": {"url": 1}}, "part.url must be an https address"),
        (
            {"fullName": "x", "part": {"url": "", "size": -1}},
            "part.size must be a whole number from 0",
        ),
        (
            {"fullName": "x", "part": {"url": "", "uri": ""}},
            "part has no field 'uri'; possible: url, size, octets",
        ),
        ({"fullName": "x", "parts": 3}, "parts must be a list of up to 2 parts"),
        ({"fullName": "x", "parts": [{}] * 3}, "parts must be a list of up to 2 parts"),
        ({"fullName": "x", "parts": [{"url": 1}]}, "parts[0].url must be an https address"),
        (
            {"fullName": "x", "parts": [{"url": "", "size": "1"}]},
            "parts[0].size must be a whole number from 0",
        ),
        ({"fullName": "x", "parts": [{}]}, "parts[0].url is needed: an https address"),
        (
            {"fullName": "x", "parts": [{"url": "", "uri": ""}]},
            "parts[0] has no field 'uri'; possible: url, size, octets",
        ),
        ({"fullName": "x", "words": {"a": 1}}, "words[...] must be a string"),
        ({"fullName": "x", "words": []}, "words must be an object"),
        (
            {"fullName": "x", "files": [{"url": "", "uri": ""}]},
            "files[0] has no field 'uri'; possible: url, size, octets",
        ),
        ([], "the body must be an object"),
        ({"fullName": "x", "colours": ["\ud800"]}, "colours[0] must be one of: red, blue"),
        ({"fullName": "x", "kind": "\ud800"}, "kind must be one of: a, b"),
        (
            {"fullName": "x", "part": {"\ud800": 1}},
            "part has no field '?'; possible: url, size, octets",
        ),
    ],
)
def test_the_error_names_the_field_and_what_it_must_be(sent: object, message: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read(sent, Wanted)

    assert str(refused.value) == message


def test_what_is_as_described_is_read() -> None:
    read_one = read({"fullName": "Ann", "part": {"url": "x"}, "colours": ["red"]}, Wanted)

    assert read_one.full_name == "Ann"
    assert read_one.colours == [Colour.RED]
    assert read_one.part == Part(url="x")
