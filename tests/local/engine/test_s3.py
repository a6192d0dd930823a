"""S3 of the engine: as moto's, and what moto cannot show: files, and what is left of them."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from infra.local.engine.clients import Engine
from infra.local.engine.errors import Unsupported
from infra.local.engine.s3_objects import FOLDER, ROW_BYTES
from mayfly.settings import Settings
from tests.engine import SIGNER, on_engine
from tests.local.engine.conftest import MOTO_DIFFERS
from tests.local.engine.refusals import code_of

BUCKET = Settings().mail_bucket
SMALL, LARGE = b"0123456789", bytes(range(256)) * 300


@pytest.fixture
def s3(clients: dict[str, Any]) -> Any:
    return clients["s3"]


def put(s3: Any, key: str, content: bytes = SMALL) -> None:
    s3.put_object(Bucket=BUCKET, Key=key, Body=content)


def content(s3: Any, key: str, **more: str) -> bytes:
    found: bytes = s3.get_object(Bucket=BUCKET, Key=key, **more)["Body"].read()
    return found


@pytest.mark.parametrize("body", [b"", SMALL, LARGE])
def test_an_object_is_as_it_was_put(s3: Any, body: bytes) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    etag = s3.put_object(
        Bucket=BUCKET, Key="a", Body=body, ContentType="text/plain", Metadata={"x": "y"}
    )["ETag"]

    got = s3.get_object(Bucket=BUCKET, Key="a")
    head = s3.head_object(Bucket=BUCKET, Key="a")

    assert got["Body"].read() == body
    for each in (got, head):
        assert each["ContentLength"] == len(body)
        assert each["ContentType"] == "text/plain"
        assert each["ETag"] == etag
        assert each["Metadata"] == {"x": "y"}
        assert before <= each["LastModified"] <= datetime.now(UTC)


def test_an_object_may_be_put_again_and_goes_once(s3: Any) -> None:
    put(s3, "a", LARGE)
    put(s3, "a", SMALL)
    assert content(s3, "a") == SMALL

    for _ in range(2):
        s3.delete_object(Bucket=BUCKET, Key="a")

    assert code_of(s3.get_object, Bucket=BUCKET, Key="a") == "NoSuchKey"
    assert code_of(s3.head_object, Bucket=BUCKET, Key="a") == "404"


def test_what_is_missing_is_told_by_its_own_class(s3: Any) -> None:
    with pytest.raises(s3.exceptions.NoSuchKey):
        s3.get_object(Bucket=BUCKET, Key="never")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-0", SMALL[:1]),
        ("bytes=3-5", SMALL[3:6]),
        ("bytes=7-", SMALL[7:]),
        ("bytes=-3", SMALL[-3:]),
        ("bytes=5-99", SMALL[5:]),
    ],
)
def test_a_part_can_be_read(s3: Any, header: str, expected: bytes) -> None:
    put(s3, "a")

    got = s3.get_object(Bucket=BUCKET, Key="a", Range=header)

    assert got["ContentLength"] == len(expected)
    assert got["Body"].read() == expected
    start = SMALL.index(expected)
    assert got["ContentRange"] == f"bytes {start}-{start + len(expected) - 1}/10"


def test_nothing_is_no_part(s3: Any) -> None:
    put(s3, "a")

    assert code_of(s3.get_object, Bucket=BUCKET, Key="a", Range="bytes=10-12") == "InvalidRange"


@MOTO_DIFFERS
@pytest.mark.parametrize("header", ["bytes=x-y", "bytes=5-3", "bytes=-", "lines=1-2"])
def test_what_is_no_range_is_not_heeded(s3: Any, header: str) -> None:
    put(s3, "a")

    assert content(s3, "a", Range=header) == SMALL


@pytest.mark.parametrize("body", [SMALL, LARGE])
def test_a_stream_is_read_in_parts(s3: Any, body: bytes) -> None:
    put(s3, "a", body)

    in_two = s3.get_object(Bucket=BUCKET, Key="a")["Body"]
    in_many = s3.get_object(Bucket=BUCKET, Key="a")["Body"]

    assert in_two.read(4) + in_two.read() == body
    assert in_two.read() == b""
    assert b"".join(in_many) == body
    in_many.close()


def test_lists_are_in_the_order_of_octets_and_by_prefix(s3: Any) -> None:
    names = ["raw/é", "raw/a", "raw/Z", "raw/\U0001f600", "raw/a/b", "rawer", "q", "raw/\uffff"]
    for name in names:
        put(s3, name)

    listed = s3.list_objects_v2(Bucket=BUCKET, Prefix="raw/")

    expected = sorted((n for n in names if n.startswith("raw/")), key=str.encode)
    assert [each["Key"] for each in listed["Contents"]] == expected
    assert (listed["KeyCount"], listed["IsTruncated"]) == (6, False)
    assert {each["Size"] for each in listed["Contents"]} == {len(SMALL)}
    assert "Contents" not in s3.list_objects_v2(Bucket=BUCKET, Prefix="x")


@pytest.mark.parametrize("after", ["", "raw/02", "raw/025", "raw/09", "z"])
def test_pages_show_all_once(s3: Any, after: str) -> None:
    names = [f"raw/{number:02}" for number in range(10)]
    for name in [*names, "zz", "a"]:
        put(s3, name)

    pages = s3.get_paginator("list_objects_v2").paginate(
        Bucket=BUCKET, Prefix="raw/", PaginationConfig={"PageSize": 3}, StartAfter=after
    )

    shown = [each["Key"] for page in pages for each in page.get("Contents", [])]
    assert shown == [name for name in names if name > after]


@MOTO_DIFFERS
def test_many_go_at_once_and_those_that_are_not_there_too(s3: Any) -> None:
    put(s3, "a")
    put(s3, "b", LARGE)
    keys = [{"Key": key} for key in ("a", "b", "c")]

    told = s3.delete_objects(Bucket=BUCKET, Delete={"Objects": keys[:1]})
    quiet = s3.delete_objects(Bucket=BUCKET, Delete={"Objects": keys, "Quiet": True})

    assert [each["Key"] for each in told["Deleted"]] == ["a"]
    assert "Deleted" not in quiet and "Errors" not in quiet
    assert s3.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0


@MOTO_DIFFERS
@pytest.mark.parametrize("number", [0, 1001])
def test_a_request_deletes_a_thousand_at_most(s3: Any, number: int) -> None:
    delete = {"Objects": [{"Key": str(each)} for each in range(number)]}

    assert code_of(s3.delete_objects, Bucket=BUCKET, Delete=delete) == "MalformedXML"


def test_buckets_are_there_or_not(s3: Any) -> None:
    s3.head_bucket(Bucket=BUCKET)

    assert code_of(s3.head_bucket, Bucket="another") == "404"
    assert code_of(s3.put_object, Bucket="another", Key="a", Body=b"") == "NoSuchBucket"
    assert code_of(s3.get_object, Bucket="another", Key="a") == "NoSuchBucket"


@MOTO_DIFFERS
def test_a_key_has_1024_bytes_at_most(s3: Any) -> None:
    put(s3, "é" * 512)

    assert code_of(s3.put_object, Bucket=BUCKET, Key="é" * 513, Body=b"") == "KeyTooLongError"


def test_what_nobody_uses_is_refused_by_name() -> None:
    with on_engine(Settings()) as clients:
        s3 = clients["s3"]
        with pytest.raises(Unsupported, match="copy_object"):
            s3.copy_object(Bucket=BUCKET)
        with pytest.raises(Unsupported, match="ACL"):
            s3.put_object(Bucket=BUCKET, Key="a", Body=b"", ACL="public-read")
        with pytest.raises(Unsupported, match="VersionId"):
            s3.generate_presigned_url(
                "get_object", Params={"Bucket": BUCKET, "Key": "a", "VersionId": "1"}
            )


# In a folder.


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with closing(made(tmp_path)) as engine:
        yield engine


def made(folder: Path) -> Engine:
    engine = Engine(folder, "mayfly", SIGNER)
    engine.s3.create_bucket(Bucket=BUCKET)
    return engine


def files(folder: Path) -> list[Path]:
    return sorted((folder / FOLDER).iterdir())


def test_large_objects_are_files_and_all_are_there_again(tmp_path: Path) -> None:
    with closing(made(tmp_path)) as engine:
        put(engine.s3, "small", LARGE[:ROW_BYTES])
        put(engine.s3, "large", LARGE[: ROW_BYTES + 1])
        (file,) = files(tmp_path)
        assert file.stat().st_mode & 0o077 == 0

    with closing(made(tmp_path)) as engine:
        assert content(engine.s3, "small") == LARGE[:ROW_BYTES]
        assert content(engine.s3, "large") == LARGE[: ROW_BYTES + 1]
        assert content(engine.s3, "large", Range="bytes=5-9") == LARGE[5:10]


@pytest.mark.parametrize("go", ["replaced", "deleted", "deleted with others"])
def test_a_file_goes_after_its_row_and_can_be_read_to_its_end(
    engine: Engine, tmp_path: Path, go: str
) -> None:
    put(engine.s3, "a", LARGE)
    reading = engine.s3.get_object(Bucket=BUCKET, Key="a")["Body"]

    with engine.store.writing():
        match go:
            case "replaced":
                put(engine.s3, "a")
            case "deleted":
                engine.s3.delete_object(Bucket=BUCKET, Key="a")
            case _:
                engine.s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": "a"}]})
        assert len(files(tmp_path)) == 1

    assert files(tmp_path) == []
    assert reading.read() == LARGE


def test_a_file_whose_row_was_not_kept_is_removed_at_the_next_start(tmp_path: Path) -> None:
    with closing(made(tmp_path)) as engine:
        put(engine.s3, "kept", LARGE)
        kept = files(tmp_path)
    for name in ("of-no-row", "unfinished.part"):
        (tmp_path / FOLDER / name).write_bytes(b"x")

    with closing(made(tmp_path)) as engine:
        assert files(tmp_path) == kept
        assert content(engine.s3, "kept") == LARGE
