"""S3: one bucket or more, whose objects are in the store.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from infra.local.engine.errors import Client, Unsupported, answered, check_known, refused
from infra.local.engine.s3_http import Answered, answer
from infra.local.engine.s3_objects import Found, Objects
from infra.local.engine.s3_pages import MOST, Pages, page
from infra.local.engine.s3_stream import InvalidRange, Stream, ranged
from infra.local.engine.s3_uploads import Uploads
from infra.local.engine.signing import Signer
from infra.local.engine.store import Store

_KEY_BYTES = 1024
_METHODS = {"get_object": "GET", "head_object": "HEAD"}
_OVERRIDES = {
    "ResponseContentType": "response-content-type",
    "ResponseContentDisposition": "response-content-disposition",
}


class S3(Client):
    """The calls of boto3's client that are used here. `clock` is in epoch seconds.

    Buckets are made at each start; objects in one of the same name are there again.
    """

    service = "s3"

    def __init__(self, store: Store, clock: Callable[[], float], signer: Signer) -> None:
        """No buckets yet."""
        self.objects = Objects(store)
        self._uploads = Uploads(self.objects)
        self._clock = clock
        self._signer = signer
        self._buckets: set[str] = set()

    def read(self, method: str, target: str, headers: Mapping[str, str]) -> Answered:
        """What S3 answers over HTTP to a GET or HEAD whose signature holds."""
        return answer(self.objects, method, target, headers)

    # As boto3's.

    def create_bucket(self, *, Bucket: str, **more: Any) -> Any:
        """A repeat is no error, as in us-east-1."""
        check_known("create_bucket", more)
        self._buckets.add(Bucket)
        return answered(Location=f"/{Bucket}")

    def head_bucket(self, *, Bucket: str, **more: Any) -> Any:
        """Whether there is such a bucket."""
        check_known("head_bucket", more)
        if Bucket not in self._buckets:
            raise refused("404", "Not Found", "HeadBucket", 404)
        return answered()

    def put_object(
        self,
        *,
        Bucket: str,
        Key: str,
        Body: Any = b"",
        ContentType: str = "binary/octet-stream",
        Metadata: dict[str, str] | None = None,
        **more: Any,
    ) -> Any:
        """Keep the object."""
        if more:
            check_known("put_object", more)
        self._check(Bucket, Key, "PutObject")
        content = _octets(Body)
        etag = hashlib.md5(content, usedforsecurity=False).hexdigest()
        metadata = json.dumps(Metadata) if Metadata else "{}"
        now = int(self._clock())
        found = Found(Key, len(content), now, etag, ContentType, metadata)
        self.objects.put(Bucket, found, content)
        return answered(ETag=f'"{etag}"')

    def create_multipart_upload(self, *, Bucket: str, Key: str, **more: Any) -> Any:
        """Begin an upload in parts."""
        check_known("create_multipart_upload", more)
        self._check(Bucket, Key, "CreateMultipartUpload")
        return answered(UploadId=self._uploads.begin(Bucket, Key, int(self._clock())))

    def upload_part(
        self, *, Bucket: str, Key: str, UploadId: str, PartNumber: int, Body: Any, **more: Any
    ) -> Any:
        """Keep a part of it."""
        check_known("upload_part", more)
        now = int(self._clock())
        etag = self._uploads.add(Bucket, Key, UploadId, PartNumber, _octets(Body), now)
        return answered(ETag=f'"{etag}"')

    def complete_multipart_upload(
        self, *, Bucket: str, Key: str, UploadId: str, MultipartUpload: Any, **more: Any
    ) -> Any:
        """Keep the object that the parts are."""
        check_known("complete_multipart_upload", more)
        content = self._uploads.finish(Bucket, Key, UploadId, MultipartUpload["Parts"])
        self.put_object(Bucket=Bucket, Key=Key, Body=content)
        self._uploads.forget(Bucket, Key, UploadId, "CompleteMultipartUpload")
        return answered(Bucket=Bucket, Key=Key)

    def abort_multipart_upload(self, *, Bucket: str, Key: str, UploadId: str, **more: Any) -> Any:
        """Forget the parts."""
        check_known("abort_multipart_upload", more)
        self._uploads.forget(Bucket, Key, UploadId, "AbortMultipartUpload")
        return answered()

    def get_object(self, *, Bucket: str, Key: str, Range: str = "", **more: Any) -> Any:
        """The object, or a part of it."""
        if more:
            check_known("get_object", more)
        self._check(Bucket, Key, "GetObject")
        opened = self.objects.open(Bucket, Key)
        if opened is None:
            raise refused("NoSuchKey", "The specified key does not exist.", "GetObject", 404)
        found, file = opened
        try:
            start, end = ranged(Range, found.size)
        except InvalidRange as error:
            file.close()
            raise refused("InvalidRange", str(error), "GetObject", 416) from error
        answer: dict[str, Any] = _about(found) | {
            "Body": Stream(file, start, end - start),
            "ContentLength": end - start,
        }
        if (start, end) != (0, found.size):
            answer["ContentRange"] = f"bytes {start}-{end - 1}/{found.size}"
        return answered(**answer)

    def head_object(self, *, Bucket: str, Key: str, **more: Any) -> Any:
        """What is known of it. S3 says no more than 404, as HEAD has no body."""
        check_known("head_object", more)
        found = self.objects.find(Bucket, Key) if Bucket in self._buckets else None
        if found is None:
            raise refused("404", "Not Found", "HeadObject", 404)
        return answered(**_about(found), ContentLength=found.size)

    def delete_object(self, *, Bucket: str, Key: str, **more: Any) -> Any:
        """It is gone."""
        check_known("delete_object", more)
        self._check(Bucket, Key, "DeleteObject")
        self.objects.delete(Bucket, [Key])
        return answered()

    def delete_objects(self, *, Bucket: str, Delete: dict[str, Any], **more: Any) -> Any:
        """Up to 1,000."""
        check_known("delete_objects", more)
        keys = [each["Key"] for each in Delete["Objects"]]
        if not 1 <= len(keys) <= MOST:
            why = "The XML you provided was not well-formed or did not validate"
            raise refused("MalformedXML", why, "DeleteObjects")
        for key in keys:
            self._check(Bucket, key, "DeleteObjects")
        self.objects.delete(Bucket, keys)
        deleted = [] if Delete.get("Quiet") else [{"Key": key} for key in keys]
        return answered(**({"Deleted": deleted} if deleted else {}))

    def list_objects_v2(self, *, Bucket: str, **wanted: Any) -> Any:
        """One page; see `s3_pages`."""
        self._check(Bucket, "-", "ListObjectsV2")
        return page(self.objects, Bucket, **wanted)

    def get_paginator(self, operation: str) -> Pages:
        """All pages of a list."""
        if operation != "list_objects_v2":
            raise Unsupported(f"s3: pages of {operation}")
        return Pages(self.list_objects_v2)

    def generate_presigned_url(
        self, ClientMethod: str, Params: dict[str, Any], ExpiresIn: int = 3600, **more: Any
    ) -> str:
        """A link to an object, for GET or HEAD. No call."""
        check_known("generate_presigned_url", more)
        if ClientMethod not in _METHODS:
            raise Unsupported(f"s3: a link for {ClientMethod}")
        check_known(ClientMethod, Params.keys() - _OVERRIDES - {"Bucket", "Key"})  # type: ignore[arg-type]
        query = {name: Params[each] for each, name in _OVERRIDES.items() if each in Params}
        return self._signer.for_caller().link(
            *(_METHODS[ClientMethod], Params["Bucket"], Params["Key"], query, ExpiresIn),
            datetime.fromtimestamp(self._clock(), UTC),
        )

    def generate_presigned_post(
        self, Bucket: str, Key: str, Conditions: Sequence[Any] = (), ExpiresIn: int = 3600
    ) -> Any:
        """A form that stores an object. No call."""
        now = datetime.fromtimestamp(self._clock(), UTC)
        return self._signer.for_caller().form(Bucket, Key, Conditions, ExpiresIn, now)

    def _check(self, bucket: str, key: str, operation: str) -> None:
        if bucket not in self._buckets:
            raise refused("NoSuchBucket", "The specified bucket does not exist", operation, 404)
        try:
            length = len(key.encode())
        except UnicodeEncodeError as error:
            raise refused("InvalidURI", "Couldn't parse the specified URI.", operation) from error
        if not 1 <= length <= _KEY_BYTES:
            raise refused("KeyTooLongError", "Your key is too long", operation)


def _octets(body: Any) -> bytes:
    if isinstance(body, bytes):
        return body
    if isinstance(body, str):
        return body.encode()
    return bytes(body.read() if hasattr(body, "read") else body)


def _about(found: Found) -> dict[str, Any]:
    return {
        "LastModified": datetime.fromtimestamp(found.stored_at, UTC),
        "ETag": f'"{found.etag}"',
        "ContentType": found.content_type,
        "Metadata": {} if found.metadata == "{}" else json.loads(found.metadata),
        "AcceptRanges": "bytes",
    }
