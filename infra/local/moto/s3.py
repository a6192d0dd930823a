"""moto's ListObjectsV2 without its sort of the whole bucket for each page.

moto collects and sorts all objects of the bucket three times for each thousand it answers with:
half a minute for the hourly sweep of a hundred thousand, with everybody else outside. Here a page
is picked out by names alone.
"""

import heapq
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from moto.s3.models import FakeBucket, S3Backend


def mend() -> None:
    """Replace the sort; once per process, from `guard_moto`."""
    backend: Any = S3Backend
    backend.list_objects_v2 = _picked(backend.list_objects_v2)


def _picked(list_objects: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(list_objects)
    def picked(
        backend: Any,
        bucket: Any,
        prefix: str | None,
        delimiter: str | None,
        continuation_token: str | None,
        start_after: str | None,
        max_keys: int,
    ) -> Any:
        if delimiter or bucket.is_versioned or type(bucket) is not FakeBucket:
            return list_objects(
                backend, bucket, prefix, delimiter, continuation_token, start_after, max_keys
            )
        last = (
            backend._pagination_tokens.get(continuation_token)
            if continuation_token
            else start_after
        )
        names = heapq.nsmallest(max_keys + 1, _names(bucket, prefix or "", last or ""))
        return backend._truncate_result([bucket.keys[name] for name in names], max_keys)

    return picked


def _names(bucket: Any, prefix: str, last: str) -> Iterator[str]:
    return (name for name in bucket.keys if name.startswith(prefix) and name > last)
