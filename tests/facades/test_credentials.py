import base64

import pytest

from mayfly.facades.credentials import basic_of
from mayfly.kit.http.messages import Request


def _sent(value: str) -> tuple[str, str] | None:
    headers = {"authorization": value}
    return basic_of(Request("GET", "/mailosaur/x", {}, {}, headers, "", "", False))


def _basic(text: bytes, scheme: str = "Basic") -> str:
    return f"{scheme} {base64.b64encode(text).decode()}"


def test_name_and_password_end_at_the_first_colon() -> None:
    assert _sent(_basic(b"key:a:b")) == ("key", "a:b")
    assert _sent(_basic(b"key:", "basic")) == ("key", "")
    assert _sent(_basic("schlüssel:größe".encode())) == ("schlüssel", "größe")


@pytest.mark.parametrize(
    "value",
    [
        "",
        "Basic",
        "Basic !",
        "Basic a2V5",
        "Bearer a2V5Og==",
        _basic(b"\xff:x"),
        _basic(b"k:" * 5000),
    ],
)
def test_anything_else_is_none(value: str) -> None:
    assert _sent(value) is None
