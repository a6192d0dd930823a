"""The FetchedMails port on S3."""

from dataclasses import dataclass

from mayfly.storage.s3 import Bucket


@dataclass(frozen=True, slots=True)
class S3FetchedMails:
    """See `mayfly.pop3.ports.FetchedMails`."""

    bucket: Bucket

    def put(self, object_key: str, raw: bytes) -> None:
        """One call."""
        self.bucket.s3.put_object(Bucket=self.bucket.name, Key=object_key, Body=raw)
