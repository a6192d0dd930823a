"""S3's uploads in parts: kept as objects of a bucket that nobody else knows, until they are one.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
"""

import hashlib
import uuid
from collections.abc import Sequence
from typing import Any

from infra.local.engine.errors import refused
from infra.local.engine.s3_objects import Found, Objects

_BUCKET = "#uploads"
_LEAST_PART = 5 * 1024 * 1024
_MOST = 10_000


class Uploads:
    """Files whose parts come one by one; parts outlive a restart, as those of S3 do."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects

    def begin(self, bucket: str, key: str, now: int) -> str:
        """What names the parts."""
        upload = uuid.uuid4().hex
        self._keep(_name(bucket, key, upload), b"", now)
        return upload

    def add(self, bucket: str, key: str, upload: str, number: int, content: bytes, now: int) -> str:
        """Keep a part; its ETag."""
        self._check(bucket, key, upload, "UploadPart")
        if not 1 <= number <= _MOST:
            raise refused("InvalidArgument", "Part number must be an integer", "UploadPart")
        return self._keep(f"{_name(bucket, key, upload)}{number:05}", content, now)

    def finish(self, bucket: str, key: str, upload: str, parts: Sequence[dict[str, Any]]) -> bytes:
        """All of it; refused where a part is not there, has another ETag, or is too small."""
        self._check(bucket, key, upload, "CompleteMultipartUpload")
        content = bytearray()
        for at, part in enumerate(parts, 1):
            opened = self._objects.open(
                _BUCKET, f"{_name(bucket, key, upload)}{part['PartNumber']:05}"
            )
            if opened is None or f'"{opened[0].etag}"' != part["ETag"]:
                why = "One or more of the specified parts could not be found."
                raise refused("InvalidPart", why, "CompleteMultipartUpload")
            found, file = opened
            with file:
                content += file.read()
            if at < len(parts) and found.size < _LEAST_PART:
                why = "Your proposed upload is smaller than the minimum allowed size"
                raise refused("EntityTooSmall", why, "CompleteMultipartUpload")
        return bytes(content)

    def forget(self, bucket: str, key: str, upload: str, operation: str) -> None:
        """Remove the parts."""
        self._check(bucket, key, upload, operation)
        prefix = _name(bucket, key, upload)
        found = self._objects.names(_BUCKET, "", prefix, _MOST + 1)
        self._objects.delete(_BUCKET, [each.key for each in found])

    def _check(self, bucket: str, key: str, upload: str, operation: str) -> None:
        if self._objects.find(_BUCKET, _name(bucket, key, upload)) is None:
            why = "The specified upload does not exist."
            raise refused("NoSuchUpload", why, operation, 404)

    def _keep(self, name: str, content: bytes, now: int) -> str:
        etag = hashlib.md5(content, usedforsecurity=False).hexdigest()
        found = Found(name, len(content), now, etag, "binary/octet-stream", "{}")
        self._objects.put(_BUCKET, found, content)
        return etag


def _name(bucket: str, key: str, upload: str) -> str:
    return f"{bucket}/{upload}/{hashlib.sha256(key.encode()).hexdigest()}/"
