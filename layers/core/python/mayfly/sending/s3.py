"""The OutgoingFiles and UploadedFiles ports on S3."""

from dataclasses import dataclass
from datetime import timedelta

from mayfly.errors import RawMailMissing
from mayfly.sending.errors import NotUploaded
from mayfly.sending.models import Upload
from mayfly.sending.ports import Form
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


@dataclass(frozen=True, slots=True)
class S3UploadedFiles:
    """See `mayfly.sending.ports.UploadedFiles`. The bucket forgets them after a day."""

    bucket: Bucket
    prefix: str

    def form(self, upload: Upload, lifetime: timedelta) -> Form:
        """No call: signing is local.

        https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
        """
        signed = self.bucket.s3.generate_presigned_post(
            self.bucket.name,
            self.prefix + upload.object_key,
            Conditions=[["content-length-range", upload.size_bytes, upload.size_bytes]],
            ExpiresIn=int(lifetime.total_seconds()),
        )
        return Form(signed["url"], signed["fields"])

    def read(self, upload: Upload) -> bytes:
        """One call; what has another size is not transferred."""
        s3 = self.bucket.s3
        try:
            answer = s3.get_object(Bucket=self.bucket.name, Key=self.prefix + upload.object_key)
        except s3.exceptions.NoSuchKey as error:
            raise NotUploaded(f"no file was sent yet for the upload {upload.id}") from error
        if answer["ContentLength"] != upload.size_bytes:
            answer["Body"].close()
            raise NotUploaded(
                f"the file of the upload {upload.id} has {answer['ContentLength']} bytes,"
                f" not the {upload.size_bytes} that were announced"
            )
        content: bytes = answer["Body"].read()
        return content
