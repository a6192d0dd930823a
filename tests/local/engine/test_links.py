"""What is answered to who reads an object over HTTP."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from infra.local.engine.clients import Engine
from tests.engine import SIGNER

CONTENT, NOW = b"0123456789", 1_800_000_000.7
ETAG = '"781e5e245d69b566979b86e28d23f2c7"'
BEFORE, SINCE = "Fri, 15 Jan 2027 07:59:59 GMT", "Fri, 15 Jan 2027 08:00:00 GMT"


@pytest.fixture
def s3() -> Iterator[Any]:
    with closing(Engine(None, "mayfly", SIGNER, lambda: NOW)) as engine:
        engine.s3.create_bucket(Bucket="b")
        engine.s3.put_object(Bucket="b", Key="a é", Body=CONTENT)
        yield engine.s3


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_an_object_is_named_as_the_link_says(s3: Any, method: str) -> None:
    query = "response-content-type=a%2Fb&response-content-disposition=attachment"

    status, headers, body = s3.read(method, f"/b/a%20%C3%A9?{query}&X-Amz-Expires=5", {})

    assert (status, body) == (200, CONTENT if method == "GET" else b"")
    assert headers == {
        "Content-Type": "a/b",
        "Content-Disposition": "attachment",
        "Content-Length": "10",
        "ETag": ETAG,
        "Last-Modified": SINCE,
        "Accept-Ranges": "bytes",
    }


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_part_says_which_it_is(s3: Any, method: str) -> None:
    status, headers, body = s3.read(method, "/b/a%20%C3%A9", {"Range": "bytes=2-4"})

    assert (status, body) == (206, b"234" if method == "GET" else b"")
    assert (headers["Content-Range"], headers["Content-Length"]) == ("bytes 2-4/10", "3")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If-Match": ETAG}, 200),
        ({"If-Match": "*"}, 200),
        ({"If-Match": f'"x", {ETAG}'}, 200),
        ({"If-Match": '"x"'}, 412),
        ({"If-None-Match": ETAG}, 304),
        ({"If-None-Match": f"W/{ETAG}"}, 304),
        ({"If-None-Match": '"x"'}, 200),
        ({"If-Modified-Since": SINCE}, 304),
        ({"If-Modified-Since": BEFORE}, 200),
        ({"If-Modified-Since": "yesterday"}, 200),
        ({"If-Unmodified-Since": SINCE}, 200),
        ({"If-Unmodified-Since": BEFORE}, 412),
        # An ETag says more than a date: https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2
        ({"If-Match": ETAG, "If-Unmodified-Since": BEFORE}, 200),
        ({"If-None-Match": '"x"', "If-Modified-Since": SINCE}, 200),
        ({"Range": "bytes=10-"}, 416),
    ],
)
def test_conditions_are_kept(s3: Any, headers: dict[str, str], status: int) -> None:
    answer = s3.read("GET", "/b/a%20%C3%A9", headers)

    assert answer[0] == status
    assert (answer[2] == CONTENT) == (status == 200)


@pytest.mark.parametrize("target", ["/b/never", "/c/a%20%C3%A9", "/b", "/", "/b/%ff"])
def test_what_is_not_there_is_told_as_by_s3(s3: Any, target: str) -> None:
    status, _, body = s3.read("GET", target, {})

    assert status == 404
    assert b"<Code>NoSuchKey</Code>" in body
