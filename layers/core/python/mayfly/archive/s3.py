"""The Archive port on S3."""

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from mayfly.errors import RawMailMissing

_MISSING = {"NoSuchKey", "404"}


@dataclass(frozen=True, slots=True)
class S3Archive:
    """See `mayfly.archive.service.Archive`. The bucket itself says for how long it keeps."""

    s3: Any
    bucket: str
    mail_bucket: str

    def has(self, key: str) -> bool:
        """One call. A second copy would be a second version, kept and paid for as long."""
        try:
            self.s3.head_object(Bucket=self.bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                return False
            raise
        return True

    def copy(self, object_key: str, key: str) -> None:
        """One call; the bytes stay in S3."""
        try:
            self.s3.copy_object(
                Bucket=self.bucket,
                Key=key,
                CopySource={"Bucket": self.mail_bucket, "Key": object_key},
            )
        except ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                raise RawMailMissing("no such raw mail") from error
            raise
