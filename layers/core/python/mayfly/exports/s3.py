"""The ExportFiles port on S3."""

from collections.abc import Sequence
from dataclasses import dataclass

from botocore.exceptions import ClientError

from mayfly.storage.s3 import Bucket

_NO_UPLOAD = "NoSuchUpload"


@dataclass(frozen=True, slots=True)
class S3ExportFiles:
    """See `mayfly.exports.ports.ExportFiles`."""

    bucket: Bucket
    prefix: str

    def put(self, key: str, content: bytes) -> None:
        """One call."""
        self.bucket.s3.put_object(Bucket=self.bucket.name, Key=self.prefix + key, Body=content)

    def read(self, key: str) -> bytes:
        """One call."""
        answer = self.bucket.s3.get_object(Bucket=self.bucket.name, Key=self.prefix + key)
        content: bytes = answer["Body"].read()
        return content

    def begin(self, key: str) -> str:
        """One call."""
        answer = self.bucket.s3.create_multipart_upload(
            Bucket=self.bucket.name, Key=self.prefix + key
        )
        return str(answer["UploadId"])

    def add(self, key: str, upload: str, number: int, content: bytes) -> str:
        """One call."""
        answer = self.bucket.s3.upload_part(
            Bucket=self.bucket.name,
            Key=self.prefix + key,
            UploadId=upload,
            PartNumber=number,
            Body=content,
        )
        return str(answer["ETag"])

    def finish(self, key: str, upload: str, parts: Sequence[str]) -> None:
        """One call; a second one where an answer was lost."""
        named = [{"PartNumber": number, "ETag": etag} for number, etag in enumerate(parts, 1)]
        try:
            self.bucket.s3.complete_multipart_upload(
                Bucket=self.bucket.name,
                Key=self.prefix + key,
                UploadId=upload,
                MultipartUpload={"Parts": named},
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != _NO_UPLOAD:
                raise
            # It may be done already: then the file is there.
            self.bucket.s3.head_object(Bucket=self.bucket.name, Key=self.prefix + key)

    def abandon(self, key: str, upload: str) -> None:
        """One call."""
        try:
            self.bucket.s3.abort_multipart_upload(
                Bucket=self.bucket.name, Key=self.prefix + key, UploadId=upload
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != _NO_UPLOAD:
                raise

    def delete(self, keys: Sequence[str]) -> None:
        """One call for up to 1,000."""
        self.bucket.delete([self.prefix + key for key in keys])

    def link(self, key: str, filename: str, content_type: str) -> str:
        """No call: signing is local."""
        return self.bucket.link(self.prefix + key, filename, content_type)
