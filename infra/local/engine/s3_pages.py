"""Lists of objects, by page.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
"""

import base64
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from infra.local.engine.errors import answered, check_known, refused
from infra.local.engine.s3_objects import Found, Objects

MOST = 1000


class Pages:
    """A paginator."""

    def __init__(self, list_objects: Callable[..., Any]) -> None:
        """Of these pages."""
        self._list_objects = list_objects

    def paginate(
        self, PaginationConfig: dict[str, int] | None = None, **wanted: Any
    ) -> Iterator[dict[str, Any]]:
        """One page after the other, each asked for when it is wanted."""
        config = dict(PaginationConfig or {})
        size = config.pop("PageSize", MOST)
        check_known("paginate", config)
        while True:
            page = self._list_objects(MaxKeys=size, **wanted)
            yield page
            if not page["IsTruncated"]:
                return
            wanted["ContinuationToken"] = page["NextContinuationToken"]


def page(
    objects: Objects,
    bucket: str,
    *,
    Prefix: str = "",
    StartAfter: str = "",
    MaxKeys: int = MOST,
    ContinuationToken: str = "",
    **more: Any,
) -> Any:
    """Up to 1,000 objects, by their names."""
    check_known("list_objects_v2", more)
    most = min(MaxKeys, MOST)
    after = _after(ContinuationToken) if ContinuationToken else StartAfter
    found = objects.names(bucket, after, Prefix, most + 1)
    told = found[:most]
    answer: dict[str, Any] = {"Name": bucket, "Prefix": Prefix, "MaxKeys": MaxKeys}
    answer |= {"KeyCount": len(told), "IsTruncated": 0 < len(told) < len(found)}
    if told:
        answer["Contents"] = [_listed(each) for each in told]
    if answer["IsTruncated"]:
        last = told[-1].key.encode()
        answer["NextContinuationToken"] = base64.urlsafe_b64encode(last).decode()
    return answered(**answer)


def _listed(found: Found) -> dict[str, Any]:
    return {
        "Key": found.key,
        "Size": found.size,
        "LastModified": datetime.fromtimestamp(found.stored_at, UTC),
        "ETag": f'"{found.etag}"',
        "StorageClass": "STANDARD",
    }


def _after(token: str) -> str:
    try:
        return base64.urlsafe_b64decode(token.encode()).decode()
    except ValueError as error:
        why = "The continuation token provided is incorrect"
        raise refused("InvalidArgument", why, "ListObjectsV2") from error
