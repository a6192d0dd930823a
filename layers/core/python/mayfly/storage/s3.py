"""The RawMails and PartFiles ports on S3."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from mayfly.errors import BodyTooLarge, ObjectsNotDeleted, RawMailMissing
from mayfly.kit.http.downloads import attachment_disposition
from mayfly.limits import LINK_LIFETIME, SWEEP_PORTION
from mayfly.storage.ports import RawObject

_SIGNED_CALLS = {"GET": "get_object", "HEAD": "head_object"}
_DELETE_OBJECTS = 1000  # keys one DeleteObjects takes
_DELETE_ATTEMPTS = 3  # whoever asked comes again later, too


@dataclass(frozen=True, slots=True)
class Bucket:
    """The calls both ports share."""

    s3: Any
    name: str

    def link(self, key: str, filename: str, content_type: str, method: str = "GET") -> str:
        """A presigned GET or HEAD that answers as a download of this name and type.

        S3 signs the method too: a link for one is a 403 for the other.
        """
        url: str = self.s3.generate_presigned_url(
            _SIGNED_CALLS[method],
            Params={
                "Bucket": self.name,
                "Key": key,
                "ResponseContentType": content_type,
                "ResponseContentDisposition": attachment_disposition(filename),
            },
            ExpiresIn=int(LINK_LIFETIME.total_seconds()),
        )
        return url

    def delete(self, keys: Sequence[str]) -> None:
        """Remove the objects; ObjectsNotDeleted if some stay. Those not there are no error."""
        for start in range(0, len(keys), _DELETE_OBJECTS):
            left, codes = self._delete(keys[start : start + _DELETE_OBJECTS])
            for _ in range(_DELETE_ATTEMPTS - 1):
                if left:
                    left, codes = self._delete(left)
            if left:
                raise ObjectsNotDeleted(f"S3 kept {len(left)} objects: {', '.join(codes)}")

    def _delete(self, keys: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
        """The keys that are still there, and S3's reasons: its answer is 200 all the same.

        https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
        """
        objects = [{"Key": key} for key in keys]
        answer = self.s3.delete_objects(
            Bucket=self.name, Delete={"Objects": objects, "Quiet": True}
        )
        errors = answer.get("Errors", [])
        return [each["Key"] for each in errors], sorted({each["Code"] for each in errors})


@dataclass(frozen=True, slots=True)
class S3RawMails:
    """See `mayfly.storage.ports.RawMails`."""

    bucket: Bucket
    prefix: str
    portion: int = SWEEP_PORTION

    def read(self, object_key: str, max_bytes: int) -> bytes:
        """One call; what is too large is not transferred."""
        answer = self._get(object_key)
        if answer["ContentLength"] > max_bytes:
            answer["Body"].close()
            raise BodyTooLarge(
                f"a mail of {answer['ContentLength']} bytes; {max_bytes} are allowed"
            )
        raw: bytes = answer["Body"].read()
        return raw

    def read_range(self, object_key: str, start: int, end: int) -> bytes:
        """One call."""
        if end <= start:
            return b""
        raw: bytes = self._get(object_key, Range=f"bytes={start}-{end - 1}")["Body"].read()
        return raw

    def size(self, object_key: str) -> int:
        """One call."""
        try:
            answer = self.bucket.s3.head_object(Bucket=self.bucket.name, Key=object_key)
        except ClientError as error:
            if error.response["Error"]["Code"] == "404":
                raise RawMailMissing("no such raw mail") from error
            raise
        return int(answer["ContentLength"])

    def link(self, object_key: str, filename: str, content_type: str, method: str = "GET") -> str:
        """No call: signing is local."""
        return self.bucket.link(object_key, filename, content_type, method)

    def delete(self, object_keys: Sequence[str]) -> None:
        """One call for up to 1,000."""
        self.bucket.delete(object_keys)

    def listed(self, after: str) -> Iterator[list[RawObject]]:
        """One call a portion: S3 lists by name, not by time."""
        pages = self.bucket.s3.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket.name,
            Prefix=self.prefix,
            PaginationConfig={"PageSize": self.portion},
            **({"StartAfter": after} if after else {}),
        )
        for page in pages:
            portion = [
                RawObject(each["Key"], each["Size"], each["LastModified"])
                for each in page.get("Contents", [])
            ]
            if portion:
                yield portion

    def _get(self, object_key: str, **arguments: str) -> Any:
        try:
            return self.bucket.s3.get_object(Bucket=self.bucket.name, Key=object_key, **arguments)
        except self.bucket.s3.exceptions.NoSuchKey as error:
            raise RawMailMissing("no such raw mail") from error


@dataclass(frozen=True, slots=True)
class S3PartFiles:
    """See `mayfly.storage.ports.PartFiles`."""

    bucket: Bucket
    prefix: str

    def link(
        self,
        name: str,
        content: Callable[[], bytes],
        filename: str,
        content_type: str,
        method: str = "GET",
    ) -> str:
        """One call if the file is there, two and the making of it if not."""
        key = self.prefix + name
        if not self._exists(key):
            self.bucket.s3.put_object(Bucket=self.bucket.name, Key=key, Body=content())
        return self.bucket.link(key, filename, content_type, method)

    def delete(self, names: Sequence[str]) -> None:
        """One call for up to 1,000."""
        self.bucket.delete([self.prefix + name for name in names])

    def _exists(self, key: str) -> bool:
        try:
            self.bucket.s3.head_object(Bucket=self.bucket.name, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] == "404":
                return False
            raise
        return True
