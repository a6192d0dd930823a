"""The OutgoingFiles port on S3."""

from dataclasses import dataclass

from mayfly.errors import RawMailMissing
from mayfly.storage.s3 import Bucket


@dataclass(frozen=True, slots=True)
class S3OutgoingFiles:
    """See `mayfly.sending.ports.OutgoingFiles`. The bucket encrypts, and forgets in time."""

    bucket: Bucket
    prefix: str

    def put(self, object_key: str, raw: bytes) -> None:
        """One call."""
        self.bucket.s3.put_object(Bucket=self.bucket.name, Key=self.prefix + object_key, Body=raw)

    def read(self, object_key: str) -> bytes:
        """One call."""
        s3 = self.bucket.s3
        try:
            answer = s3.get_object(Bucket=self.bucket.name, Key=self.prefix + object_key)
        except s3.exceptions.NoSuchKey as error:
            raise RawMailMissing("no such mail") from error
        raw: bytes = answer["Body"].read()
        return raw

    def delete(self, object_key: str) -> None:
        """One call."""
        self.bucket.s3.delete_object(Bucket=self.bucket.name, Key=self.prefix + object_key)
