"""moto's listings, picked out by names, are those it made before."""

from typing import Any

import pytest

from infra.local.moto.server import Cloud, buckets_inside, client
from mayfly.settings import Settings

NAMES = [f"raw/{n:02}" for n in range(25)] + ["files/a", "files/b", "zz"]


@pytest.fixture
def s3(cloud: Cloud, settings: Settings) -> Any:
    s3 = client("s3", cloud.endpoint)
    for name in reversed(NAMES):
        s3.put_object(Bucket=settings.mail_bucket, Key=name, Body=b"x")
    return s3


@pytest.mark.parametrize("prefix", ["raw/", "files/", "", "nothing/"])
@pytest.mark.parametrize("size", [1, 10, 25, 100])
def test_all_pages_together_are_the_whole_listing(
    s3: Any, settings: Settings, prefix: str, size: int
) -> None:
    pages = s3.get_paginator("list_objects_v2").paginate(
        Bucket=settings.mail_bucket, Prefix=prefix, PaginationConfig={"PageSize": size}
    )

    listed = [[each["Key"] for each in page.get("Contents", [])] for page in pages]

    expected = sorted(name for name in NAMES if name.startswith(prefix))
    assert [name for page in listed for name in page] == expected
    assert [len(page) for page in listed[:-1]] == [size] * (len(listed) - 1)


def test_a_listing_starts_after_a_name_that_need_not_be_there(s3: Any, settings: Settings) -> None:
    listed = s3.list_objects_v2(
        Bucket=settings.mail_bucket, Prefix="raw/", StartAfter="raw/20x", MaxKeys=3
    )

    assert [each["Key"] for each in listed["Contents"]] == ["raw/21", "raw/22", "raw/23"]
    assert listed["IsTruncated"] is True


def test_folders_are_left_to_moto(s3: Any, settings: Settings) -> None:
    listed = s3.list_objects_v2(Bucket=settings.mail_bucket, Delimiter="/")

    assert [each["Prefix"] for each in listed["CommonPrefixes"]] == ["files/", "raw/"]
    assert [each["Key"] for each in listed["Contents"]] == ["zz"]


def test_a_page_is_that_of_moto_itself(s3: Any, settings: Settings) -> None:
    backend = buckets_inside()
    bucket = backend.get_bucket(settings.mail_bucket)
    asked = (bucket, "raw/", None, None, "raw/03", 5)

    ours = backend.list_objects_v2(*asked)

    assert ours == type(backend).list_objects_v2.__wrapped__(backend, *asked)
