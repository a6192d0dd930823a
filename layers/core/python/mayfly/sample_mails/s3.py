"""The SampleMails port on S3."""

from dataclasses import dataclass

from mayfly.storage.s3 import Bucket


@dataclass(frozen=True, slots=True)
class S3SampleMails:
    """See `mayfly.sample_mails.ports.SampleMails`."""

    bucket: Bucket
    prefix: str

    def put(self, name: str, raw: bytes) -> str:
        """One call."""
        key = f"{self.prefix}{name}"
        self.bucket.s3.put_object(Bucket=self.bucket.name, Key=key, Body=raw)
        return key
